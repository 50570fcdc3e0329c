"""Time zones by their names in the tz database, and days and clock times in them.

Durations are reckoned in UTC only: between two moments of one ZoneInfo, Python subtracts what
the clock on the wall shows, which is an hour wrong across a night when clocks change.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django import forms
from django.utils import timezone

LONGEST = 60  # characters of a name
# Files of the database that are no zones to choose: rules of single machines, and tests.
_NO_CHOICE = ("localtime", "Factory", "posixrules")


@cache
def names() -> tuple[str, ...]:
    """Return the names that can be chosen, in order, UTC first."""
    known = sorted(name for name in available_timezones() if name not in _NO_CHOICE)
    return ("UTC", *(name for name in known if name != "UTC"))


def zone_of(name: str) -> ZoneInfo:
    """Return the zone with this name; UTC for none, and for one that is no longer known."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        return ZoneInfo("UTC")


def current() -> ZoneInfo:
    """Return the zone in which the person who asks is shown times."""
    return zone_of(timezone.get_current_timezone_name())


def start_of(day: date) -> datetime:
    """Return when the day begins for the person who asks, in UTC."""
    return day_in(current(), day)[0]


def day_in(zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    """Return when the day begins and ends there, in UTC: 23, 24 or 25 hours apart."""
    ends = (day, day + timedelta(days=1))
    start, end = (datetime.combine(each, time.min, tzinfo=zone).astimezone(UTC) for each in ends)
    return start, end


def moment(wall: datetime, zone: ZoneInfo, *, after: datetime | None = None) -> datetime:
    """Return when the clock there shows this, in UTC.

    What it shows twice, in the night when it is put back, is the first of both, or the second
    where only that is later than `after`. Raises ValueError for what it never shows.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        raise ValueError(f"The clock in {zone.key} is put forward over {wall:%H:%M} on that day.")
    return second if after is not None and first <= after < second else first


class ZoneField(forms.ChoiceField):
    """The name of a time zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"invalid_choice": "Choose a time zone of the list."})
        super().__init__(choices=lambda: [("", "UTC (none chosen)"), *_choices()], **kwargs)


def _choices() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in names()]
