"""Sessions handed to a colleague: one of them, or all that somebody has open."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import get_person, user_of
from accounts.models import Account
from accounts.permissions import Right
from sessions_app import lifecycle
from sessions_app.access import get_session
from sessions_app.forms import HandOverForm
from sessions_app.listing import open_sessions_of
from sessions_app.views import page


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """GET: ask for the colleague. POST: make them the session's engineer."""
    session = get_session(request, session_id, Right.ADMINISTER)
    form = HandOverForm(request.POST or None, account=session.account, instead_of=session.engineer)
    if form.is_valid():
        colleague = form.cleaned_data["engineer"]
        try:
            lifecycle.hand_over(session, colleague, user_of(request))
        except lifecycle.SessionClosed as closed:
            return page.show(request, session, status=409, problem=closed.sentence)
        messages.success(request, f"{colleague} goes on with this session.")
        return redirect(session)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "session": session}
    return render(request, "sessions_app/hand_over.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def all_open(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """GET: ask who takes over. POST: hand every open session of this person to them."""
    person = get_person(request, user_id, Right.ADMINISTER)
    account = Account.objects.get(users=person)
    form = HandOverForm(request.POST or None, account=account, instead_of=person)
    if form.is_valid():
        colleague = form.cleaned_data["engineer"]
        count = lifecycle.hand_over_all(person, colleague, user_of(request))
        messages.success(request, f"{colleague} goes on with {count} sessions of {person}.")
        return redirect("accounts:person", person.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "person": person, "count": open_sessions_of(person).count()}
    return render(request, "sessions_app/hand_over_all.html", context, status=status)
