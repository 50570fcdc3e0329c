"""Questions and answers of a session: asked, stopped, gone on with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from sessions_app import lifecycle
from sessions_app.assist import answering
from sessions_app.models import AssistTurn, WorkSession

# Longer than an answer may take as a whole: nobody writes it any more.
_LOST_AFTER = timedelta(seconds=100)
_LOST = "The answer broke off, because the server was restarted."


@dataclass(frozen=True, slots=True)
class Asked:
    """The turn of a request, and whether it was this request that began it."""

    turn: AssistTurn
    is_new: bool


class StillAnswering(Exception):
    """Another answer of this session is still being written."""

    sentence = (
        "An answer is still being written, perhaps in another tab. Wait for it or stop it, then "
        "ask again: your text is kept."
    )


class QuestionReused(Exception):
    """The request id belongs to another question."""

    sentence = (
        "This form asked something else before, and was answered. Ask again: your text is kept."
    )


class NothingToSummarise(Exception):
    """The session has no step yet."""

    sentence = "There is no step to summarise yet. Record what you did first."


class NothingToContinue(Exception):
    """The answer is whole, or is being written."""

    sentence = "This answer is not cut off. Ask a new question below."


def turns_of(session: WorkSession) -> list[AssistTurn]:
    """Return the whole conversation, the oldest first; answers that nobody writes have ended."""
    turns = list(session.assist_turns.all())
    lost = [turn for turn in turns if _is_lost(turn)]
    for turn in lost:
        _end(turn, AssistTurn.State.FAILED, _LOST)
    return turns


def ask(session: WorkSession, user: User, question: str, request_id: UUID) -> Asked:
    """Write the question down and have it answered; a repeat asks nothing new.

    Raises StillAnswering, and QuestionReused if the request id asked something else.
    """
    return _begin(session, user, request_id, AssistTurn.Kind.ANSWER, question)


def summarise(session: WorkSession, user: User, request_id: UUID) -> Asked:
    """Have the recorded steps summarised, each sentence tied to its steps.

    Raises StillAnswering, NothingToSummarise, or QuestionReused like `ask`.
    """
    if not lifecycle.steps_of(session):
        raise NothingToSummarise
    return _begin(session, user, request_id, AssistTurn.Kind.SUMMARY, "")


def stop(turn: AssistTurn) -> AssistTurn:
    """End the answer where it is, and return it; one that has ended stays as it is."""
    _end(turn, AssistTurn.State.STOPPED, "")
    turn.refresh_from_db()
    return turn


def resume(turn: AssistTurn) -> AssistTurn:
    """Have an answer that broke off or was stopped written to its end.

    Raises StillAnswering, or NothingToContinue.
    """
    run = uuid4()
    ended = (AssistTurn.State.STOPPED, AssistTurn.State.FAILED)
    with _one_at_a_time():
        resumed = AssistTurn.objects.filter(pk=turn.pk, state__in=ended).update(
            state=AssistTurn.State.RUNNING, run=run, error="", written_at=timezone.now()
        )
    if not resumed:
        raise NothingToContinue
    turn.refresh_from_db()
    answering.start(turn)
    return turn


def _begin(
    session: WorkSession, user: User, request_id: UUID, kind: AssistTurn.Kind, question: str
) -> Asked:
    turns_of(session)
    if known := session.assist_turns.filter(request_id=request_id).first():
        if (known.kind, known.question) != (kind, question):
            raise QuestionReused
        return Asked(known, is_new=False)
    with _one_at_a_time():
        turn = session.assist_turns.create(
            request_id=request_id,
            kind=kind,
            question=question,
            asked_by=user,
            asked_by_name=user.name or user.email,
        )
    answering.start(turn)
    return Asked(turn, is_new=True)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Raise StillAnswering where the database sees a second answer under way."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        raise StillAnswering from problem


def _is_lost(turn: AssistTurn) -> bool:
    return turn.is_running and turn.written_at < timezone.now() - _LOST_AFTER


def _end(turn: AssistTurn, state: AssistTurn.State, error: str) -> None:
    running = AssistTurn.objects.filter(pk=turn.pk, state=AssistTurn.State.RUNNING)
    if running.update(state=state, error=error):
        turn.state, turn.error = state, error
