"""The forms of a ticket's panel: its status, its people, and a note."""

from typing import Any
from uuid import uuid4

from django import forms

from psa.models import Post
from psa.note_field import MergedTicketForm, NoteField
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


class NoteForm(MergedTicketForm):
    """A note for the ticket, typed in the panel."""

    content = NoteField(rows=5)
    note_type = forms.ChoiceField(
        label="Note type",
        choices=Post.NoteType.choices,
        error_messages={
            "invalid_choice": "Choose where the note goes on the ticket.",
            "required": "Choose where the note goes on the ticket.",
        },
    )
    confirm_visible = forms.BooleanField(required=False)
    company = forms.CharField(required=False, max_length=300)
    request_id = forms.UUIDField(error_messages={"required": _OUT_OF_DATE, "invalid": _OUT_OF_DATE})
    # The failed note that this one was typed in place of.
    replaces = forms.UUIDField(
        required=False, widget=forms.HiddenInput(), error_messages={"invalid": _OUT_OF_DATE}
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the confirmation of what a customer can read."""
        values = super().clean() or {}
        is_public = values.get("note_type") == Post.NoteType.DESCRIPTION
        if is_public and not values.get("confirm_visible"):
            self.add_error(
                "confirm_visible", "Confirm that the customer may read this note, then post again."
            )
        return values
