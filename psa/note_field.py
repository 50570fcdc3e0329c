"""The text of a note, wherever one is typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

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
