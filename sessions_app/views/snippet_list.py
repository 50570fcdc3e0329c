"""The snippets that a note offers while somebody types /name in it."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import account_of, requires, user_of
from accounts.models import Account
from accounts.permissions import Right
from psa.access import working_connection
from psa.naming import ticket_number
from psa.opened import open_provider
from psa.providers.errors import PsaError
from resolutionflow.lib.ids import uuid_of
from resolutionflow.lib.ratelimit import charge
from sessions_app import note_text, snippets
from sessions_app.access import get_session
from sessions_app.models import Snippet


@require_GET
@requires(Right.WORK)
def options(request: HttpRequest) -> HttpResponseBase:
    """Answer with the snippets as options, filled for the session or the ticket of the address."""
    session_id = uuid_of(request.GET.get("session", ""))
    user = user_of(request)
    if session_id:
        session = get_session(request, session_id, Right.WORK)
        account, values = session.account, snippets.values_for(session, user)
    else:
        account = account_of(request)
        values = {**_of_ticket(request, account), "engineer": user.name, "email": user.email}
    rows = Snippet.objects.filter(account=account)[: snippets.MOST]
    shown = [snippets.filled(row, values) for row in rows]
    return render(request, "sessions_app/_snippet_options.html", {"options": shown})


def _of_ticket(request: HttpRequest, account: Account) -> Mapping[str, str]:
    """Return what is known of the ticket; nothing where the PSA cannot be read."""
    number = ticket_number(request.GET.get("ticket", ""))
    if not number:
        return {}
    charge(request, "ticket")
    try:
        ticket = open_provider(working_connection(account)).get_ticket(number)
    except PsaError:
        return {}
    return {
        "ticket": ticket.id,
        "summary": ticket.summary,
        "company": ticket.company.name if ticket.company else "",
        "board": ticket.board.name,
        "status": ticket.status.name,
        "contact": ticket.contact_name,
        "first_name": note_text.first_name(ticket.contact_name),
    }
