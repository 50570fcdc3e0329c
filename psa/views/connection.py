"""The connection tab: set up, test, change and remove the account's way into its PSA."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import account_of, requires, user_of
from accounts.permissions import Right
from psa import connections
from psa.access import get_connection, stored_connection
from psa.credentials import CredentialsUnreadable, mask
from psa.forms import ConnectionForm
from psa.models import PsaConnection
from psa.opened import SECRETS
from psa.outbox import worker as outbox
from psa.providers.errors import PsaError, RateLimited
from psa.views.keys import slots_of
from resolutionflow.lib.htmx import is_htmx, redirect
from resolutionflow.lib.ratelimit import charge_account


@requires(Right.ADMINISTER)
def tab(request: HttpRequest) -> HttpResponseBase:
    """Show the connection: its state, its form, and how to get the keys."""
    connection = stored_connection(account_of(request))
    chosen = {"provider": request.GET.get("provider", "")} if connection is None else {}
    return _page(request, ConnectionForm(instance=connection, initial=chosen), connection)


@require_POST
@requires(Right.ADMINISTER)
def save(request: HttpRequest) -> HttpResponseBase:
    """Create or update the connection from the form, if it connects.

    422 with the reason beside the field; 502 with the form as typed when the PSA is out of reach.
    """
    account = account_of(request)
    form = ConnectionForm(request.POST, instance=stored_connection(account))
    if not form.is_valid():
        return _page(request, form, stored_connection(account), status=422)
    charge_account(account.pk, "connection")
    try:
        connection = connections.save(account, form.values(), user_of(request))
    except connections.NotSaved as problem:
        form.add_error(problem.field or None, problem.sentence)
        status = 502 if problem.out_of_reach else 422
        return _page(request, form, stored_connection(account), status=status)
    messages.success(request, f"Connected. {connection.psa_label} accepted the credentials.")
    return redirect(request, reverse("psa:integrations"))


@require_POST
@requires(Right.ADMINISTER)
def test(request: HttpRequest) -> HttpResponseBase:
    """Ask the PSA again with the stored credentials; a failure is answered with 502."""
    connection = get_connection(request)
    charge_account(connection.account_id, "connection")
    try:
        report = connections.test(connection)
    except RateLimited:
        raise  # The PSA wants a pause, and has not said whether it would have answered.
    except PsaError:
        return _page(request, ConnectionForm(instance=connection), connection, status=502)
    messages.success(
        request,
        f"{connection.psa_label} answered in {report.latency_ms} ms as {report.company_name}, "
        f"version {report.version}.",
    )
    return redirect(request, reverse("psa:integrations"))


@require_http_methods(["GET", "POST"])
@requires(Right.ADMINISTER)
def delete(request: HttpRequest) -> HttpResponseBase:
    """GET: say what stays and what goes. POST: remove the connection."""
    connection = get_connection(request)
    if request.method == "GET":
        context = {"connection": connection, "waiting": outbox.waiting(connection)}
        return render(request, "psa/disconnect.html", context)
    connections.delete(connection, user_of(request))
    messages.success(request, "Disconnected. Sessions and posts keep their ticket numbers.")
    return redirect(request, reverse("psa:integrations"))


def _page(
    request: HttpRequest,
    form: ConnectionForm,
    connection: PsaConnection | None,
    status: int = 200,
) -> HttpResponse:
    fragment = "#connection" if is_htmx(request) else ""
    context = {
        "tab": "connection",
        "form": form,
        "setup": form.setup,
        "connection": connection,
        "keys": _masked(connection),
        "slots": connection and slots_of(connection),
    }
    return render(request, f"psa/connection.html{fragment}", context, status=status)


def _masked(connection: PsaConnection | None) -> list[tuple[str, str]]:
    """Return label and mask of each stored secret; empty when they cannot be read any more."""
    if connection is None:
        return []
    try:
        stored = connections.credentials_of(connection)
    except CredentialsUnreadable:
        return []
    asked = connection.setup.asked
    return [(asked[name].label, mask(getattr(stored, name))) for name in SECRETS if name in asked]
