"""A new ticket: its dialog, sending it, and how one stands that was sent."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires, user_of
from accounts.permissions import Right
from psa.access import get_creation, working_connection
from psa.models import PsaConnection, TicketCreation
from psa.outbox.intent import NotRetryable, RequestReused
from psa.providers.errors import PsaError
from psa.telling import sentence_for
from resolutionflow.lib import ratelimit
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.ids import uuid_of
from tickets import intake
from tickets import origin as origins
from tickets.creation_state import Standing
from tickets.new_form import NewTicketForm
from tickets.origin import Origin
from tickets.views import new_dialog


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.WORK)
def new(request: HttpRequest) -> HttpResponseBase:
    """Show the form of a new ticket, or create it."""
    origin = origins.of_request(request)
    connection = working_connection(origin.account)
    if request.method != "POST":
        return _open(request, connection, origin)
    draft = origin.draft_of(request.POST)
    if "load" in request.POST:
        form = NewTicketForm(psa=connection.psa_label, initial=request.POST.dict())
        shown = {"origin": origin.source, "draft": draft, "looking": True}
        return new_dialog.show(request, connection, form, **shown)
    form = NewTicketForm(request.POST.dict(), psa=connection.psa_label)
    return _create(request, connection, origin, form, draft)


@require_GET
def one(request: HttpRequest, creation_id: UUID) -> HttpResponseBase:
    """Show how a new ticket stands; while it is on its way, it asks for itself."""
    row = get_creation(request, creation_id, Right.WORK)
    return _standing(request, row)


@require_POST
def retry(request: HttpRequest, creation_id: UUID) -> HttpResponseBase:
    """Create a failed ticket again."""
    row = get_creation(request, creation_id, Right.WORK)
    ratelimit.charge(request, "post")
    try:
        row = intake.retry(row)
    except NotRetryable as refusal:
        row.refresh_from_db()
        return _standing(request, row, refusal=str(refusal))
    return _outcome(request, row)


def _open(request: HttpRequest, connection: PsaConnection, origin: Origin) -> HttpResponse:
    """Answer with the form: what failed, what was typed last, or what the address says."""
    tab = request.GET.get("tab") or ""
    failed_id = uuid_of(request.GET.get("again"))
    failed = Standing(get_creation(request, failed_id, Right.WORK)) if failed_id else None
    opening = origin.open(failed.values() if failed else None)
    form, lists, problem = origin.start(connection, opening.values)
    is_filled = bool(opening.values.keys() - {"session"})
    return new_dialog.show(
        request,
        connection,
        form,
        lists=lists,
        problem=problem,
        tab=tab or (new_dialog.FULL if is_filled else new_dialog.QUICK),
        restored=opening.restored,
        origin=origin.source,
        draft=opening.draft,
        card=opening.draft.split("-")[1:],
        others=opening.others,
    )


# --- Creating ------------------------------------------------------------------------


def _create(
    request: HttpRequest,
    connection: PsaConnection,
    origin: Origin,
    form: NewTicketForm,
    draft: str,
) -> HttpResponseBase:
    """Create the ticket; whatever becomes of it, the form's text is kept."""
    shown: dict[str, Any] = {"origin": origin.source, "draft": draft}
    known = intake.lists(connection, form.board_id)
    try:
        chosen = None if known.problem else intake.confirm(connection, form, known)
        if chosen is not None:
            if seconds := ratelimit.hit_by_person(request, "post"):
                return _too_many(request, connection, form, seconds, lists=known, **shown)
            stored = partial(origin.stored, values=form.cleaned_data, draft=draft)
            row = intake.submit(connection, user_of(request), form, chosen, stored)
            return _outcome(request, row, form, draft)
    except RequestReused as reused:
        # What was sent first stands; this is another wish, with an id of its own.
        form = NewTicketForm(
            {**request.POST.dict(), "request_id": uuid4()}, psa=connection.psa_label
        )
        form.add_error(None, str(reused))
        refusal, status = "", 422
    except PsaError as failure:
        refusal, status = sentence_for(user_of(request), failure), 502
    else:
        refusal, status = "", 502 if known.problem else 422
    return new_dialog.show(
        request, connection, form, lists=known, status=status, problem=refusal, **shown
    )


def _too_many(
    request: HttpRequest,
    connection: PsaConnection,
    form: NewTicketForm,
    seconds: int,
    **shown: Any,
) -> HttpResponse:
    wait = ratelimit.in_words(seconds)
    said = f"That was too many notes and tickets. Wait {wait}, then create it again."
    answer = new_dialog.show(request, connection, form, status=429, problem=said, **shown)
    answer["Retry-After"] = str(seconds)
    return answer


def _outcome(
    request: HttpRequest, row: TicketCreation, form: NewTicketForm | None = None, draft: str = ""
) -> HttpResponseBase:
    """Answer how it stands: with the form again where it was refused."""
    standing = Standing(row)
    if form is not None and row.connection and standing.http_status in (422, 502):
        return new_dialog.show(
            request,
            row.connection,
            form,
            status=standing.http_status,
            problem=standing.sentence,
            standing=standing,
            origin=origins.of_creation(request, row).source,
            draft=draft,
        )
    if is_htmx(request):
        return _standing(request, row)
    if not row.is_created:
        return redirect("tickets:new-one", creation_id=row.pk)
    (messages.warning if row.warning else messages.success)(request, standing.sentence)
    return redirect("tickets:detail", ticket_id=row.ticket_id)


def _standing(request: HttpRequest, row: TicketCreation, refusal: str = "") -> HttpResponse:
    """Answer how it stands; the page below the dialog shows it at once."""
    origin = origins.of_creation(request, row)
    answer = new_dialog.stands(request, row, origin=origin.source, refusal=refusal)
    answer.write(origin.news())
    return answer
