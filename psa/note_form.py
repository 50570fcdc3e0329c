"""The form of a note: a session's Update Ticket and the note of a ticket's panel are one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms

from psa.models import Post
from psa.note_field import NoteField
from psa.outbox.documents import MOST
from psa.placeholders import unfilled
from psa.time_form import TimeFields
from resolutionflow.lib.ids import uuid_of

_NO_TYPE = "Choose where the note goes on the ticket."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the form stands: what to open again when it is out of date, and how its text looks."""

    name: str
    rows: int
    attrs: Mapping[str, Any] = field(default_factory=dict)
    takes_files: bool = False


UPDATE_TICKET = Place(
    name="Update Ticket",
    rows=16,
    attrs={"class": "post-content", "data-autofocus": True},
    takes_files=True,
)
TICKET_PANEL = Place(name="the ticket", rows=5)


def _hidden(most: int = 100) -> forms.CharField:
    """Return a field by which the page says what the person was shown."""
    return forms.CharField(required=False, max_length=most, widget=forms.HiddenInput())


class FileIds(forms.Field):
    """Which files go with the note: a tuple of ids, each once, in the order of the form.

    "none" is no file; the form sends it along so that a draft with none says so.
    """

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> tuple[UUID, ...]:
        """Return the ids. Raises ValidationError for what is none, and for too many."""
        named = [each for each in value or () if each not in ("", "none")]
        ids = [uuid_of(each) for each in named[: MOST + 1]]
        found = tuple(dict.fromkeys(each for each in ids if each))
        if None in ids:
            raise forms.ValidationError("Choose the files from the list.")
        if len(found) > MOST:
            raise forms.ValidationError(
                f"At most {MOST} files go with a note. Add the others in another one."
            )
        return found


class NoteForm(TimeFields):
    """A note as it is approved, and what goes with it; `psa.outbox.approval` lists its fields.

    The hidden fields say what the person was shown: the ticket, its status and board, the ticket
    that it was merged into, and which record the text is known to be older than. `replaces` is the
    failed note that this one takes the place of.
    """

    content = NoteField(rows=1)
    note_type = forms.ChoiceField(
        label="Note type",
        choices=Post.NoteType.choices,
        error_messages={"invalid_choice": _NO_TYPE, "required": _NO_TYPE},
    )
    update_status_id = forms.CharField(label="Status", required=False, max_length=100)
    confirm_visible = forms.BooleanField(required=False)
    confirm_merged = forms.BooleanField(required=False)
    seen_status_id = _hidden()
    seen_status_name = _hidden()
    board_id = _hidden()
    ticket_id = _hidden()
    merged_into = _hidden()
    begun_from = _hidden(200)
    seen_record = _hidden()
    company = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput())
    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput())
    request_id = forms.UUIDField(widget=forms.HiddenInput())
    # Not the uploads of a form: Django takes a field of this name out of the class.
    files = FileIds(required=False)  # type: ignore[assignment]

    def __init__(self, place: Place, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._takes_files = place.takes_files
        self.fields["content"].widget.attrs |= {"rows": place.rows, **place.attrs}
        old = f"This form is out of date. Open {place.name} again; your text is kept."
        for name in ("request_id", "replaces"):
            self.fields[name].error_messages |= {"required": old, "invalid": old}

    def clean(self) -> dict[str, Any]:
        """Ask for the confirmation of what a customer can read, and for the status seen."""
        values = super().clean()
        values["time_order"] = ""
        if values.get("files") and not self._takes_files:
            self.add_error("files", "Files go with the note of a session. Open it there.")
        if values.get("note_type") == Post.NoteType.DESCRIPTION:
            self._need_confirmations(values)
            self._need_filled(values)
        if values.get("update_status_id") and not values.get("seen_status_id"):
            self.add_error(
                "update_status_id",
                "The form does not say which status you saw. Open Update Ticket again; your text "
                "is kept.",
            )
        if values.get("update_status_id") == values.get("seen_status_id"):
            values["update_status_id"] = ""
        return values

    def _need_filled(self, values: dict[str, Any]) -> None:
        """Refuse placeholders that nobody filled in: the customer would read them."""
        if missing := unfilled(values.get("content") or ""):
            names = ", ".join(f"{{{name}}}" for name in missing[:5])
            self.add_error(
                "content",
                f"{names} is not filled in, and the customer would read it like that. Write what "
                "belongs there, then post again.",
            )

    def _need_confirmations(self, values: dict[str, Any]) -> None:
        """Ask whether the customer may read it, and whether a merged ticket is meant.

        On a ticket that was merged into another one nobody would read it any more.
        """
        if not values.get("confirm_visible"):
            self.add_error(
                "confirm_visible", "Confirm that the customer may read this note, then post again."
            )
        if values.get("merged_into") and not values.get("confirm_merged"):
            self.add_error(
                "confirm_merged",
                f"This ticket was merged into #{values['merged_into']}: post there, or confirm "
                "that you mean this one.",
            )

    @property
    def unseen(self) -> str:
        """What is wrong with the fields that nobody sees."""
        return " ".join(str(error) for hidden in self.hidden_fields() for error in hidden.errors)
