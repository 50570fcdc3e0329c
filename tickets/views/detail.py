"""One ticket: its panel or page, and the regions that are loaded side by side."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.permissions import Right
from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.setup import Capability
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge
from tickets import about, rows, timeline
from tickets.access import of_ticket
from tickets.views import panel


@require_GET
@requires(Right.WORK)
@of_ticket
def detail(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show the ticket: a panel for htmx, a page of its own otherwise."""
    charge(request, "ticket")
    return panel.show(request, connection, ticket_id)


@require_GET
@requires(Right.WORK)
@of_ticket
def row(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show the ticket's row as it reads now: what its panel changed shows in the list below."""
    if not is_htmx(request):
        return redirect("tickets:detail", ticket_id=ticket_id)
    ticket = open_provider(connection).get_ticket(ticket_id)
    priority = ticket.priority and rows.mark(ticket.priority, panel.colours(connection))
    return render(request, "tickets/_row.html", {"ticket": ticket, "priority": priority})


@require_GET
@requires(Right.WORK)
@of_ticket
def statuses(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show the ticket's status and those that its board offers."""
    ticket = open_provider(connection).get_ticket(ticket_id)
    context = panel.status_of(connection, ticket.board.id, ticket.status)
    return panel.region(request, "status", ticket_id, context)


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
        **panel.posts_of(connection, ticket_id),
    }
    return panel.region(request, "notes", ticket_id, context)


@require_GET
@requires(Right.WORK)
@of_ticket
def configurations(
    request: HttpRequest, connection: PsaConnection, ticket_id: str
) -> HttpResponseBase:
    """Show the configurations that are attached to the ticket."""
    if Capability.CONFIGURATIONS not in connection.setup.capabilities:
        return panel.region(request, "configurations", ticket_id, {"not_kept": True})
    company_id = about.company_of(request)
    provider = open_provider(connection)
    found = provider.get_ticket_configurations(ticket_id, company_id=company_id)
    return panel.region(request, "configurations", ticket_id, {"configurations": found})


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
    return panel.region(request, "related", ticket_id, context)


@require_GET
@requires(Right.WORK)
@of_ticket
def resources(request: HttpRequest, connection: PsaConnection, ticket_id: str) -> HttpResponseBase:
    """Show who works on the ticket, and the form to add somebody."""
    return panel.region(
        request, "people", ticket_id, panel.people_of(request, connection, ticket_id)
    )
