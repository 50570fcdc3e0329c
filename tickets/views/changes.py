"""Changing a ticket: its status, and who works on it. Told only when it was read back."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.access import requires, user_of
from accounts.permissions import Right
from psa import catalog
from psa.models import PsaConnection, TicketChange
from psa.opened import open_provider
from psa.outbox import changes
from psa.outbox.intent import RequestReused
from psa.providers.errors import NotFound, PsaError
from psa.providers.types import Reference
from psa.telling import sentence_for
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from tickets import people, statuses
from tickets.access import of_ticket
from tickets.detail_forms import PersonForm, StatusForm
from tickets.people import NobodySuch
from tickets.views import panel

# What the values are to blame for; everything else that fails is the PSA's.
_INVALID = frozenset({"invalid"})
# The ticket itself, as the gate says everywhere.
_GONE = "not_found"


@require_POST
@requires(Right.WORK)
@of_ticket
def status(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Change the status, unless it is not what the person saw any more."""
    form = StatusForm(request.POST)
    if not form.is_valid():
        return _status_answer(request, connection, ticket_id, _words(form), 422)
    charge(request, "ticket")
    sent = form.cleaned_data
    try:
        change = changes.change_status(
            connection,
            user_of(request),
            ticket_id=ticket_id,
            status_id=sent["status_id"],
            status_name=_status_name(connection, request, sent["status_id"]),
            seen_status_id=sent["seen_status_id"],
            seen_status_name=sent["seen_status_name"],
            request_id=sent["request_id"],
        )
    except RequestReused as refusal:
        return _status_answer(request, connection, ticket_id, str(refusal), 422)
    if change.is_applied:
        said = f"The status of #{ticket_id} is “{change.current_name}” now."
        return _status_answer(request, connection, ticket_id, "", 200, said, change)
    if change.error_kind == _GONE:
        raise NotFound
    problem = statuses.why_refused(connection, change, request.POST.get("board_id", "")[:100])
    return _status_answer(request, connection, ticket_id, problem, code_of(change), change=change)


@require_POST
@requires(Right.WORK)
@of_ticket
def resource_add(
    request: HttpRequest, connection: PsaConnection, ticket_id: str
) -> HttpResponseBase:
    """Put a member on the ticket; who is on it already stays so."""
    return _change_people(request, connection, ticket_id, adding=True)


@require_POST
@requires(Right.WORK)
@of_ticket
def resource_remove(
    request: HttpRequest, connection: PsaConnection, ticket_id: str
) -> HttpResponseBase:
    """Take a member off the ticket; who is not on it stays so."""
    return _change_people(request, connection, ticket_id, adding=False)


def code_of(change: TicketChange) -> int:
    """Return what a request that asked for this change answers."""
    if change.is_applied:
        return 200
    if change.is_pending:
        return 202
    if change.is_conflict:
        return 409
    return 422 if change.error_kind in _INVALID else 502


def _change_people(
    request: HttpRequest, connection: PsaConnection, ticket_id: str, *, adding: bool
) -> HttpResponse:
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _people_answer(request, connection, ticket_id, _words(form), 422)
    charge(request, "ticket")
    make = changes.add_member if adding else changes.remove_member
    try:
        person = _person(request, connection, form.cleaned_data, adding=adding)
        change = make(
            connection,
            user_of(request),
            ticket_id=ticket_id,
            member_id=person.id,
            member_name=person.name,
            request_id=form.cleaned_data["request_id"],
        )
    except (NobodySuch, RequestReused) as refusal:
        return _people_answer(request, connection, ticket_id, str(refusal), 422)
    if change.is_applied:
        how = "is on" if adding else "is off"
        said = f"{person.name} {how} #{ticket_id}."
        return _people_answer(request, connection, ticket_id, "", 200, said)
    return _people_answer(request, connection, ticket_id, change.error, code_of(change))


def _person(
    request: HttpRequest, connection: PsaConnection, sent: dict[str, Any], *, adding: bool
) -> Reference:
    """Return whom the form means. Who is taken off need not be active, nor in a list."""
    if adding:
        return people.resolve(connection, user_of(request), sent["member_id"])
    member_id = sent["member_id"]
    return Reference(id=member_id, name=sent["member_name"] or f"Member {member_id}")


