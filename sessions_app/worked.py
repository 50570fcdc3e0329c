"""Worked time as it is read: by intervals, with the gaps between them, or as a person said it.

Nothing here writes: `clock` measures, and `mending` changes what was measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from django.utils import timezone

from resolutionflow.lib.hours import billed, on_the_clock
from sessions_app import clock
from sessions_app.export.document import decimal_hours
from sessions_app.models import WorkInterval, WorkSession

# Of the gaps, the page tells the last ones.
MOST_GAPS = 5
# A longer gap is mended by saying when it was worked: one click never bills a night.
MOST_COUNTED = timedelta(hours=8)
# Longer is none that was measured; those of before intervals may be, and are years old.
LONGEST_INTERVAL = timedelta(days=31)
_ZERO = timedelta()


class State(StrEnum):
    """How a session's clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    IDLE = "idle"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time from one moment to another; `row` is the interval that it is, if it has ended."""

    start: datetime
    end: datetime
    row: WorkInterval | None = None

    @property
    def length(self) -> timedelta:
        """Return how long it is."""
        return self.end - self.start

    @property
    def hours(self) -> str:
        """Return how long it is in decimal hours, as they are billed."""
        return decimal_hours(self.length)

    @property
    def clock(self) -> str:
        """Return how long it is in hours and minutes."""
        return on_the_clock(self.length)

    @property
    def may_count(self) -> bool:
        """Whether a gap is short enough to be counted by one click."""
        return self.length <= MOST_COUNTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How long a session was worked until `until`, and how its clock stands."""

    state: State
    spans: tuple[Span, ...]
    gaps: tuple[Span, ...]
    until: datetime
    total: timedelta
    measured: timedelta
    is_said: bool
    # Of a running clock: in how many seconds it comes to rest, and after how many it would.
    idle_in: int = 0
    idle_after: int = 0

    @property
    def hours(self) -> str:
        """Return the total in decimal hours."""
        return decimal_hours(self.total)

    @property
    def clock(self) -> str:
        """Return the total in hours and minutes, as the running clock shows it."""
        return on_the_clock(self.total)

    @property
    def seconds(self) -> int:
        """Return the total in whole seconds."""
        return self.total // timedelta(seconds=1)

    @property
    def measured_clock(self) -> str:
        """Return what was measured, in hours and minutes."""
        return on_the_clock(self.measured)

    @property
    def question(self) -> Span | None:
        """Return the gap that has not ended: nothing is being recorded, and somebody may work."""
        last = self.gaps[-1] if self.gaps and self.state == State.IDLE else None
        return last if last and last.end == self.until else None

    @property
    def told_gaps(self) -> Sequence[Span]:
        """Return the last gaps that have ended; nobody said yet whether they were worked."""
        ended = self.gaps[:-1] if self.question else self.gaps
        return ended[-MOST_GAPS:]


def of(session: WorkSession, now: datetime | None = None) -> Worked:
    """Return how long the session was worked until it was completed, or until now."""
    now = now or timezone.now()
    end, rules = session.completed_at or now, session.account.time_rules
    rows = [
        Span(start=row.started_at, end=row.ended_at, row=row) for row in session.intervals.all()
    ]
    last = running(session, end)
    spans = (*(each for each in rows if each.row and each.row.counts), *last)
    said = timedelta(seconds=session.worked_seconds or 0)
    quiet = now - session.active_at if session.active_at else _ZERO
    return Worked(
        state=_state(session, now),
        spans=spans,
        gaps=tuple(_gaps(session, [*rows, *last], session.paused_at or end, rules.idle)),
        until=end,
        total=said + _sum(_since_said(session, spans)),
        measured=_sum(spans),
        is_said=session.worked_seconds is not None,
        idle_in=max(0, int((rules.idle - quiet).total_seconds())),
        idle_after=int(rules.idle.total_seconds()),
    )


def billed_of(session: WorkSession, time: Worked) -> Decimal:
    """Return the decimal hours that the account's rules make of the worked time."""
    return billed(time.total, session.account.time_rules)


def running(session: WorkSession, end: datetime) -> list[Span]:
    """Return the interval that is no row yet at this moment: none, or one.

    It is cut where nobody worked.
    """
    if session.paused_at:
        return []
    start = session.working_since or session.started_at
    if clock.is_idle(session, end) and session.active_at:
        end = session.active_at
    return [Span(start=start, end=end)] if end > start else []


def in_one(spans: Sequence[Span]) -> Span | None:
    """Return the spans as one, None where there is none, or some time between them."""
    in_order = sorted(spans, key=lambda each: each.start)
    if not in_order or any(after.start > before.end for before, after in pairwise(in_order)):
        return None
    return Span(start=in_order[0].start, end=in_order[-1].end)


def gap_at(session: WorkSession, start: datetime, now: datetime) -> Span | None:
    """Return the gap that begins at this moment, None where it was answered or never was."""
    return next((gap for gap in of(session, now).gaps if gap.start == start), None)


def _state(session: WorkSession, now: datetime) -> State:
    if not session.is_open:
        return State.ENDED
    if session.paused_at:
        return State.PAUSED
    return State.IDLE if clock.is_idle(session, now) else State.RUNNING


def _gaps(
    session: WorkSession, known: Sequence[Span], until: datetime, idle: timedelta
) -> list[Span]:
    """Return the times of which nobody knows yet whether they were worked, in order."""
    gaps, reached = [], session.started_at
    for span in [*sorted(known, key=lambda each: each.start), Span(start=until, end=until)]:
        if span.start - reached > idle:
            gaps.append(Span(start=reached, end=span.start))
        reached = max(reached, span.end)
    return gaps


def _since_said(session: WorkSession, spans: Sequence[Span]) -> list[Span]:
    """Return what came after a person said how long they had worked."""
    since = session.worked_as_of
    if since is None:
        return list(spans)
    return [Span(start=max(each.start, since), end=each.end) for each in spans if each.end > since]


def _sum(spans: Sequence[Span]) -> timedelta:
    return sum((each.length for each in spans), _ZERO)
