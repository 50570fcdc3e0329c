"""Linking a session to its ticket, and untying it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import user_of
from accounts.permissions import Right
from psa.access import connection_of
from psa.labels import label_for
from psa.naming import ticket_number
from psa.providers.errors import NotFound, PsaError, RateLimited
from psa.telling import sentence_for
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from sessions_app import linking
from sessions_app.access import get_session
from sessions_app.models import WorkSession
from sessions_app.note_forms import TicketForm
from tickets import picker
from tickets.forms import SearchForm

_NO_SUCH = (
    "{psa} has no such ticket. Check the number; a project ticket cannot be linked, since we do "
    "not read those."
)


@require_http_methods(["GET", "HEAD", "POST"])
def ticket_link(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Show the picker or the ticket of a number (GET), or link the session to it (POST)."""
    session, user = get_session(request, session_id, Right.WORK), user_of(request)
    if request.method == "POST":
        form = TicketForm(request.POST)
        _, status = _try(request, form, lambda number: linking.link(session, number, user))
        if status == 200:
            return _changed(request, session, f"Linked to #{session.psa_ticket_id}.")
        return _dialog(request, session, _mended(form), status=status)
    words = request.GET.get("q")
    if words is not None and not ticket_number(words):
        return _search(request, session)
    number = request.GET.get("ticket_id", words)
    if number is None:
        return _dialog(request, session, SearchForm())
    return _look_up(request, session, number)


def _look_up(request: HttpRequest, session: WorkSession, number: str) -> HttpResponseBase:
    """Show the ticket of this number, ready to be linked."""
    form = TicketForm({"ticket_id": number})
    if form.is_valid():
        charge(request, "ticket")
    found, status = _try(request, form, lambda number: linking.look_up(session, number)[1])
    return _dialog(request, session, _mended(form), status=status, found=found)


def _search(request: HttpRequest, session: WorkSession) -> HttpResponseBase:
    """Show what the words find, as the picker does by itself where scripts run."""
    connection = connection_of(session.account)
    search = SearchForm(request.GET)
    if connection is None:
        return _dialog(request, session, search)
    if search.is_valid():
        charge(request, "search")
    picked = picker.pick(connection, user_of(request), search)
    if picked is None:
        return _dialog(request, session, search, status=422)
    search.offer(picked.choices)
    return _dialog(request, session, search, picked=picked)


@require_POST
def ticket_unlink(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Untie the session from its ticket; the history stays."""
    session = get_session(request, session_id, Right.WORK)
    number = session.psa_ticket_id
    linking.unlink(session)
    return _changed(request, session, f"Unlinked from #{number}." if number else "Not linked.")


def _try(request: HttpRequest, form: TicketForm, action: Callable[[str], Any]) -> tuple[Any, int]:
    """Return what the action makes of the number and 200, or the error's status.

    The dialog stays and says why: a PSA error here belongs to the number, not to the page.
    """
    if not form.is_valid():
        return None, 422
    try:
        return action(form.cleaned_data["ticket_id"]), 200
    except ValidationError as refusal:
        form.add_error("ticket_id", refusal)
        return None, 422
    except NotFound:
        form.add_error("ticket_id", _NO_SUCH.format(psa=label_for(user_of(request))))
        return None, 404
    except RateLimited:
        raise
    except PsaError as failure:
        form.add_error(None, sentence_for(user_of(request), failure))
        return None, 502


def _mended(form: TicketForm) -> SearchForm:
    """Return the picker's search with the number as it was typed, and what is wrong with it."""
    search = SearchForm({"q": form.data.get("ticket_id", "")})
    for name, errors in form.errors.as_data().items():
        search.add_error("q" if name == "ticket_id" else None, errors)
    return search


def _dialog(
    request: HttpRequest, session: WorkSession, search: SearchForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "session": session,
        "search": search,
        "has_connection": connection_of(session.account) is not None,
        **more,
    }
    return render(request, "sessions_app/ticket_link.html", context, status=status)


def _changed(request: HttpRequest, session: WorkSession, said: str) -> HttpResponseBase:
    """Answer with the new header, or the session's page."""
    if not is_htmx(request):
        messages.success(request, said)
        return redirect(session)
    return render(request, "sessions_app/_ticket_changed.html", {"session": session, "said": said})
