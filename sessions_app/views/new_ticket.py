"""New tickets: the dialog, a spin-off from a session, and how one stands that was sent."""

from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import account_of, requires, user_of
from accounts.permissions import Right
from psa.access import get_creation, working_connection
from psa.models import PsaConnection, TicketCreation
from psa.outbox.intent import NotRetryable, RequestReused
from psa.providers.errors import PsaError
from psa.telling import sentence_for
from resolutionflow.lib import ratelimit
from resolutionflow.lib.htmx import is_htmx, page_of
from sessions_app import drafts, spin_off
from sessions_app.access import get_session
from sessions_app.assist.cards import ticket_of
from sessions_app.models import Draft, WorkSession
from sessions_app.posting import uuid_of
from tickets import intake
from tickets.creation_state import Standing
from tickets.new_form import NewTicketForm, prefilled
from tickets.views import new as dialog

# What makes a ticket one of its own; the other fields are choices for it.
_WORDS = ("summary", "description")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Right.WORK)
def new(request: HttpRequest) -> HttpResponseBase:
    """Show the form of a new ticket, or create it."""
    session = _session(request)
    connection = working_connection(session.account if session else account_of(request))
    if request.method != "POST":
        return _open(request, connection, session)
    if "load" in request.POST:
        form = NewTicketForm(initial=request.POST.dict())
        draft = _draft(request)
        return dialog.show(request, connection, form, origin=session, looking=True, draft=draft)
    return _create(request, connection, session, NewTicketForm(request.POST.dict()))


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
        row = spin_off.retry(row)
    except NotRetryable as refusal:
        row.refresh_from_db()
        return _standing(request, row, refusal=str(refusal))
    return _stands(request, row)


# --- Opening -------------------------------------------------------------------------


def _session(request: HttpRequest) -> WorkSession | None:
    """Return the session that the ticket is spun off from, through its gate; None without."""
    named = request.POST.get("session") or request.GET.get("session")
    session_id = uuid_of(named) if named else None
    return get_session(request, session_id, Right.WORK) if session_id else None


def _open(
    request: HttpRequest, connection: PsaConnection, session: WorkSession | None
) -> HttpResponse:
    """Answer with the form: what failed, what was typed last, or what the address says."""
    tab = request.GET.get("tab") or ""
    failed_id = uuid_of(request.GET.get("again"))
    if failed_id:
        failed = Standing(get_creation(request, failed_id, Right.WORK)).values()
        failed |= {"session": str(session.pk)} if session else {}
        said, restored, draft = _told(request, session, failed)
    else:
        said, restored, draft = _said(request, session)
    form, lists, sentence = spin_off.start_with(connection, session, said)
    return dialog.show(
        request,
        connection,
        form,
        lists=lists,
        problem=sentence,
        tab=tab or (dialog.FULL if said.keys() - {"session"} else dialog.QUICK),
        restored=restored,
        origin=session,
        draft=draft,
        card=draft.split("-")[1:],
        others=draft != Draft.Form.TICKET and _waits(request, session),
    )


def _said(request: HttpRequest, session: WorkSession | None) -> tuple[dict[str, str], bool, str]:
    """Return what the form starts with, whether it was typed before, and which form it is.

    A card's ticket, or one that the address tells in words, is not the one that was begun before:
    the two are never mixed, and neither is kept in place of the other.
    """
    said, user = prefilled(request.GET), user_of(request)
    turn, number = request.GET.get("turn", ""), request.GET.get("card", "")
    proposed = ticket_of(session, turn, number) if session else {}
    if not proposed and said.keys() & {*_WORDS}:
        return _told(request, session, said)
    draft = drafts.ticket_form(turn, number) if proposed else str(Draft.Form.TICKET)
    if "fresh" in request.GET:
        drafts.discard(user, session, draft)
    typed = drafts.load(user, session, draft)
    if proposed:
        return said | proposed | typed, bool(typed), draft
    return typed | said, bool(typed) and not (said.keys() - {"session", "tab"}), draft


