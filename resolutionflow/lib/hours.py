"""Hours as people type them (1.5, 1,5, 1:30, 1h30 or 90m), read them, and are billed for them.

One reader for every form. What is measured is shown as hours and minutes (0:22), what is billed
in decimal hours beside it.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError

from resolutionflow.lib.fields import Uncut

_DECIMAL = re.compile(r"(\d{1,4})?(?:[.,](\d{1,6}))?\s*h?", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(r"(\d{1,4})\s*(?::|h)\s*([0-5]?\d)\s*m?", re.IGNORECASE | re.ASCII)
_MINUTES = re.compile(r"(\d{1,5})\s*(?:m|min)", re.IGNORECASE | re.ASCII)
_HUNDREDTH = Decimal("0.01")
_MINUTE = timedelta(minutes=1)

HOW = "Enter hours like 0.5, 1:30 or 90m."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRules:
    """How an account measures and bills time, in minutes.

    What is billed is rounded up to whole `round_minutes`, and is never less than
    `minimum_minutes`. After `idle_minutes` with nothing recorded the clock of a session stops.
    """

    round_minutes: int
    minimum_minutes: int
    idle_minutes: int

    @property
    def idle(self) -> timedelta:
        """Return after how long it is asked, and not assumed, that somebody worked."""
        return timedelta(minutes=self.idle_minutes)


def billed(worked: timedelta, rules: TimeRules) -> Decimal:
    """Return the decimal hours to bill for what was worked, two digits; 0 where nothing was.

    Seconds beyond a whole minute do not count, as no page shows them.
    """
    if worked <= timedelta():
        return Decimal("0.00")
    least = max(worked // _MINUTE, rules.minimum_minutes, 1)
    steps = -(-least // rules.round_minutes)
    return decimal(steps * rules.round_minutes * _MINUTE)


def decimal(duration: timedelta) -> Decimal:
    """Return a duration in decimal hours, two digits, rounded half up."""
    return _rounded(Decimal(duration // timedelta(seconds=1)) / 3600)


def of_decimal(hours: Decimal) -> timedelta:
    """Return how long decimal hours are, in whole minutes: 0.33 h are 20 minutes."""
    return timedelta(minutes=int((hours * 60).quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def on_the_clock(duration: timedelta) -> str:
    """Return a duration as hours and whole minutes that have passed, such as 0:22."""
    minutes = max(duration, timedelta()) // _MINUTE
    return f"{minutes // 60}:{minutes % 60:02}"


def parse(text: str) -> Decimal:
    """Return the hours that the text says, in hundredths; raises ValueError for anything else."""
    text = text.strip()
    if clock := _CLOCK.fullmatch(text):
        return _rounded(Decimal(clock[1]) + Decimal(clock[2]) / 60)
    if minutes := _MINUTES.fullmatch(text):
        return _rounded(Decimal(minutes[1]) / 60)
    plain = _DECIMAL.fullmatch(text)
    if plain and (plain[1] or plain[2]):
        return _rounded(Decimal(f"{plain[1] or 0}.{plain[2] or 0}"))
    raise ValueError(f"{text!r} is no length of time")


def _rounded(hours: Decimal) -> Decimal:
    return hours.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


class HoursField(Uncut):
    """Hours of more than zero, up to `most`; the value is a Decimal, None for an empty one.

    With `or_none` zero is an answer, too.
    """

    def __init__(self, *, most: Decimal, or_none: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most, self.or_none = most, or_none
        # They judge a text; `to_python` returns a number.
        self.validators = []

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # as DecimalField
        """Return the hours. Raises ValidationError with what to enter."""
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        try:
            hours = parse(text)
        except ValueError:
            raise ValidationError(HOW, code="invalid") from None
        if hours > self.most or not (hours or self.or_none):
            least = "" if self.or_none else "more than 0 and "
            raise ValidationError(f"Enter {least}at most {self.most} hours.", code="range")
        return hours
