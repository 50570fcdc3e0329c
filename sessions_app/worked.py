"""Worked time: measured in intervals, told with the gaps between them, mended by a person.

A session's intervals are rows of `WorkInterval`, but for the last one: it begins at
`working_since` (or with the session) and lasts until the session is completed, or now. Nothing
recorded for longer than IDLE ends an interval: a session that was forgotten bills no weekend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sessions_app.export.document import decimal_hours
from sessions_app.models import WorkInterval, WorkSession

# After so long without anything recorded it is asked, not assumed, that somebody worked.
IDLE = timedelta(minutes=30)
# Of the gaps, the page tells the last ones.
MOST_GAPS = 5
MOST_HOURS = Decimal(9999)
_ZERO = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time from one moment to another."""

    start: datetime
    end: datetime

    @property
    def hours(self) -> str:
        """Return how long it is in decimal hours, as they are billed."""
        return decimal_hours(self.end - self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How long a session was worked: by its intervals, or as a person said it."""

    since: datetime
    spans: tuple[Span, ...]
    until: datetime
    total: timedelta
    is_said: bool

    @property
    def hours(self) -> str:
        """Return the total in decimal hours."""
        return decimal_hours(self.total)

    @property
    def gaps(self) -> list[Span]:
        """Return the last gaps: before, between and after intervals; they are not counted."""
        ends = [self.since, *(each.end for each in self.spans)]
        starts = [*(each.start for each in self.spans), self.until]
        gaps = [Span(start=end, end=start) for end, start in zip(ends, starts, strict=True)]
        return [gap for gap in gaps if gap.end - gap.start > IDLE][-MOST_GAPS:]


def of(session: WorkSession, now: datetime | None = None) -> Worked:
    """Return how long the session was worked until it was completed, or until now."""
    spans = [Span(start=row.started_at, end=row.ended_at) for row in session.intervals.all()]
    end = session.completed_at or now or timezone.now()
    spans += _last(session, end)
    counted = sum((each.end - each.start for each in _since_said(session, spans)), _ZERO)
    said = timedelta(seconds=session.worked_seconds or 0)
    return Worked(
        since=session.started_at,
        spans=tuple(spans),
        until=end,
        total=said + counted,
        is_said=session.worked_seconds is not None,
    )


def note(session: WorkSession, now: datetime | None = None) -> None:
    """Write down that somebody works the open session at this moment."""
    now = now or timezone.now()
    its = WorkSession.objects.filter(pk=session.pk, completed_at=None)
    fresh = Q(active_at__gt=now - IDLE) | Q(active_at=None)
    if its.filter(fresh).update(active_at=now):
        return
    with transaction.atomic():
        row = its.select_for_update().first()
        if row is None:
            return
        rest(row, now)
        WorkSession.objects.filter(pk=session.pk).update(
            active_at=now, working_since=row.working_since
        )


def rest(session: WorkSession, now: datetime) -> None:
    """End the last interval where nothing was recorded for too long; another begins now.

    The caller holds the session's row, and writes `working_since`.
    """
    if session.active_at and now - session.active_at > IDLE:
        end_interval(session, session.active_at, now)


def end_interval(session: WorkSession, end: datetime, again: datetime) -> None:
    """Keep the last interval as a row, and have the next one begin at `again`."""
    start = session.working_since or session.started_at
    if end > start:
        WorkInterval.objects.create(
            session=session, person=session.engineer, started_at=start, ended_at=end
        )
    session.working_since = again


def say(session: WorkSession, hours: Decimal, now: datetime | None = None) -> None:
    """Count what a person says instead of what was measured until now."""
    session.worked_seconds = int(hours * 3600)
    session.worked_as_of = session.completed_at or now or timezone.now()
    WorkSession.objects.filter(pk=session.pk).update(
        worked_seconds=session.worked_seconds, worked_as_of=session.worked_as_of
    )


def _last(session: WorkSession, end: datetime) -> list[Span]:
    """Return the interval that is no row: none if it has no length, cut where nobody worked."""
    start = session.working_since or session.started_at
    if session.is_open and session.active_at and end - session.active_at > IDLE:
        end = session.active_at
    return [Span(start=start, end=end)] if end > start else []


def _since_said(session: WorkSession, spans: Sequence[Span]) -> list[Span]:
    """Return what came after a person said how long they had worked."""
    since = session.worked_as_of
    if since is None:
        return list(spans)
    return [Span(start=max(each.start, since), end=each.end) for each in spans if each.end > since]
