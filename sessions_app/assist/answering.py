"""Writes an answer down as it comes, in a thread of its own.

A web thread would be held for as long as Claude writes; the page asks for what is there
instead, which also finds it again after a lost connection, in any tab and any process.
"""

import logging
import time
from contextlib import closing
from threading import Thread
from uuid import UUID

from django.utils import timezone

from accounts import usage
from resolutionflow.lib import claude
from resolutionflow.lib.database import release_database
from sessions_app.assist import context, proposals
from sessions_app.models import AssistTurn

logger = logging.getLogger(__name__)

# Seconds between two writings: what a reader takes for a steady flow.
_EVERY = 0.25
_KEPT = ("answer", "proposals", "unusable", "model")
_NO_ROOM = "The answer was too long for one piece. Continue it, if you need the rest."
_BROKEN = "The answer broke off because of an error of ours. It is in the log."


class _Stopped(Exception):
    """Somebody stopped the answer, or another writer has taken it over."""


def start(turn: AssistTurn) -> None:
    """Begin to write the answer; returns at once."""
    Thread(target=write, args=(turn.pk, turn.run), name=f"assist-{turn.pk}", daemon=True).start()


def write(turn_id: int, run: UUID) -> None:
    """Write the answer to its end, whatever comes; never raises."""
    try:
        turn = AssistTurn.objects.select_related(
            "session__account", "session__engineer", "session__psa_connection"
        ).get(pk=turn_id, run=run)
        _Writer(turn).work()
    except (AssistTurn.DoesNotExist, _Stopped):
        return
    finally:
        release_database()


class _Writer:
    """One run at one turn."""

    def __init__(self, turn: AssistTurn) -> None:
        self._turn = turn
        self._due = 0.0

    def work(self) -> None:
        """Ask Claude and keep what it says."""
        try:
            if self._turn.kind == AssistTurn.Kind.ANSWER:
                self._answer()
            else:
                self._tell_the_steps()
        except claude.ClaudeError as error:
            lost = isinstance(error, claude.Unreachable | claude.TimedOut)
            cut = claude.CutOff() if lost and self._turn.answer else error
            self._end(AssistTurn.State.FAILED, cut.sentence)
        except _Stopped:
            raise
        except Exception:
            logger.exception("An answer broke off")
            self._end(AssistTurn.State.FAILED, _BROKEN)

    def _answer(self) -> None:
        turn = self._turn
        events = claude.stream(
            usage.meter(turn.session.account),
            system=context.system(turn.session),
            turns=context.turns(turn),
            tools=proposals.TOOLS,
        )
        with closing(events):  # type: ignore[type-var]
            for event in events:
                self._keep()
                self._take(event)

    def _take(self, event: claude.Event) -> None:
        turn = self._turn
        match event:
            case claude.Text(text):
                # PostgreSQL stores no NUL.
                turn.answer += text.replace("\x00", "␀")
            case claude.Call(_, value) if proposals.stored(value) in turn.proposals:
                pass  # said again after a break
            case claude.Call(_, value) if len(turn.proposals) < proposals.MOST:
                turn.proposals.append(proposals.stored(value))
            case claude.Call() | claude.Dropped():
                turn.unusable += 1
            case claude.End():
                turn.model = event.model
                ended = AssistTurn.State.DONE if event.is_complete else AssistTurn.State.STOPPED
                self._end(ended, "" if event.is_complete else _NO_ROOM)

    def _tell_the_steps(self) -> None:
        turn = self._turn
        is_summary = turn.kind == AssistTurn.Kind.SUMMARY
        told = context.summary if is_summary else context.for_customer
        task, text, ids = told(turn.session)
        found = claude.ask(
            usage.meter(turn.session.account),
            proposals.Summary,
            system=task,
            text=text,
            seconds=60.0,
        )
        turn.model = found.model
        for sentence in found.value.sentences:
            # A number that is no step's is no source.
            steps = [ids[number - 1] for number in sentence.steps if 0 < number <= len(ids)]
            kept = sentence.model_copy(update={"steps": sorted(set(steps))})
            turn.proposals.append(proposals.stored(kept))
        self._end(AssistTurn.State.DONE, "")

    def _keep(self) -> None:
        """Write down what there is, though not for every word. Raises _Stopped."""
        now = time.monotonic()
        if now >= self._due:
            self._due = now + _EVERY
            self._update()

    def _end(self, state: AssistTurn.State, error: str) -> None:
        self._update(state=state, error=error)

    def _update(self, **fields: object) -> None:
        mine = AssistTurn.objects.filter(
            pk=self._turn.pk, run=self._turn.run, state=AssistTurn.State.RUNNING
        )
        kept = {name: getattr(self._turn, name) for name in _KEPT}
        written = mine.update(**kept, **fields, written_at=timezone.now())
        # Claude may think for a while, and others need the connection.
        release_database()
        if not written:
            raise _Stopped
