"""The gate to one ticket: the account's own connection, and what the PSA knows there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.access import account_of
from psa.access import NotConnected, working_connection
from psa.models import PsaConnection
from psa.providers.errors import NotFound
from resolutionflow.lib.htmx import is_htmx

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, PsaConnection, str, P], HttpResponseBase]

GONE = (
    "{psa} has no such ticket. It may have been deleted or merged since the list was made, the API "
    "member may not see its board, or it is a project ticket, which we do not read."
)


def of_ticket(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Hand the view the account's connection, never another one; 404 without one.

    404 also for a ticket that the PSA does not know (any more), wherever the view asks for it.
    """

    @wraps(view)
    def gated(
        request: HttpRequest, /, ticket_id: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        try:
            connection = working_connection(account_of(request))
            return view(request, connection, ticket_id, *args, **kwargs)
        except NotConnected as refusal:
            return _absent(request, ticket_id, str(refusal))
        except NotFound:
            return _absent(request, ticket_id, GONE.format(psa=connection.psa_label))

    return gated


def _absent(request: HttpRequest, ticket_id: str, sentence: str) -> HttpResponse:
    """Answer 404: as a panel where the panel was asked for, as a bar in a region, as a page."""
    context = {"ticket_id": ticket_id, "message": sentence}
    template = "tickets/absent.html"
    if is_htmx(request):
        match = request.resolver_match
        in_panel = match is not None and match.view_name == "tickets:detail"
        template = "tickets/panel_absent.html" if in_panel else "components/error_bar.html"
    return render(request, template, context, status=404)
