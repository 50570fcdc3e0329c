"""Hours as people type them: 1.5, 1,5, 1:30, 1h30 or 90m. One reader for every form."""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError

from resolutionflow.lib.fields import Uncut

_DECIMAL = re.compile(r"(\d{1,4})?(?:[.,](\d{1,6}))?\s*h?", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(r"(\d{1,4})\s*(?::|h)\s*([0-5]?\d)\s*m?", re.IGNORECASE | re.ASCII)
_MINUTES = re.compile(r"(\d{1,5})\s*(?:m|min)", re.IGNORECASE | re.ASCII)
_HUNDREDTH = Decimal("0.01")

HOW = "Enter hours like 0.5, 1:30 or 90m."


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
    """Hours of more than zero, up to `most`; the value is a Decimal, None for an empty one."""

    def __init__(self, *, most: Decimal, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)
        self.most = most
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
        if not 0 < hours <= self.most:
            raise ValidationError(f"Enter more than 0 and at most {self.most} hours.", code="range")
        return hours
