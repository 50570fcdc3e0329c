"""The forms of a ticket's number, and of another text for a note on it."""

from django import forms

from psa.naming import LONGEST
from psa.note_field import NoteField
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
