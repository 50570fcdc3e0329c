"""ResolutionAssist: the conversation, its answers as they come, its cards as steps."""

from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import user_of
from accounts.models import User
from accounts.permissions import Right
from resolutionflow.lib import claude
from resolutionflow.lib.answers import problem
from resolutionflow.lib.htmx import is_htmx
from resolutionflow.lib.htmx import redirect as redirect_to
from resolutionflow.lib.ratelimit import charge, hit_by_person, in_words
from sessions_app import assist, drafts, lifecycle, sizes
from sessions_app.access import get_session
from sessions_app.assist.cards import Card
from sessions_app.assist.forms import QuestionForm, empty_form
from sessions_app.assist.noting import NoteWaiting, put_into_note
from sessions_app.assist.shown import Shown, shown
from sessions_app.models import AssistTurn, Draft, WorkSession
from sessions_app.views import page

_NO_NOTE = "Link the session to a ticket first: then the summary can begin its note."


@require_http_methods(["GET", "HEAD"])
def conversation(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Show the conversation: a region for htmx, a page of its own otherwise."""
    return _conversation(request, get_session(request, session_id, Right.READ))


@require_POST
def ask(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    """Ask a question, for a summary, or for a text for the customer; it comes in pieces."""
    session = get_session(request, session_id, Right.WORK)
    user, form = user_of(request), QuestionForm(request.POST)
    if not form.is_valid():
        return _conversation(request, session, form, status=422)
    if not claude.is_on():
        return _refused(request, session, claude.Off.sentence)
    values = form.cleaned_data
    if seconds := hit_by_person(request, "assist"):
        said = f"That was too many questions. Wait {in_words(seconds)}, then ask again."
        answer = _not_asked(request, session, said, values["request_id"], status=429)
        answer["Retry-After"] = str(seconds)
        return answer
    try:
        if values["kind"] in assist.TOLD:
            assist.tell(session, user, values["kind"], values["request_id"])
        else:
            asked = assist.ask(session, user, values["question"], values["request_id"])
            _forget_draft(user, asked)
    except assist.QuestionReused as reused:
        # What was asked first stands; this is another question, with an id of its own.
        return _not_asked(request, session, reused.sentence, uuid4())
    except (assist.StillAnswering, assist.NothingToTell) as refused:
        return _not_asked(request, session, refused.sentence, values["request_id"])
    if is_htmx(request):
        return _conversation(request, session)
    return redirect("sessions:assist", session.pk)


@require_GET
def turn(request: HttpRequest, session_id: UUID, turn_id: int) -> HttpResponseBase:
    """Show one answer as far as it has come."""
    return _turn(request, get_session(request, session_id, Right.READ), turn_id)


@require_POST
def stop(request: HttpRequest, session_id: UUID, turn_id: int) -> HttpResponseBase:
    """End an answer where it is."""
    session = get_session(request, session_id, Right.WORK)
    assist.stop(_found(session, turn_id))
    return _turn(request, session, turn_id)


@require_POST
def resume(request: HttpRequest, session_id: UUID, turn_id: int) -> HttpResponseBase:
    """Have an answer that broke off or was stopped written to its end."""
    session = get_session(request, session_id, Right.WORK)
    broken_off = _found(session, turn_id)
    if not claude.is_on():
        return _refused(request, session, claude.Off.sentence)
    charge(request, "assist")
    try:
        assist.resume(broken_off)
    except (assist.StillAnswering, assist.NothingToContinue) as refused:
        return _refused(request, session, refused.sentence)
    return _turn(request, session, turn_id)


@require_POST
def add_step(request: HttpRequest, session_id: UUID, turn_id: int, number: int) -> HttpResponseBase:
    """Make a step of a card; a second click adds no second step."""
    session = get_session(request, session_id, Right.WORK)
    asked = _found(session, turn_id)
    card = _card(session, asked, number)
    try:
        step = lifecycle.add_step(session, card.values(), card.request_id)
    except (lifecycle.SessionClosed, sizes.SessionFull) as refused:
        return _refused(request, session, refused.sentence)
    if not is_htmx(request):
        return redirect(page.anchor(session, step))
    context = {"card": _card(session, asked, number), "turn": asked, "step": step}
    context |= {"said": f"Step added: {step.title}", "is_new": card.step is None}
    return page.fragment(request, session, "sessions_app/_assist_added.html", context)


@require_POST
def into_note(request: HttpRequest, session_id: UUID, turn_id: int) -> HttpResponseBase:
    """Begin the session's note with the sentences that rest on steps."""
    session = get_session(request, session_id, Right.WORK)
    asked = _found(session, turn_id)
    told = _shown(session, asked).sourced
    if not (told and session.psa_ticket_id and session.psa_connection):
        return _refused(request, session, _NO_NOTE)
    try:
        put_into_note(session, user_of(request), told, for_customer=asked.is_for_customer)
    except (NoteWaiting, drafts.NotKept) as refused:
        return _refused(request, session, refused.sentence)
    preview = reverse("sessions:post-preview", args=[session.pk])
    return redirect_to(request, preview)


def _forget_draft(user: User, asked: assist.Asked) -> None:
    """Forget what was typed: it was asked. After a repeat, another question may wait there."""
    session = asked.turn.session
    waiting = drafts.load(user, session, Draft.Form.ASSIST).get("question", "")
    if asked.is_new or asked.turn.question.startswith(waiting):
        drafts.discard(user, session, Draft.Form.ASSIST)


def _not_asked(
    request: HttpRequest,
    session: WorkSession,
    sentence: str,
    request_id: UUID,
    *,
    status: int = 409,
) -> HttpResponse:
    """Answer with the form as it was; beside a summary, with the question that waits."""
    waiting = drafts.load(user_of(request), session, Draft.Form.ASSIST)
    form = QuestionForm({**waiting, **request.POST.dict(), "request_id": request_id})
    form.add_error(None, sentence)
    return _conversation(request, session, form, status=status)


def _refused(request: HttpRequest, session: WorkSession, sentence: str) -> HttpResponse:
    """Answer 409 with the sentence: as a bar for htmx, above the conversation otherwise."""
    if is_htmx(request):
        return problem(request, 409, sentence)
    return _conversation(request, session, status=409, said=sentence)


def _found(session: WorkSession, turn_id: int) -> AssistTurn:
    turn: AssistTurn = get_object_or_404(session.assist_turns.select_related("session"), pk=turn_id)
    return turn


def _shown(session: WorkSession, turn: AssistTurn) -> Shown:
    return shown(turn, assist.steps_behind(session, [turn]))


def _card(session: WorkSession, turn: AssistTurn, number: int) -> Card:
    for card in assist.cards_of(turn, assist.steps_behind(session, [turn])):
        if card.number == number and not card.ticket_url:
            return card
    raise Http404


def _turn(request: HttpRequest, session: WorkSession, turn_id: int) -> HttpResponseBase:
    assist.end_lost(session)
    found = _found(session, turn_id)
    if not is_htmx(request):
        return redirect(f"{reverse('sessions:assist', args=[session.pk])}#assist-{turn_id}")
    one = _shown(session, found)
    context = {"session": session, "shown": one, "turn": one.turn}
    return render(request, "sessions_app/_assist_turn.html", context)


def _conversation(
    request: HttpRequest,
    session: WorkSession,
    form: QuestionForm | None = None,
    *,
    status: int = 200,
    said: str = "",
) -> HttpResponse:
    last, has_earlier = assist.turns_of(session, before=page.id_of(request, "before"))
    steps = assist.steps_behind(session, last)
    if form is None:
        waiting = drafts.load(user_of(request), session, Draft.Form.ASSIST)
        form = empty_form(waiting.get("question", ""))
    context = {
        "session": session,
        "problem": said,
        "turns": [shown(turn, steps) for turn in last],
        "has_earlier": has_earlier,
        "form": form,
        "summary_id": uuid4(),
        "customer_id": uuid4(),
        "is_on": claude.is_on(),
    }
    template = "_assist.html" if is_htmx(request) else "assist.html"
    return render(request, f"sessions_app/{template}", context, status=status)
