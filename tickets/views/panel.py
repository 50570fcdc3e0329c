"""A ticket's panel and its regions, as several views answer with them."""

from collections import Counter
from functools import partial
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import user_of
from psa import catalog
from psa.models import Post, PsaConnection
from psa.note_form import TICKET_PANEL, NoteForm
from psa.opened import open_provider
from psa.providers.types import Reference, Ticket, TicketStatus
from resolutionflow.lib.htmx import is_htmx
from tickets import noting, people, rows

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
        "priority": ticket.priority and rows.mark(ticket.priority, colours(connection)),
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
    status_problem = _NO_BOARD
    if board_id:
        answer = catalog.ask(partial(catalog.statuses, connection, board_id))
        offered, status_problem = answer.value or (), ""
        if answer.failure:
            said = answer.failure.sentence
            status_problem = f"The statuses to choose from could not be read. {said}"
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
    return NoteForm(TICKET_PANEL, initial={**initial, "note_type": Post.NoteType.INTERNAL_ANALYSIS})


def note_of(form: NoteForm, company: str) -> dict[str, Any]:
    """Return what the note form shows; its last line names the note."""
    request_id = form.initial["request_id"]
    return {
        "note_form": form,
        "note_id": request_id,
        "company": company,
        "last_line": noting.last_line(request_id),
    }


def colours(connection: PsaConnection) -> dict[str, str]:
    """Return the priorities' colours; a priority is named in words also without."""
    answer = catalog.ask(partial(catalog.priorities, connection))
    return {one.id: one.color for one in answer.value or ()}
