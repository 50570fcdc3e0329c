"""The forms of worked time: how long in all, an interval's start and end, whether a gap counts."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from resolutionflow.lib.fields import Uncut
from resolutionflow.lib.hours import HoursField
from resolutionflow.lib.zones import current, moment
from sessions_app.worked import Span

MOST = Decimal(9999)
_MINUTES = "%Y-%m-%dT%H:%M"
_WRITTEN = (_MINUTES, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
_YEARS = range(2000, 2200)


def hours_field(**kwargs: Any) -> HoursField:
    """Return the field for how long a session was worked in all."""
    kwargs.setdefault("widget", forms.TextInput({"autocomplete": "off", "class": "mono"}))
    return HoursField(label="Worked hours", most=MOST, or_none=True, **kwargs)


class WorkedForm(forms.Form):
    """How long a session was worked, as a person says it."""

    worked_hours = hours_field(help_text="As 0.5, 0:30 or 30m.")


class WallField(Uncut):
    """What a clock on the wall shows; its value is a datetime without a zone."""

    widget = forms.DateTimeInput({"type": "datetime-local", "step": "60"}, format=_MINUTES)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return date and time as they were typed; raises ValidationError."""
        text = super().to_python(value) or ""
        for written in _WRITTEN:
            try:
                read = datetime.strptime(text, written)  # noqa: DTZ007  # The zone is the form's.
            except ValueError:
                continue
            if read.year in _YEARS:
                return read
        if not text:
            return None
        raise forms.ValidationError("Write date and time as 2026-04-21 09:10.")

    def run_validators(self, value: Any) -> None:
        """Nothing more to ask of a datetime."""


class IntervalForm(forms.Form):
    """When an interval began and ended, in the person's own zone."""

    start = WallField(label="Start")
    end = WallField(label="End")

    def __init__(self, data: QueryDict | None, *, span: Span) -> None:
        self._known = {"start": span.start, "end": span.end}
        initial = {name: timezone.localtime(each) for name, each in self._known.items()}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Make moments of what the clock shows; what was not touched keeps its seconds."""
        values = super().clean() or {}
        for name in ("start", "end"):
            if wall := values.get(name):
                try:
                    values[name] = self._moment(name, wall, values.get("start"))
                except ValueError as reason:
                    self.add_error(name, str(reason))
        return values

    def _moment(self, name: str, wall: datetime, start: datetime | None) -> datetime:
        known = self._known[name]
        if f"{timezone.localtime(known):{_MINUTES}}" == f"{wall:{_MINUTES}}":
            return known
        after = start if name == "end" and start and timezone.is_aware(start) else None
        return moment(wall, current(), after=after)


class GapForm(forms.Form):
    """Whether somebody worked in a gap, which is named by its start."""

    YES, NO = "yes", "no"

    since = forms.DateTimeField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        choices=[(YES, "Yes, count it"), (NO, "No")],
        error_messages={"required": "Say whether you worked then."},
    )