def _told(
    request: HttpRequest, session: WorkSession | None, said: dict[str, str]
) -> tuple[dict[str, str], bool, str]:
    """Return the same for a ticket that is told in words: the one that was begun, or another.

    Another one takes a name out of its words, so that the one that was begun stays as it is.
    """
    user, usual = user_of(request), str(Draft.Form.TICKET)
    begun = drafts.load(user, session, usual)
    if begun and all(begun.get(name) == said[name] for name in _WORDS if said.get(name)):
        return said | begun, True, usual
    words = "\n".join(said.get(name, "") for name in _WORDS)
    # Like a card's, of a turn that never is.
    apart = drafts.ticket_form("0", str(crc32(words.encode())))
    typed = drafts.load(user, session, apart)
    return said | typed, False, apart if begun or typed else usual


def _waits(request: HttpRequest, session: WorkSession | None) -> bool:
    """Return whether another ticket was begun here."""
    return bool(drafts.load(user_of(request), session, Draft.Form.TICKET))


def _draft(request: HttpRequest) -> str:
    """Return under which name the text of the form that was sent is kept."""
    named = request.POST.get("draft", "")
    is_one = named.isascii() and drafts.is_ticket(named)
    return named if is_one else str(Draft.Form.TICKET)


# --- Creating ------------------------------------------------------------------------


def _create(
    request: HttpRequest,
    connection: PsaConnection,
    session: WorkSession | None,
    form: NewTicketForm,
) -> HttpResponseBase:
    """Create the ticket; whatever becomes of it, the form's text is kept."""
    draft = _draft(request)
    shown: dict[str, Any] = {"origin": session, "draft": draft}
    known = intake.lists(connection, form.board_id)
    try:
        chosen = None if known.problem else intake.confirm(connection, form, known)
        if chosen is not None:
            if seconds := ratelimit.hit_by_person(request, "post"):
                return _too_many(request, connection, form, seconds, lists=known, **shown)
            row = spin_off.submit(connection, user_of(request), session, form, chosen, draft)
            return _stands(request, row, form)
    except RequestReused as reused:
        # What was sent first stands; this is another wish, with an id of its own.
        form = NewTicketForm({**request.POST.dict(), "request_id": uuid4()})
        form.add_error(None, str(reused))
        refusal, status = "", 422
    except PsaError as failure:
        refusal, status = sentence_for(user_of(request), failure), 502
    else:
        refusal, status = "", 502 if known.problem else 422
    return dialog.show(
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
    answer = dialog.show(request, connection, form, status=429, problem=said, **shown)
    answer["Retry-After"] = str(seconds)
    return answer


def _stands(
    request: HttpRequest, row: TicketCreation, form: NewTicketForm | None = None
) -> HttpResponseBase:
    """Answer how it stands: with the form again where it was refused."""
    standing, origin = Standing(row), _origin(row)
    if form is not None and row.connection and standing.http_status in (422, 502):
        return dialog.show(
            request,
            row.connection,
            form,
            status=standing.http_status,
            problem=standing.sentence,
            standing=standing,
            origin=origin,
            draft=_draft(request),
        )
    if is_htmx(request):
        return _standing(request, row)
    if not row.is_created:
        return redirect("new-ticket-one", creation_id=row.pk)
    (messages.warning if row.warning else messages.success)(request, standing.sentence)
    return redirect("tickets:detail", ticket_id=row.ticket_id)


def _standing(request: HttpRequest, row: TicketCreation, refusal: str = "") -> HttpResponse:
    """Answer how it stands; the session's page below the dialog lists it at once."""
    origin = _origin(row)
    answer = dialog.stands(request, row, origin=origin, refusal=refusal)
    if is_htmx(request) and origin and page_of(request) == origin.get_absolute_url():
        news = {"session": origin, "is_news": True}
        answer.write(render_to_string("sessions_app/_spin_offs.html", news, request))
    return answer


def _origin(row: TicketCreation) -> WorkSession | None:
    tie = getattr(row, "session_ticket", None)
    return tie.session if tie else None
