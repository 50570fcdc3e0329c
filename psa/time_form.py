"""The fields by which time is booked: with a note, from a ticket's panel, from My day."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, tzinfo
from typing import Any

from django import forms
from django.utils import timezone

from psa.models.time_entry import TimeWish
from psa.outbox.approval import TIME_FIELDS
from psa.outbox.times import LONGEST_TEXT, MOST_HOURS
from psa.providers.time import Billable
from resolutionflow.lib.days import DayField
from resolutionflow.lib.fields import TypedText, Uncut
from resolutionflow.lib.hours import HoursField

_CHOICES = [
    ("", "As the ticket has it"),
    (Billable.BILLABLE, "Billable"),
    (Billable.DO_NOT_BILL, "Do not bill"),
    (Billable.NO_CHARGE, "No charge"),
]
_NO_SUCH_TIME = (
    "The clocks skipped this time of day: they were put forward that night. Choose another start."
)


def _chosen(label: str) -> Uncut:
    return Uncut(label=label, required=False, max_length=100)


class TimeFields(forms.Form):
    """Time on a ticket; without hours there is none to book.

    A start is read in the zone of the person who fills the form in. The hidden field says which
    location of the PSA the ticket was shown with.
    """

    # When the time ends that the wish overlaps with, once that is known.
    free_from: datetime | None = None

    time_hours = HoursField(
        label="Hours",
        most=MOST_HOURS,
        required=False,
        widget=forms.TextInput(
            {"inputmode": "decimal", "autocomplete": "off", "placeholder": "0.5 or 1:30"}
        ),
    )
    time_date = DayField(label="Day", required=False)
    time_start = forms.TimeField(
        label="Start",
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Enter a time of day as 14:05."},
    )
    time_work_role = _chosen("Work role")
    time_work_type = _chosen("Work type")
    time_billable = forms.ChoiceField(label="Billing", choices=_CHOICES, required=False)
    time_text = TypedText(
        label="Text of the time entry",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
    )
    location_id = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())
    confirm_overlap = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Add what the fields say together: `time`, None for none."""
        values = super().clean() or {}
        values["time"] = self._wish(values) if values.get("time_hours") else None
        return values

    def _wish(self, values: Mapping[str, Any]) -> TimeWish | None:
        """Return the wish; None where a field of it has an error."""
        if any(name in self.errors for name in TIME_FIELDS):
            return None
        zone = timezone.get_current_timezone()
        day = values["time_date"] or timezone.localdate(timezone=zone)
        start = None
        if values["time_start"] is not None:
            start = _moment(datetime.combine(day, values["time_start"]), zone)
            if start is None:
                self.add_error("time_start", _NO_SUCH_TIME)
                return None
        return TimeWish(
            day=day,
            start_at=start,
            hours=values["time_hours"],
            work_role_id=values["time_work_role"],
            work_type_id=values["time_work_type"],
            billable=values["time_billable"],
            text=values["time_text"].strip(),
        )


def _moment(local: datetime, zone: tzinfo) -> datetime | None:
    """Return the moment of a clock's time, the first of two; None for one that never was."""
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    is_real = moment.astimezone(zone).replace(tzinfo=None) == local
    return moment if is_real else None


def values_of(wish: TimeWish | None) -> dict[str, Any]:
    """Return what the fields hold for a wish; nothing for none."""
    if wish is None:
        return {}
    start: time | None = None
    if wish.start_at is not None:
        start = timezone.localtime(wish.start_at).time().replace(second=0, microsecond=0)
    return {
        "time_hours": wish.hours,
        "time_date": wish.day,
        "time_start": start,
        "time_work_role": wish.work_role_id,
        "time_work_type": wish.work_type_id,
        "time_billable": wish.billable,
        "time_text": wish.text,
    }
