"""The further writes of an approval: each waits for the note, and has an outcome of its own."""

from datetime import datetime
from typing import Any

from psa.models import Post, TicketChange, TicketDocument, TimeEntry
from psa.models.approval_part import WAITING

# Each kind of part, and what is said of one whose note failed.
PARTS: tuple[tuple[type[TicketChange | TimeEntry | TicketDocument], str], ...] = (
    (TicketChange, "Not changed, because the note was not posted."),
    (TimeEntry, "Not booked, because the note was not posted."),
    (TicketDocument, "Not added, because the note was not posted."),
)


def follow(note: Post, now: datetime) -> None:
    """Start what waited for the note, or end it, by the state that was just stored."""
    for model, sentence in PARTS:
        if note.state == Post.State.POSTED:
            _update(model, note, WAITING, state="queued", next_attempt_at=now, updated_at=now)
        elif note.state == Post.State.FAILED:
            fields = {"state": "failed", "error_kind": "note_failed", "error": sentence}
            _update(model, note, WAITING, **fields, updated_at=now)


def wait_again(note: Post, now: datetime) -> None:
    """Let what ended with the note wait for it once more."""
    fields = {"state": WAITING, "error": "", "error_kind": "", "absences": 0}
    for model, _ in PARTS:
        _update(model, note, "failed", **fields, queued_at=now, updated_at=now)


def _update(model: type[Any], note: Post, before: str, **fields: Any) -> None:
    model.objects.filter(after_id=note.pk, state=before).update(**fields)
