"""Quick create: a request in plain words fills the form of a new ticket. Creates nothing."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST

from accounts.access import account_of, requires, user_of
from accounts.permissions import Right
from psa.access import working_connection
from resolutionflow.lib.ratelimit import charge
from tickets.new_form import NewTicketForm
from tickets.parsing import reading
from tickets.parsing.filling import fill
from tickets.parsing.request_form import RequestForm
from tickets.views import new_dialog


@require_POST
@requires(Right.WORK)
def parse(request: HttpRequest) -> HttpResponseBase:
    """Answer with the form, filled with what the request asks for, to be checked."""
    connection = working_connection(account_of(request))
    quick = RequestForm(request.POST)
    quick.is_valid()
    session = quick.cleaned_data.get("session")
    draft = quick.cleaned_data.get("draft") or "ticket"
    shown: dict[str, Any] = {"quick": quick, "session_id": session, "draft": draft}
    if quick.refusal:
        form = NewTicketForm(
            psa=connection.psa_label, initial={**quick.carried, "session": session}
        )
        return new_dialog.show(request, connection, form, status=422, tab=new_dialog.QUICK, **shown)
    charge(request, "search")
    parsed = reading.read(connection, user_of(request), quick.cleaned_data["text"])
    form = fill(parsed.reading, psa=connection.psa_label, held=quick.carried, session=session)
    return new_dialog.show(request, connection, form, parsed=parsed, **shown)
