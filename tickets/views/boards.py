"""What a board offers: the choices of selects that depend on it."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.permissions import Right
from psa import catalog
from psa.access import get_connection
from psa.providers.errors import NotFound
from resolutionflow.lib.htmx import is_htmx


@require_GET
@requires(Right.WORK)
def statuses(request: HttpRequest, board_id: str) -> HttpResponseBase:
    """Offer the board's statuses: options for a select, a list for a browser."""
    connection = get_connection(request)
    try:
        offered = catalog.statuses(connection, board_id)
    except NotFound:
        raise Http404 from None
    part = "#options" if is_htmx(request) else ""
    return render(request, f"tickets/board_statuses.html{part}", {"statuses": offered})
