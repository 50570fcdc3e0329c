"""Questions and answers of a session: asked, stopped, gone on with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from sessions_app.assist import answering
from sessions_app.models import AssistTurn, Step, WorkSession

# What is written of the steps, without a question.
TOLD = (AssistTurn.Kind.SUMMARY, AssistTurn.Kind.CUSTOMER)
# Turns of a conversation that a page shows; earlier ones are a click away.
MOST_SHOWN = 30
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


class NothingToTell(Exception):
    """The session has no step yet that could be told."""

    sentence = "There is no step to tell of yet. Record what you did first."


class NothingToContinue(Exception):
    """The answer is whole, or is being written."""

    sentence = "This answer is not cut off. Ask a new question below."


def turns_of(session: WorkSession, *, before: int = 0) -> tuple[list[AssistTurn], bool]:
    """Return the last turns, or the last before one, in order, and whether there are earlier ones.

    Answers that nobody writes any more have ended.
    """
    end_lost(session)
    turns = session.assist_turns.order_by("-pk")
    if before:
        turns = turns.filter(pk__lt=before)
    last = list(turns[: MOST_SHOWN + 1])
    return last[:MOST_SHOWN][::-1], len(last) > MOST_SHOWN


def end_lost(session: WorkSession) -> None:
    """End the answer that nobody writes any more, if there is one."""
    lost = timezone.now() - _LOST_AFTER
    for turn in session.assist_turns.filter(state=AssistTurn.State.RUNNING, written_at__lt=lost):
        _end(turn, AssistTurn.State.FAILED, _LOST)


def ask(session: WorkSession, user: User, question: str, request_id: UUID) -> Asked:
    """Write the question down and have it answered; a repeat asks nothing new.

    Raises StillAnswering, and QuestionReused if the request id asked something else.
    """
    return _begin(session, user, request_id, AssistTurn.Kind.ANSWER, question)


def tell(session: WorkSession, user: User, kind: AssistTurn.Kind, request_id: UUID) -> Asked:
    """Have the recorded steps told, each sentence tied to its steps: a summary, or for a customer.

    Raises StillAnswering, NothingToTell, or QuestionReused like `ask`.
    """
    steps = session.steps.filter(removed_at=None)
    if kind == AssistTurn.Kind.CUSTOMER:
        steps = steps.exclude(audience=Step.Audience.INTERNAL)
    if not steps.exists():
        raise NothingToTell
    return _begin(session, user, request_id, kind, "")


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
    end_lost(session)
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


def _end(turn: AssistTurn, state: AssistTurn.State, error: str) -> None:
    running = AssistTurn.objects.filter(pk=turn.pk, state=AssistTurn.State.RUNNING)
    if running.update(state=state, error=error):
        turn.state, turn.error = state, error
