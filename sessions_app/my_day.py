"""A person's day: what they worked, what they booked, and what is not booked yet.

Days are those of the zone that the person is shown times in. Reads only; asks no PSA.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db.models import F, Prefetch, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from psa.models import TimeEntry
from resolutionflow.lib.hours import billed
from resolutionflow.lib.zones import current, day_in
from sessions_app import booked, worked
from sessions_app.models import LONG_TEXTS, WorkInterval, WorkSession
from sessions_app.worked import Span

# Of a week; nobody works more, and a page that is asked for reads no more.
MOST_PIECES = 1000
# Sessions and tickets of one day.
MOST_LINES = 100
_ZERO, _NONE = timedelta(), Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A time in which somebody worked one session."""

    session: WorkSession
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """Return how long it is."""
        return self.end - self.start


@dataclass(slots=True, kw_only=True)
class Line:
    """What a person did in one day for a session, or for a ticket without one."""

    session: WorkSession | None
    ticket_id: str
    pieces: list[Piece] = field(default_factory=list)
    entries: list[TimeEntry] = field(default_factory=list)
    # Decimal hours that are still to be booked.
    open: Decimal = _NONE
    # How long the whole session was, where a person said so.
    said: timedelta | None = None

    @property
    def worked(self) -> timedelta:
        """Return how long it was worked on that day."""
        return _sum(self.pieces)

    @property
    def booked(self) -> Decimal:
        """Return the hours of that day that are booked, or on their way."""
        return sum((each.hours for each in self.entries if booked.counts(each)), _NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day: its lines, and what shows in the times between and across them."""

    day: date
    lines: Sequence[Line]
    pieces: Sequence[Piece]
    # Between what was worked, longer than the account's idle time.
    gaps: Sequence[Span]
    # Worked in two sessions at once: each counts there, and once in the day's time.
    overlaps: Sequence[Span]
    worked: timedelta

    @property
    def booked(self) -> Decimal:
        """Return the decimal hours that are booked, or on their way."""
        return sum((line.booked for line in self.lines), _NONE)

    @property
    def open(self) -> Decimal:
        """Return the decimal hours that are not booked yet."""
        return sum((line.open for line in self.lines), _NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One day of a week at a glance."""

    day: date
    worked: timedelta
    booked: Decimal


def of(person: User, day: date, now: datetime | None = None) -> Day:
    """Return the person's day."""
    now = now or timezone.now()
    start, end = day_in(current(), day)
    pieces = pieces_of(person, start, end, now)
    lines = _lines(person, day, pieces)
    _reckon(person, lines)
    return Day(
        day=day,
        lines=sorted(lines, key=_place),
        pieces=pieces,
        gaps=_gaps(pieces, person),
        overlaps=_overlaps(pieces),
        worked=_sum(_merged(pieces)),
    )


def week_of(person: User, day: date, now: datetime | None = None) -> list[Total]:
    """Return the seven days, from Monday, of the week that holds this day."""
    now = now or timezone.now()
    days = [day + timedelta(days=number - day.weekday()) for number in range(7)]
    bounds = [day_in(current(), each) for each in days]
    pieces = pieces_of(person, bounds[0][0], bounds[-1][1], now)
    entries = TimeEntry.objects.filter(made_by=person, day__range=(days[0], days[-1]))
    rows = entries.exclude(state=TimeEntry.State.FAILED).values("day").order_by("day")
    hours = {row["day"]: row["sum"] for row in rows.annotate(sum=Sum("hours"))}
    return [
        Total(
            day=each,
            worked=_sum(_merged(_within(pieces, start, end))),
            booked=hours.get(each, _NONE),
        )
        for each, (start, end) in zip(days, bounds, strict=True)
    ]


def pieces_of(person: User, start: datetime, end: datetime, now: datetime) -> list[Piece]:
    """Return what the person worked between two moments, in order, cut at both."""
    # Without the length of intervals the index could not leave out those of years before.
    begun = start - worked.LONGEST_INTERVAL
    rows = WorkInterval.objects.filter(
        person=person,
        kind=WorkInterval.Kind.WORK,
        started_at__range=(begun, end),
        ended_at__gt=start,
    ).select_related("session")
    rows = rows.defer(*(f"session__{name}" for name in LONG_TEXTS))
    pieces = [
        Piece(session=row.session, start=row.started_at, end=row.ended_at)
        for row in rows[:MOST_PIECES]
    ]
    running = WorkSession.objects.filter(engineer=person, completed_at=None, paused_at=None)
    running = running.annotate(began=Coalesce("working_since", "started_at"))
    running = running.filter(began__lt=end, began__lte=F("active_at")).defer(*LONG_TEXTS)
    for session in running.select_related("account")[:MOST_LINES]:
        last = worked.running(session, now)
        pieces += [Piece(session=session, start=each.start, end=each.end) for each in last]
    return _within(pieces, start, end)


def _lines(person: User, day: date, pieces: Iterable[Piece]) -> list[Line]:
    """Return a line for each session that was worked, and for what was booked besides."""
    lines: dict[object, Line] = {}
    for piece in pieces:
        line = lines.setdefault(piece.session.pk, _line_of(piece.session))
        line.pieces.append(piece)
    entries = TimeEntry.objects.filter(made_by=person, day=day).order_by("created_at")
    entries = entries.select_related("connection", *booked.SESSIONS)
    for entry in entries[:MOST_LINES]:
        session = booked.session_of(entry)
        key = session.pk if session else _key_of_ticket(entry.ticket_id, lines)
        fresh = _line_of(session) if session else Line(session=None, ticket_id=entry.ticket_id)
        lines.setdefault(key, fresh).entries.append(entry)
    return list(lines.values())[:MOST_LINES]


def _line_of(session: WorkSession) -> Line:
    return Line(session=session, ticket_id=session.psa_ticket_id)


def _key_of_ticket(ticket_id: str, lines: dict[object, Line]) -> object:
    """Return the line of the one session on this ticket, else the ticket's own."""
    found = [key for key, line in lines.items() if line.session and line.ticket_id == ticket_id]
    return found[0] if len(found) == 1 else ("ticket", ticket_id)


def _reckon(person: User, lines: Sequence[Line]) -> None:
    """Write into each line what is still to be booked of it.

    A session that took several days may be booked on one of them. So a day's part is open only
    as far as the whole session is.
    """
    keys = [line.session.pk for line in lines if line.session]
    mine = WorkInterval.objects.filter(person=person, kind=WorkInterval.Kind.WORK)
    sessions = WorkSession.objects.filter(pk__in=keys).defer(*LONG_TEXTS).select_related("account")
    whole = {
        session.pk: session for session in sessions.prefetch_related(Prefetch("intervals", mine))
    }
    hours = booked.by_session(keys, person)
    for line in lines:
        if line.session is None:
            continue
        session = whole[line.session.pk]
        time, rules = worked.of(session), session.account.time_rules
        is_theirs = time.is_said and session.engineer_id == person.pk
        total = time.total if is_theirs else time.measured
        others = _of_ticket(line)
        rest = max(_NONE, billed(total, rules) - hours.get(session.pk, _NONE) - others)
        line.said = total if is_theirs else None
        line.open = rest if is_theirs else min(rest, billed(line.worked, rules))


def _of_ticket(line: Line) -> Decimal:
    """Return what was booked on that day for the line's ticket, but not from the session."""
    loose = (
        each for each in line.entries if booked.session_of(each) is None and booked.counts(each)
    )
    return sum((each.hours for each in loose), _NONE)


def _within(pieces: Iterable[Piece], start: datetime, end: datetime) -> list[Piece]:
    """Return the pieces between two moments, in order, cut at both."""
    cut = (
        Piece(session=each.session, start=max(each.start, start), end=min(each.end, end))
        for each in pieces
    )
    return sorted((each for each in cut if each.end > each.start), key=lambda each: each.start)


def _merged(pieces: Iterable[Piece | Span]) -> list[Span]:
    """Return when anything was worked: what overlaps or meets is one."""
    merged: list[Span] = []
    for piece in sorted(pieces, key=lambda each: each.start):
        if merged and piece.start <= merged[-1].end:
            merged[-1] = Span(start=merged[-1].start, end=max(merged[-1].end, piece.end))
        else:
            merged.append(Span(start=piece.start, end=piece.end))
    return merged


def _gaps(pieces: Sequence[Piece], person: User) -> list[Span]:
    idle = person.account.time_rules.idle if person.account else _ZERO
    between = pairwise(_merged(pieces))
    gaps = [Span(start=before.end, end=after.start) for before, after in between]
    return [gap for gap in gaps if gap.length > idle]


def _overlaps(pieces: Sequence[Piece]) -> list[Span]:
    """Return when two sessions were worked at once."""
    overlaps, reached = [], None
    for piece in pieces:
        if reached and piece.start < reached:
            overlaps.append(Span(start=piece.start, end=min(reached, piece.end)))
        reached = max(reached, piece.end) if reached else piece.end
    return _merged(overlaps)


def _sum(pieces: Iterable[Piece | Span]) -> timedelta:
    return sum((each.length for each in pieces), _ZERO)


def _place(line: Line) -> tuple[bool, datetime | str]:
    """Return by what lines are in order: by when they were worked, then by ticket."""
    first = line.pieces[0].start if line.pieces else None
    return (first is None, first.isoformat() if first else line.ticket_id)
