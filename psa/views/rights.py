"""What the key may do: a region of the connection tab, and a page of its own."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import requires, user_of
from accounts.permissions import Right
from psa import keys, rights
from psa.access import get_connection
from psa.key_forms import WritingForm
from psa.models import PsaConnection
from psa.providers.errors import NotFound
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ratelimit import charge


@require_GET
@requires(Right.ADMINISTER)
def check(request: HttpRequest) -> HttpResponseBase:
    """Show what the keys in use may do; `again` asks the PSA anew."""
    connection = get_connection(request)
    charge(request, "ticket")
    return _answer(request, connection, again="again" in request.GET)


@require_GET
@requires(Right.ADMINISTER)
def check_next(request: HttpRequest) -> HttpResponseBase:
    """Show what the keys may do that wait to be put in use; 404 where none do."""
    connection = get_connection(request)
    if not connection.next_credentials_encrypted:
        raise Http404
    charge(request, "ticket")
    report = rights.check_keys(connection, keys.next_keys(connection))
    return _show(request, {"report": report, "of_next": True, "connection": connection})


@require_POST
@requires(Right.ADMINISTER)
def try_writing(request: HttpRequest) -> HttpResponseBase:
    """Write on the ticket that is named, and show what that tells."""
    connection = get_connection(request)
    form = WritingForm(request.POST)
    if not form.is_valid():
        return _answer(request, connection, form=form, status=422)
    charge(request, "post")
    values = form.cleaned_data
    try:
        tried = rights.try_writing(
            connection, user_of(request), values["ticket_id"], values["request_id"]
        )
    except NotFound:
        form.add_error("ticket_id", f"{connection.psa_label} knows no ticket with this number.")
        return _answer(request, connection, form=form, status=422)
    return _answer(request, connection, tried=tried)


def _answer(
    request: HttpRequest,
    connection: PsaConnection,
    *,
    form: WritingForm | None = None,
    tried: rights.Tried | None = None,
    again: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "report": rights.check(connection, again=again),
        "form": form or WritingForm(initial={"request_id": uuid4()}),
        "tried": tried,
        "connection": connection,
    }
    return _show(request, context, status)


def _show(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    template = "psa/_rights.html" if is_htmx(request) else "psa/rights.html"
    return render(request, template, {**context, "tab": "connection"}, status=status)
