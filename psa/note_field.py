"""The text of a note, wherever one is typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from psa.models import Post
from psa.outbox.content import InvalidContent, clean
from resolutionflow.lib.fields import Uncut
from resolutionflow.lib.sizes import NOTE_BYTES, size_of, too_large


class NoteField(Uncut):
    """A note for a ticket; its value is the text exactly as it will be sent."""

    def __init__(self, *, rows: int, **attrs: Any) -> None:
        super().__init__(
            label="Note",
            strip=False,
            error_messages={
                "required": "The note is empty. Write what should stand on the ticket."
            },
            widget=forms.Textarea({"rows": rows, "dir": "auto", **attrs}),
        )

    def clean(self, value: Any) -> str:
        """Refuse what is too large, or what a PSA cannot store."""
        # NUL means nothing; Django's own field refuses it without saying where.
        text: str = super().clean(str(value or "").replace("\x00", ""))
        if (size := size_of(text)) > NOTE_BYTES:
            raise ValidationError(too_large(size, NOTE_BYTES))
        try:
            return clean(text)
        except InvalidContent as refusal:
            raise ValidationError(str(refusal)) from refusal


class MergedTicketForm(forms.Form):
    """What a note's form carries of a ticket that was merged into another one.

    `merged_into` is the number that the person was shown. A note for the customer would stand
    where nobody reads it any more, so it takes a confirmation.
    """

    merged_into = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())
    confirm_merged = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask whether a note for the customer is meant for the merged ticket."""
        values = super().clean() or {}
        is_public = values.get("note_type") == Post.NoteType.DESCRIPTION
        if values.get("merged_into") and is_public and not values.get("confirm_merged"):
            self.add_error(
                "confirm_merged",
                f"This ticket was merged into #{values['merged_into']}: post there, or confirm "
                "that you mean this one.",
            )
        return values
