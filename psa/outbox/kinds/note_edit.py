"""Edits of posted notes: a text is replaced only where it still is the one that we read last."""

import logging
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from accounts.models import User
from psa.models import NoteEdit, Post
from psa.outbox import verdicts
from psa.outbox.content import InvalidContent, clean
from psa.outbox.intent import HEAD_START, RequestReused, find_or_insert
from psa.outbox.kinds.sent_later import AlreadyThere, Refused, SentLater, Words
from psa.outbox.lease import Lease
from psa.outbox.runtime import Runtime
from psa.outbox.verdicts import FAILED, Verdict
from psa.providers.base import PsaProvider
from psa.providers.errors import NotFound, WriteNotApplied
from psa.providers.setup import Capability
from psa.providers.types import PostedNote
from resolutionflow.lib.safe_http import deadline

State = NoteEdit.State

CONFLICT, GONE = "conflict", "gone"
_CHANGED = (
    "In {psa} the note says something else than when it was read here, so it was left as it "
    "is. Bring your text together with what stands there, in {psa}."
)
_GONE = (
    "The note is not on the ticket any more: it was deleted or moved in {psa}. Nothing was changed."
)
_NOT_APPLIED = "{psa} answered success, but the note still has its old text."


class NoteEditKind(SentLater[NoteEdit]):
    """A new text for a posted note."""

    name = "note_edit"
    model = NoteEdit
    logger = logging.getLogger(__name__)
    singular, plural = "edit of a note", "edits of notes"
    listed = ("ticket_id", "made_by_name")
    words = Words(thing="edit", sent="saved", arrived="was saved")

    def prepare(self, lease: Lease[NoteEdit], provider: PsaProvider) -> None:
        """Read the note: what somebody else wrote is not overwritten; costs one call."""
        now = self._read(lease, provider)
        if not now.differences:
            raise AlreadyThere(now)
        _refuse_if_changed(lease.row, now)

    def send_now(self, lease: Lease[NoteEdit], provider: PsaProvider) -> PostedNote:
        """Replace the text; believe only what came back."""
        row = lease.row
        edited = provider.edit_note(row.ticket_id, row.post.external_note_id, text=row.content)
        if edited.differences and edited.note.text == row.before:
            raise WriteNotApplied(_NOT_APPLIED)
        return edited

    def verdict_of(self, error: Exception) -> Verdict:
        """Judge an error of sending; a note that is gone has a sentence of its own."""
        if isinstance(error, NotFound):
            return Verdict(state=FAILED, kind=GONE, sentence=error.filled(_GONE))
        return verdicts.after_changing(error)

    def find(self, lease: Lease[NoteEdit], provider: PsaProvider) -> PostedNote | None:
        """Return the note if it has the new text, None if it has the old one."""
        now = self._read(lease, provider)
        if not now.differences:
            return now
        _refuse_if_changed(lease.row, now)
        return None

    def accept(self, lease: Lease[NoteEdit], found: PostedNote, *, prepared: Any) -> None:
        """Record the text that stands on the ticket."""
        del prepared
        lease.release(
            state=State.EDITED,
            edited_at=lease.now(),
            found_content=found.note.text,
            warning="\n".join(found.differences),
            error="",
            error_kind="",
            checks=0,
        )
        lease.log("note_edit.edited")

    def log(self, row: NoteEdit, event: str) -> None:
        """Write one line of what became of it; never its text."""
        about = {
            "note_edit": str(row.pk),
            "post": str(row.post_id),
            "ticket": row.ticket_id,
            "state": str(row.state),
            "kind": row.error_kind,
            "attempts": row.attempts,
        }
        self.logger.info(event, extra=about)

    def _read(self, lease: Lease[NoteEdit], provider: PsaProvider) -> PostedNote:
        row = lease.row
        try:
            with deadline(lease.cover()):
                return provider.get_note(row.ticket_id, row.post.external_note_id, text=row.content)
        except NotFound as error:
            raise Refused(GONE, error.filled(_GONE)) from error


def _refuse_if_changed(row: NoteEdit, now: PostedNote) -> None:
    if now.note.text != row.before:
        sentence = _CHANGED.format(psa=row.psa_label)
        raise Refused(CONFLICT, sentence, found_content=now.note.text)


# --- Writing it down ----------------------------------------------------------------------


class NotEditable(Exception):
    """The note cannot be edited, or not from the text that was shown; the message says why."""


class Current(NamedTuple):
    """The text that a note was last read with, and the row that says so: an edit, or the post."""

    row_id: UUID
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditIntent:
    """One edit as the note's author approved it.

    `request_id` names this approval: repeating it changes nothing more. `seen` is the
    `Current.row_id` of the text that the author was shown.
    """

    post: Post
    author: User
    request_id: UUID
    content: str
    seen: UUID


def current(post: Post) -> Current:
    """Return the text that the note was last read with."""
    last = post.edits.filter(state=State.EDITED).order_by("-edited_at").first()
    if last is not None:
        return Current(last.pk, last.found_content)
    return Current(post.pk, post.stored_content)


def check(post: Post) -> None:
    """Raise NotEditable where there is no note in the PSA whose text we know."""
    if post.connection is None:
        raise NotEditable(
            "The connection to this ticket was removed, so its notes stay as they are."
        )
    if Capability.NOTE_EDIT not in post.connection.setup.capabilities:
        raise NotEditable(f"{post.psa_label} lets nobody change a note that is on a ticket.")
    if post.state != Post.State.POSTED or not post.external_note_id or not post.stored_content:
        raise NotEditable(
            f"Only a note that was posted, and whose text {post.psa_label} told us, can be edited "
            "here."
        )


def queue(intent: EditIntent, runtime: Runtime | None = None) -> tuple[NoteEdit, bool]:
    """Store the intent as a row that waits to be sent; return it, and whether it is new.

    Sends nothing; the caller commits before it delivers. The same request id again returns the
    row that stands already. Raises InvalidContent, NotEditable, and RequestReused when that row
    says otherwise.
    """
    content = clean(intent.content)
    rows = NoteEdit.objects.filter(account_id=intent.post.account_id, request_id=intent.request_id)
    try:
        edit, is_new = find_or_insert(rows, lambda: _write(intent, content, runtime or Runtime()))
    except NoteEdit.DoesNotExist:
        raise NotEditable(
            "An earlier edit of this note is still on its way. Wait until it has ended, then edit "
            "the note as it is then."
        ) from None
    if (edit.post_id, edit.content) != (intent.post.pk, content):
        raise RequestReused("This form was used already with other text. Save yours anew.", edit)
    return edit, is_new


def _write(intent: EditIntent, content: str, runtime: Runtime) -> NoteEdit:
    post, author = intent.post, intent.author
    check(post)
    before = current(post)
    if before.row_id != intent.seen:
        raise NotEditable(
            "The note was edited since this form was opened, so nothing was saved. Your text is "
            "below; save it if it is still what the note should say."
        )
    if before.text == content:
        raise InvalidContent("This is what the note says already. Change it, then save.")
    now = runtime.now()
    return NoteEdit.objects.create(
        account_id=post.account_id,
        connection=post.connection,
        request_id=intent.request_id,
        post=post,
        ticket_id=post.ticket_id,
        before=before.text,
        content=content,
        made_by=author,
        made_by_name=author.get_full_name() or author.email,
        created_at=now,
        queued_at=now,
        next_attempt_at=now + HEAD_START,
    )
