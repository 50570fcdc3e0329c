"""One ticket: its panel or page, and the regions that are loaded side by side."""

from collections import Counter
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.access import requires, user_of
from accounts.permissions import Right
from psa import catalog
from psa.models import Post, PsaConnection
from psa.opened import open_provider
from psa.providers.errors import PsaError
from psa.providers.types import Reference, Ticket, TicketStatus
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from tickets import about, noting, people, rows, timeline
from tickets.access import of_ticket
from tickets.detail_forms import NoteForm

# What a region is called on a page of its own, and the id that its forms aim at.
REGIONS = {
    "notes": ("Notes", "region-notes"),
    "people": ("People", "region-resources"),
    "configurations": ("Configurations", "region-configurations"),
    "related": ("Related tickets", "region-related"),
    "status": ("Status", "region-status"),
    "note_form": ("Add a note", "region-note"),
    "posts": ("Notes on their way", "region-posts"),
}


_NO_BOARD = "This ticket has no board, so there are no statuses to choose from."


@require_GET
@requires(Right.WORK)
@of_ticket
def detail(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show the ticket: a panel for htmx, a page of its own otherwise."""
    charge(request, "ticket")
    return show(request, connection, ticket_id)


@require_GET
@requires(Right.WORK)
@of_ticket
def row(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show the ticket's row as it reads now: what its panel changed shows in the list below."""
    if not is_htmx(request):
        return redirect("tickets:detail", ticket_id=ticket_id)
    ticket = open_provider(connection).get_ticket(ticket_id)
    priority = ticket.priority and rows.mark(ticket.priority, _colours(connection))
    return render(request, "tickets/_row.html", {"ticket": ticket, "priority": priority})


@require_GET
@requires(Right.WORK)
@of_ticket
def statuses(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show the ticket's status and those that its board offers."""
    ticket = open_provider(connection).get_ticket(ticket_id)
    context = status_of(connection, ticket.board.id, ticket.status)
    return region(request, "status", ticket_id, context)


@require_GET
@requires(Right.WORK)
@of_ticket
def notes(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show the ticket's notes and time entries, the newest first, and ours under way."""
    history = open_provider(connection).list_notes(ticket_id)
    lines = timeline.lines_of(history.entries[: timeline.SHOWN])
    context = {
        "lines": lines,
        "older": len(history.entries) - len(lines),
        "missing_rights": history.missing_rights,
        "left_out": history.missing,
        "unanswered": timeline.unanswered(history.entries),
        **posts_of(connection, ticket_id),
    }
    return region(request, "notes", ticket_id, context)


@require_GET
@requires(Right.WORK)
@of_ticket
def configurations(
    request: HttpRequest, connection: PsaConnection, ticket_id: str
) -> HttpResponseBase:
    """Show the configurations that are attached to the ticket."""
    company_id = about.company_of(request)
    provider = open_provider(connection)
    found = provider.get_ticket_configurations(ticket_id, company_id=company_id)
    return region(request, "configurations", ticket_id, {"configurations": found})


@require_GET
@requires(Right.WORK)
@of_ticket
def related(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show other tickets that may help with this one, or those about one configuration of it."""
    provider, configuration = open_provider(connection), request.GET.get("configuration")
    if configuration:
        found = provider.list_about_configuration(ticket_id, configuration)
    else:
        found = provider.list_related(about.told_or_read(connection, ticket_id, request))
    context = {"related": found, "configuration": configuration}
    return region(request, "related", ticket_id, context)


@require_GET
@requires(Right.WORK)
@of_ticket
def resources(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show who works on the ticket, and the form to add somebody."""
    return region(request, "people", ticket_id, people_of(request, connection, ticket_id))


# --- What several answers show -------------------------------------------------------


def show(
    request: HttpRequest,
    connection: PsaConnection,
    ticket_id: str,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Answer with the panel or the page of a ticket as it is now; `problem` is a sentence."""
    ticket = open_provider(connection).get_ticket(ticket_id)
    company = ticket.company.name if ticket.company else ""
    context = {
        "connection": connection,
        "ticket": ticket,
        "ticket_id": ticket_id,
        "priority": ticket.priority and rows.mark(ticket.priority, _colours(connection)),
        **status_of(connection, ticket.board.id, ticket.status),
        **note_of(new_note(company, merged_into=_merged_into(ticket)), company),
        **more,
    }
    template = "tickets/panel.html" if is_htmx(request) else "tickets/detail.html"
    return render(request, template, context, status=status)


def region(
    request: HttpRequest, name: str, ticket_id: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Answer with one region: alone for htmx, on a page of its own otherwise."""
    title, target = REGIONS[name]
    part = f"tickets/_{name}.html"
    if is_htmx(request):
        return render(request, part, {**context, "ticket_id": ticket_id}, status=status)
    context |= {"ticket_id": ticket_id, "region": part, "title": title, "target": target}
    return render(request, "tickets/region.html", context, status=status)


def status_of(connection: PsaConnection, board_id: str, status: Reference) -> dict[str, Any]:
    """Return what the status form shows; without the choices where they cannot be read."""
    offered: tuple[TicketStatus, ...] = ()
    status_problem = "" if board_id else _NO_BOARD
    try:
        offered = catalog.statuses(connection, board_id) if board_id else ()
    except PsaError as error:
        status_problem = f"The statuses to choose from could not be read. {error.sentence}"
    return {
        "board_id": board_id,
        "status": status,
        "current": next((one for one in offered if one.id == status.id), None),
        "statuses": offered,
        "status_problem": status_problem,
        "request_id": uuid4(),
    }


def people_of(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> dict[str, Any]:
    """Return who works on the ticket, and whom the form offers. May raise PsaError."""
    crew = open_provider(connection).show_resources(ticket_id)
    called = Counter(person.name for person in crew.assignees)
    return {
        "assigned": crew.assignees,
        "left_out": crew.missing,
        "shared_names": [name for name, times in called.items() if times > 1],
        "offer": people.candidates(connection, user_of(request), crew.assignees),
        "request_id": uuid4(),
    }


def posts_of(connection: PsaConnection, ticket_id: str) -> dict[str, Any]:
    """Return our notes that are not on the ticket, and whether one of them is on its way."""
    open_posts = noting.open_posts(connection, ticket_id)
    return {"open_posts": open_posts, "any_pending": any(o.post.is_pending for o in open_posts)}


def _merged_into(ticket: Ticket) -> str:
    return ticket.merged_into.id if ticket.merged_into else ""


def new_note(company: str, *, merged_into: str = "") -> NoteForm:
    """Return an empty note form; `merged_into` is the ticket that this one was merged into."""
    initial = {"request_id": uuid4(), "company": company, "merged_into": merged_into}
    return NoteForm(initial={**initial, "note_type": Post.NoteType.INTERNAL_ANALYSIS})


def note_of(form: NoteForm, company: str) -> dict[str, Any]:
    """Return what the note form shows; its last line names the note."""
    request_id = form.initial["request_id"]
    return {
        "note_form": form,
        "note_id": request_id,
        "company": company,
        "last_line": noting.last_line(request_id),
    }


def _colours(connection: PsaConnection) -> dict[str, str]:
    """Return the priorities' colours; a priority is named in words also without."""
    try:
        return {one.id: one.color for one in catalog.priorities(connection)}
    except PsaError:
        return {}
