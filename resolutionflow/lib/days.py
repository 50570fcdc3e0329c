"""The day of a filter, as people choose or type it."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
_OUTSIDE = "Enter a day between 2000 and 2199, such as 2026-04-21."


class DayInput(forms.DateInput):
    """A browser's own calendar, which wants the day written in this one way."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day between EARLIEST and LATEST.

    The bounds keep date arithmetic, such as the day after or another time zone, away from the
    ends of Python's calendar (years 1 and 9999), where it raises OverflowError.
    """

    widget = DayInput
    default_error_messages = {"invalid": "Enter a day as 2026-04-21."}
    default_validators = [
        MinValueValidator(EARLIEST, _OUTSIDE),
        MaxValueValidator(LATEST, _OUTSIDE),
    ]
