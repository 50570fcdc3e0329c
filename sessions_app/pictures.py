"""What the pictures of My day are drawn from: whole numbers, for shapes without inline styles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from resolutionflow.lib.hours import of_decimal
from sessions_app import booked as entries_of
from sessions_app.my_day import Day, Total
from sessions_app.worked import Span

# Units of a drawing; the page says how large they are.
WIDTH, HEIGHT = 1000, 100
_HOUR = timedelta(hours=1)
# A week in which nobody worked more is drawn to this height.
_USUAL = timedelta(hours=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar along a day: where it begins, and how long it is."""

    kind: str
    at: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPicture:
    """A day from one full hour to another."""

    start: datetime
    end: datetime
    bars: Sequence[Bar]
    hours: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One day of the week: how high its bars are, of HEIGHT."""

    total: Total
    worked: int
    booked: int
    is_shown: bool

    @property
    def worked_top(self) -> int:
        """Return where the bar of worked time begins, from above."""
        return HEIGHT - self.worked

    @property
    def booked_top(self) -> int:
        """Return where the bar of booked time begins, from above."""
        return HEIGHT - self.booked


def day(its: Day) -> DayPicture | None:
    """Return the picture of a day, None where there is nothing to draw."""
    spans = [("worked", Span(start=each.start, end=each.end)) for each in its.pieces]
    spans += [("overlap", each) for each in its.overlaps]
    spans += [("booked", each) for each in _booked(its)]
    if not spans:
        return None
    start = _full_hour(min(span.start for _, span in spans))
    end = _full_hour(max(span.end for _, span in spans) - timedelta(seconds=1)) + _HOUR
    whole = end - start
    bars = [
        Bar(
            kind=kind,
            at=WIDTH * (span.start - start) // whole,
            length=max(2, WIDTH * span.length // whole),
        )
        for kind, span in spans
    ]
    marks = [WIDTH * number * _HOUR // whole for number in range(1, whole // _HOUR)]
    return DayPicture(start=start, end=end, bars=bars, hours=marks)


def week(totals: Iterable[Total], shown: date) -> list[Column]:
    """Return the columns of a week; the highest fills the height."""
    totals = list(totals)
    lengths = [length for each in totals for length in (each.worked, of_decimal(each.booked))]
    most = max([_USUAL, *lengths])
    return [
        Column(
            total=each,
            worked=HEIGHT * each.worked // most,
            booked=HEIGHT * of_decimal(each.booked) // most,
            is_shown=each.day == shown,
        )
        for each in totals
    ]


def _booked(its: Day) -> Iterable[Span]:
    """Return when the booked time was, as far as it has a start."""
    for line in its.lines:
        for entry in line.entries:
            if entry.start_at and entries_of.counts(entry):
                yield Span(start=entry.start_at, end=entry.start_at + of_decimal(entry.hours))


def _full_hour(moment: datetime) -> datetime:
    """Return the full hour before it on the person's clock."""
    local = timezone.localtime(moment)
    return moment - timedelta(
        minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )
