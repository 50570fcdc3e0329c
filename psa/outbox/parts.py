"""The further writes of an approval: each waits for the note, and has an outcome of its own."""

from datetime import datetime
from typing import Any

from psa.models import Post, TicketChange
from psa.models.approval_part import WAITING

PARTS = (TicketChange,)

_NOT_STARTED = "Not changed, because the note was not posted."


def follow(note: Post, now: datetime) -> None:
    """Start what waited for the note, or end it, by the state that was just stored."""
    if note.state == Post.State.POSTED:
        _update(note, WAITING, state="queued", next_attempt_at=now, updated_at=now)
    elif note.state == Post.State.FAILED:
        fields = {"state": "failed", "error_kind": "note_failed", "error": _NOT_STARTED}
        _update(note, WAITING, **fields, updated_at=now)


def wait_again(note: Post, now: datetime) -> None:
    """Let what ended with the note wait for it once more."""
    fields = {"state": WAITING, "error": "", "error_kind": "", "absences": 0}
    _update(note, "failed", **fields, queued_at=now, updated_at=now)


def _update(note: Post, before: str, **fields: Any) -> None:
    for model in PARTS:
        model.objects.filter(after_id=note.pk, state=before).update(**fields)
