"""The forms of a ticket's panel: its status and its people."""

from typing import Any
from uuid import uuid4

from django import forms

from tickets.forms import check_id

_OUT_OF_DATE = "This form is out of date. Open the ticket again; your text is kept."


class ChangeForm(forms.Form):
    """What every change carries; the id is ours where a form has none."""

    request_id = forms.UUIDField(required=False, error_messages={"invalid": _OUT_OF_DATE})

    def clean_request_id(self) -> Any:
        """Return the id of this wish."""
        return self.cleaned_data["request_id"] or uuid4()


class StatusForm(ChangeForm):
    """The wanted status, and the one that the person saw."""

    status_id = forms.CharField(
        max_length=100,
        error_messages={"required": "Choose the status first."},
        validators=[check_id],
    )
    seen_status_id = forms.CharField(required=False, max_length=100)
    seen_status_name = forms.CharField(required=False, max_length=100)


class PersonForm(ChangeForm):
    """A member; the name is for the sentences only."""

    member_id = forms.CharField(
        max_length=100, error_messages={"required": "Choose somebody from the list first."}
    )
    member_name = forms.CharField(required=False, max_length=200)
