"""The forms of the ticket: its number, and the note that goes to it."""

from typing import Any
from uuid import UUID

from django import forms

from psa.models import Post
from psa.naming import LONGEST
from psa.note_field import MergedTicketForm, NoteField
from resolutionflow.lib.fields import Uncut

_EDIT_AGAIN = "This form is out of date. Copy your text, then open Edit again."


class TicketForm(forms.Form):
    """A ticket's number, as people type or paste it."""

    ticket_id = Uncut(
        label="Ticket number",
        max_length=LONGEST,
        error_messages={"required": "Enter the ticket's number, such as 48291."},
    )


class EditNoteForm(forms.Form):
    """A new text for a posted note, and which text it was made from."""

    content = NoteField(rows=16, **{"class": "post-content", "data-autofocus": True})
    seen = forms.UUIDField(error_messages={"required": _EDIT_AGAIN, "invalid": _EDIT_AGAIN})
    request_id = forms.UUIDField(error_messages={"required": _EDIT_AGAIN, "invalid": _EDIT_AGAIN})


class NoteForm(MergedTicketForm):
    """The note as it was approved, and the status that goes with it.

    The hidden fields say what the person was shown: the ticket, its status and its board.
    """

    content = NoteField(rows=16, **{"class": "post-content", "data-autofocus": True})
    note_type = forms.ChoiceField(
        label="Note type",
        choices=Post.NoteType.choices,
        error_messages={"invalid_choice": "Choose where the note goes on the ticket."},
    )
    update_status_id = forms.CharField(label="Status", required=False, max_length=100)
    confirm_visible = forms.BooleanField(required=False)
    seen_status_id = forms.CharField(required=False, max_length=100)
    seen_status_name = forms.CharField(required=False, max_length=100)
    board_id = forms.CharField(required=False, max_length=100)
    ticket_id = forms.CharField(required=False, max_length=100)
    begun_from = forms.CharField(required=False, max_length=100)
    replaces = forms.UUIDField(required=False)
    request_id = forms.UUIDField(
        error_messages={
            "required": "This form is out of date. Open Update Ticket again; your text is kept.",
            "invalid": "This form is out of date. Open Update Ticket again; your text is kept.",
        }
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the confirmation of what a customer can read, and for the status seen."""
        values = super().clean() or {}
        if values.get("note_type") == Post.NoteType.DESCRIPTION:
            self._need_confirmation(values)
        if values.get("update_status_id") and not values.get("seen_status_id"):
            self.add_error(
                "update_status_id",
                "The form does not say which status you saw. Open Update Ticket again; your text "
                "is kept.",
            )
        if values.get("update_status_id") == values.get("seen_status_id"):
            values["update_status_id"] = ""
        return values

    def _need_confirmation(self, values: dict[str, Any]) -> None:
        if not values.get("confirm_visible"):
            self.add_error(
                "confirm_visible", "Confirm that the customer may read this note, then post again."
            )

    @property
    def sent_request_id(self) -> UUID | None:
        """Return the request id if the form holds a proper one, also when others do not hold."""
        request_id: UUID | None = getattr(self, "cleaned_data", {}).get("request_id")
        return request_id
