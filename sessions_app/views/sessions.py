"""Listing, starting, showing, completing and reopening sessions."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import account_of, requires, user_of
from accounts.models import User
from accounts.permissions import Right, may
from psa.access import connection_of
from psa.providers.errors import InvalidRequest, NotFound, PsaError
from resolutionflow.lib.htmx import is_htmx
from sessions_app import drafts, lifecycle, linking
from sessions_app.access import get_session, sessions_of
from sessions_app.forms import (
    CompleteForm,
    DetailsForm,
    EditDetailsForm,
    NewSessionForm,
    SessionFilterForm,
    prefilled,
)
from sessions_app.lifecycle import DetailsChanged, SessionClosed
from sessions_app.listing import matching
from sessions_app.models import Draft, WorkSession
from sessions_app.views import page

PAGE_SIZE = 25


@require_GET
@requires(Right.READ)
def listing(request: HttpRequest) -> HttpResponseBase:
    """List the sessions that match the filter in the address."""
    user = user_of(request)
    works = may(user, Right.WORK) and not user.is_superuser
    mine = SessionFilterForm.MINE if works else SessionFilterForm.ALL
    form = SessionFilterForm({"who": mine, **request.GET.dict()})
    valid = form.is_valid()
    wanted = {name: value for name, value in form.cleaned_data.items() if value}
    sessions = matching(sessions_of(request), user, wanted) if valid else WorkSession.objects.none()
    context = {
        "form": form,
        "page": Paginator(sessions, PAGE_SIZE).get_page(request.GET.get("page")),
        "query": urlencode(wanted),
        "filtered": bool(wanted.keys() - {"who"}),
        "mine": wanted.get("who") == SessionFilterForm.MINE,
    }
    template = "sessions_app/list.html#results" if is_htmx(request) else "sessions_app/list.html"
    return render(request, template, context, status=200 if valid else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.WORK)
def new(request: HttpRequest) -> HttpResponseBase:
    """Start a session, linked to its ticket at once where one is named."""
    user, account = user_of(request), account_of(request)
    waiting = drafts.load(user, None, Draft.Form.SESSION)
    said = prefilled(request.GET)
    form = NewSessionForm(request.POST or None, initial=waiting | said)
    if connection_of(account) is None:
        del form.fields["ticket_id"]
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        request_id = form.cleaned_data["request_id"]
        session, is_new = lifecycle.start_once(account, user, request_id, **form.details())
        status = _link(session, form, user, is_new=is_new)
        if status == 302:
            drafts.discard(user, None, Draft.Form.SESSION)
            return redirect(session)
    restored = bool(waiting.keys() - said.keys()) and not form.is_bound
    context = {"form": form, "restored": restored, "said": said}
    return render(request, "sessions_app/new.html", context, status=status)


@require_GET
def detail(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Show the session: what was done, the form for the next step, and its record.

    To htmx, which a gap between steps sends, the answer is what stands in the gap.
    """
    session = get_session(request, session_id, Right.READ)
    if is_htmx(request) and "before" in request.GET:
        return page.earlier(request, session)
    return page.show(request, session)


@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Change what the session is about: title, client, problem."""
    session = get_session(request, session_id, Right.WORK)
    user = user_of(request)
    if "cancel" in request.POST:
        drafts.discard(user, session, Draft.Form.DETAILS)
        return redirect(session)
    initial = {name: getattr(session, name) for name in DetailsForm.base_fields}
    initial["seen"] = lifecycle.version_of_details(session)
    initial |= drafts.load(user, session, Draft.Form.DETAILS)
    form = EditDetailsForm(request.POST or None, initial=initial)
    context = {"form": form, "session": session}
    if request.method != "POST":
        return render(request, "sessions_app/details.html", context)
    if not form.is_valid():
        return render(request, "sessions_app/details.html", context, status=422)
    try:
        lifecycle.change_details(session, **form.cleaned_data)
    except SessionClosed as closed:
        context["problem"] = closed.sentence
        return render(request, "sessions_app/details.html", context, status=409)
    except DetailsChanged as changed:
        session.refresh_from_db()
        again = EditDetailsForm.again(request.POST, lifecycle.version_of_details(session))
        context |= {"form": again, "problem": changed.sentence, "is_changed": True}
        return render(request, "sessions_app/details.html", context, status=409)
    drafts.discard(user, session, Draft.Form.DETAILS)
    return redirect(session)


@require_POST
def complete(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Close the session with its outcome."""
    session = get_session(request, session_id, Right.WORK)
    form = CompleteForm(request.POST)
    if not form.is_valid():
        return page.show(request, session, status=422, complete_form=form, completing=True)
    try:
        lifecycle.complete(session, **form.ending(), said=form.said())
    except SessionClosed as closed:
        drafts.try_to_save(user_of(request), session, Draft.Form.COMPLETE, request.POST)
        session.refresh_from_db()
        return page.show(request, session, status=409, problem=closed.sentence)
    drafts.discard(user_of(request), session, Draft.Form.COMPLETE)
    messages.success(request, f"{session.get_outcome_display()}. The record is final now.")
    # The browser puts the focus there: one key posts the note.
    return redirect(f"{session.get_absolute_url()}#update-ticket")


@require_POST
def reopen(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Open a completed session again."""
    session = get_session(request, session_id, Right.WORK)
    lifecycle.reopen(session)
    return redirect(page.anchor(session))


def _link(session: WorkSession, form: NewSessionForm, user: User, *, is_new: bool) -> int:
    """Link a new session to the ticket of its form; return the status to answer with.

    A session whose ticket cannot be linked is taken back by the request that started it, and
    the form says why. One that is being linked by the first of two clicks is linked by both.
    """
    ticket_id = form.cleaned_data.get("ticket_id", "")
    if not ticket_id or session.psa_ticket_id:
        return 302
    try:
        linking.link(session, ticket_id, user)
    except Exception as reason:
        if is_new:
            session.delete()
        return _explain(form, reason)
    return 302


def _explain(form: NewSessionForm, reason: Exception) -> int:
    """Write into the form why the ticket was not linked; return the answer's status."""
    if isinstance(reason, ValidationError):
        form.add_error("ticket_id", reason)
    elif isinstance(reason, NotFound | InvalidRequest):
        form.add_error("ticket_id", reason.sentence)
    elif isinstance(reason, PsaError):
        form.add_error(None, f"{reason.sentence} You can also start without the ticket number.")
        return 502
    else:
        raise reason
    return 422
