"""Replacing the keys in two steps: enter a pair, put it in use, put the old one back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import requires, user_of
from accounts.models import User
from accounts.permissions import Right
from psa import connections, keys
from psa.access import get_connection
from psa.credentials import CredentialsUnreadable, mask
from psa.key_forms import KeysForm
from psa.models import PsaConnection
from resolutionflow.lib.htmx import is_htmx, redirect
from resolutionflow.lib.ratelimit import charge_account

_Change = Callable[[PsaConnection, User], PsaConnection]


@require_http_methods(["GET", "POST"])
@requires(Right.ADMINISTER)
def enter(request: HttpRequest) -> HttpResponseBase:
    """GET: the slots and the form. POST: keep a new pair beside the one in use."""
    connection = get_connection(request)
    if request.method == "GET":
        return _page(request, connection, KeysForm(connection.setup))
    form = KeysForm(connection.setup, request.POST)
    if not form.is_valid():
        return _page(request, connection, form, status=422)
    charge_account(connection.account_id, "keys")
    try:
        keys.enter(connection, form.values(), user_of(request))
    except connections.NotSaved as problem:
        form.add_error(problem.field or None, problem.sentence)
        return _page(request, connection, form, status=422)
    messages.success(request, "The new keys wait here. The old ones are in use until you switch.")
    return redirect(request, reverse("psa:keys"))


@require_POST
@requires(Right.ADMINISTER)
def switch(request: HttpRequest) -> HttpResponseBase:
    """Put the pair that waits in use, if it connects."""
    return _change(request, keys.switch, "The new keys are in use. For a day you can go back.")


@require_POST
@requires(Right.ADMINISTER)
def roll_back(request: HttpRequest) -> HttpResponseBase:
    """Put the pair from before the last switch back in use, if it still connects."""
    return _change(request, keys.roll_back, "The keys from before are in use again.")


@require_POST
@requires(Right.ADMINISTER)
def discard(request: HttpRequest) -> HttpResponseBase:
    """Throw the pair that waits away."""
    return _change(request, keys.discard, "The waiting keys are thrown away.")


def slots_of(connection: PsaConnection) -> dict[str, Any]:
    """Return what is shown of the keys: no secret, and of those that wait a mask."""
    return {
        "since": connection.keys_since,
        "are_old": keys.are_old(connection),
        "waiting": _masked(connection),
        "entered_at": connection.next_entered_at,
        "until": connection.former_until if keys.can_roll_back(connection) else None,
    }


def _masked(connection: PsaConnection) -> str:
    """Return a mask of the public key that waits; empty where none does."""
    try:
        return mask(keys.next_keys(connection).public_key)
    except (connections.NotSaved, CredentialsUnreadable):
        return ""


def _change(request: HttpRequest, change: _Change, done: str) -> HttpResponse:
    """Make the change; 422 with the reason, 502 when the PSA could not be asked."""
    connection = get_connection(request)
    charge_account(connection.account_id, "keys")
    try:
        change(connection, user_of(request))
    except connections.NotSaved as problem:
        status = 502 if problem.out_of_reach else 422
        connection = get_connection(request)
        form = KeysForm(connection.setup)
        return _page(request, connection, form, problem.sentence, status)
    messages.success(request, done)
    return redirect(request, reverse("psa:keys"))


def _page(
    request: HttpRequest,
    connection: PsaConnection,
    form: KeysForm,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    template = "psa/_keys.html" if is_htmx(request) else "psa/keys.html"
    context = {
        "tab": "connection",
        "connection": connection,
        "slots": slots_of(connection),
        "form": form,
        "problem": problem,
    }
    return render(request, template, context, status=status)