def _is_of_board(connection: PsaConnection, board_id: str, status_id: str) -> bool:
    """Return whether the board has this status; a list that cannot be had has no say."""
    answer = catalog.ask(partial(catalog.statuses, connection, board_id))
    return bool(answer.failure) or any(one.id == status_id for one in answer.value or ())


def _status_name(connection: PsaConnection, request: HttpRequest, status_id: str) -> str:
    """Return the status' name where the board's list is known; it is for sentences only."""
    board_id = request.POST.get("board_id", "")[:100]
    unnamed = f"Status {status_id}"
    if not board_id:
        return unnamed
    offered = catalog.ask(partial(catalog.statuses, connection, board_id)).value or ()
    return next((one.name for one in offered if one.id == status_id), unnamed)


def _words(form: StatusForm | PersonForm) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


# --- Answers -------------------------------------------------------------------------


def _status_answer(
    request: HttpRequest,
    connection: PsaConnection,
    ticket_id: str,
    problem: str,
    code: int,
    said: str = "",
    change: TicketChange | None = None,
) -> HttpResponse:
    """Answer with the status as it is now, and why it is not the wanted one."""
    if not is_htmx(request):
        return _page(request, connection, ticket_id, problem, code, said)
    context = panel.status_of(connection, *_status_now(request, connection, ticket_id, change))
    context["change_problem"] = problem
    return _told(panel.region(request, "status", ticket_id, context, code), ticket_id, said)


def _status_now(
    request: HttpRequest, connection: PsaConnection, ticket_id: str, change: TicketChange | None
) -> tuple[str, Reference]:
    """Return the ticket's board and status: as read with the change, else as the person saw it.

    Only a caller that tells neither costs a call, and a ticket that moved to another board.
    """
    board_id = request.POST.get("board_id", "")[:100]
    seen = [request.POST.get(name, "")[:200] for name in ("seen_status_id", "seen_status_name")]
    read = [change.current_id, change.current_name] if change and change.current_id else seen
    if board_id and all(read) and _is_of_board(connection, board_id, read[0]):
        return board_id, Reference(id=read[0], name=read[1])
    ticket = open_provider(connection).get_ticket(ticket_id)
    return ticket.board.id, ticket.status


def _people_answer(
    request: HttpRequest,
    connection: PsaConnection,
    ticket_id: str,
    problem: str,
    code: int,
    said: str = "",
) -> HttpResponse:
    """Answer with the people as they are now, and why they are not as wanted."""
    if not is_htmx(request):
        return _page(request, connection, ticket_id, problem, code, said)
    try:
        context = panel.people_of(request, connection, ticket_id)
    except NotFound:
        raise  # the ticket itself is gone, as the gate says everywhere
    except PsaError as error:
        # The change has its outcome, whether or not the list can be shown again.
        context = {"people_problem": sentence_for(user_of(request), error)}
    context["change_problem"] = problem
    answer = panel.region(request, "people", ticket_id, context, code)
    if "assigned" in context:
        owner = next((one.name for one in context["assigned"] if one.is_owner), "Nobody")
        trigger_client_event(answer, "owner-read", {"ticket": ticket_id, "owner": owner})
    return _told(answer, ticket_id, said)


def _page(
    request: HttpRequest,
    connection: PsaConnection,
    ticket_id: str,
    problem: str,
    code: int,
    said: str,
) -> HttpResponse:
    if said:
        messages.success(request, said)
        return redirect("tickets:detail", ticket_id=ticket_id)
    return panel.show(request, connection, ticket_id, status=code, problem=problem)


def _told(response: HttpResponse, ticket_id: str, said: str) -> HttpResponse:
    """Say what was changed, and let the ticket's row on the page ask for itself anew."""
    if not said:
        return response
    trigger_client_event(response, f"ticket-{ticket_id}-changed", {})
    return trigger_client_event(response, "toast", {"message": said, "tone": "success"})
