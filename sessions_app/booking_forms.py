"""The form by which time is booked from My day, and the ones that choose a day or a period."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from psa.naming import HOW_TO, ticket_number
from psa.naming import LONGEST as LONGEST_NUMBER
from psa.time_form import TimeFields
from resolutionflow.lib.days import DayField
from resolutionflow.lib.fields import Uncut

MOST_DAYS = 366


class DayForm(forms.Form):
    """Which day is shown; today where the address names none."""

    date = DayField(label="Day", required=False)


class BookForm(TimeFields):
    """Time of a session, or on a ticket."""

    session = forms.UUIDField(required=False, widget=forms.HiddenInput)
    ticket_id = Uncut(
        label="Ticket number",
        required=False,
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "mono"}),
    )
    request_id = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid4,
        error_messages={"required": "Open the page again, then book: this form is not whole."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hours = self.fields["time_hours"]
        hours.required = True
        hours.error_messages["required"] = "Say how many hours to book, such as 0.5 or 1:30."

    def clean_ticket_id(self) -> str:
        """Return the number that was typed, or pasted as an address."""
        typed = self.cleaned_data["ticket_id"]
        number = ticket_number(typed)
        if typed and not number:
            raise forms.ValidationError(HOW_TO)
        return number

    def clean(self) -> dict[str, Any]:
        """Ask for what the time is booked on."""
        values = super().clean() or {}
        named = values.get("session") or values.get("ticket_id")
        if not named and not {"session", "ticket_id"} & self.errors.keys():
            self.add_error("ticket_id", HOW_TO)
        return values


class PeriodForm(forms.Form):
    """The period of an account's sums, both days included; this month without any."""

    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def clean(self) -> dict[str, Any]:
        """Fill in what is missing, and refuse a period that is none or too long."""
        values = super().clean() or {}
        today = timezone.localdate()
        values["until"] = values.get("until") or today
        values["since"] = values.get("since") or values["until"].replace(day=1)
        if values["since"] > values["until"]:
            self.add_error("until", "The last day is before the first one.")
        elif values["until"] - values["since"] >= timedelta(days=MOST_DAYS):
            self.add_error("since", f"Choose up to {MOST_DAYS} days.")
        return values
