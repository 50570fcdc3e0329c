"""The member mapping tab: who of our people is who in the PSA."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import account_of, requires, user_of
from accounts.permissions import Right
from psa.access import get_connection, get_member_request, get_people, stored_connection
from psa.member_forms import MappingForm
from psa.members import listing, mapping, requests
from psa.models import PsaConnection
from resolutionflow.lib.htmx import is_htmx, redirect
from resolutionflow.lib.ratelimit import charge_account

# Findings that an auto-match shows at once.
MOST_FOUND = 100

_DECIDED = "This was decided or changed meanwhile. Below is what stands now."
_GONE = (
    "The connection that this form was made for is gone, and its member mapping with it. "
    "Nothing was saved. Below is what stands now."
)


@requires(Right.ADMINISTER)
def tab(request: HttpRequest) -> HttpResponseBase:
    """Show everybody and their members, or that a connection comes first."""
    connection = stored_connection(account_of(request))
    return _page(request, connection, page=request.GET.get("page"))


@require_POST
@requires(Right.ADMINISTER)
def save(request: HttpRequest) -> HttpResponseBase:
    """Save all rows of the form, or none.

    404 or 409 when the connection is gone or another one, 409 when somebody else changed a row
    meanwhile, 422 for a row that does not hold, 502 with the form as typed without the PSA.
    """
    account, form = account_of(request), MappingForm(request.POST)
    people = get_people(account, form.typed)
    connection = stored_connection(account)
    if connection is None or not form.is_about(connection):
        return _gone(request, connection)
    try:
        changed = mapping.save(connection, user_of(request), form.wishes(people))
    except mapping.ConnectionGone:
        return _gone(request, None)
    except mapping.NotSaved as refusal:
        return _refused(request, connection, form, refusal)
    messages.success(request, _in_words(changed))
    return redirect(request, f"{reverse('psa:integrations')}?tab=members")


@require_POST
@requires(Right.ADMINISTER)
def auto_match(request: HttpRequest) -> HttpResponseBase:
    """Map by e-mail whoever is not mapped, and show what was found and what was not."""
    connection = get_connection(request)
    charge_account(connection.account_id, "match")
    try:
        findings = mapping.auto_match(connection, user_of(request))
    except mapping.ConnectionGone:
        return _gone(request, None)
    shown, more = findings[:MOST_FOUND], max(0, len(findings) - MOST_FOUND)
    return _page(request, connection, findings=shown, more_found=more)


@require_POST
@requires(Right.ADMINISTER)
def decide(request: HttpRequest, request_id: int) -> HttpResponseBase:
    """Say yes or no (`decision`: accept or decline) to what somebody asked to be.

    409 when it was decided or changed meanwhile, 422 for a member who cannot be theirs any more.
    """
    asked = get_member_request(request, request_id)
    actor = user_of(request)
    try:
        if request.POST.get("decision") == "accept":
            mapping.accept(asked, actor)
            messages.success(request, f"{asked.user} is {asked.external_member_name} now.")
        else:
            requests.decline(asked, actor)
            messages.success(request, f"{asked.user} stays as they are, and is told.")
    except (requests.RequestGone, mapping.ConnectionGone):
        return _page(request, asked.connection, status=409, sentence=_DECIDED)
    except mapping.NotSaved as refusal:
        status = 502 if refusal.out_of_reach else 422
        sentence = " ".join(refusal.rows.values()) or refusal.sentence
        return _page(request, asked.connection, status=status, sentence=sentence)
    return redirect(request, f"{reverse('psa:integrations')}?tab=members")


def _gone(request: HttpRequest, connection: PsaConnection | None) -> HttpResponse:
    return _page(request, connection, status=409 if connection else 404, sentence=_GONE)


def _refused(
    request: HttpRequest, connection: PsaConnection, form: MappingForm, refusal: mapping.NotSaved
) -> HttpResponse:
    """Answer with the form as typed and what to mend."""
    status = 409 if refusal.moved else 502 if refusal.out_of_reach else 422
    shown = listing.load(connection, form.page, form.typed, refusal.rows)
    return _page(request, connection, shown, status=status, sentence=refusal.sentence)


def _page(
    request: HttpRequest,
    connection: PsaConnection | None,
    shown: listing.Listing | None = None,
    *,
    page: str | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    if connection and shown is None:
        shown = listing.load(connection, page)
    asked = requests.waiting(connection) if connection else []
    context = {"tab": "members", "connection": connection, "listing": shown, "asked": asked, **more}
    template = f"psa/members.html{'#members' if is_htmx(request) else ''}"
    return render(request, template, context, status=status)


def _in_words(changed: int) -> str:
    if not changed:
        return "Nothing changed: every row is as it was."
    return f"Saved. {changed} {'person was' if changed == 1 else 'people were'} changed."
