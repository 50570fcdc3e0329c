"""How a post is shown: in words, in a tone, and with what can still be done about it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.db.models.functions import Left
from django.utils.functional import cached_property

from psa.history.badge import Badge
from psa.history.document import FilesShown
from psa.history.time import TimeShown
from psa.models import DOCUMENTS, STATUS_CHANGE, TIME_ENTRY, NoteEdit, Post, TicketChange
from psa.providers.setup import Capability
from psa.providers.types import NoteType, Visibility

State, StatusState, EditState = Post.State, TicketChange.State, NoteEdit.State

_NOTE = {
    State.QUEUED: ("Waiting to be sent", "info", "clock"),
    State.SENDING: ("Being sent", "info", "clock"),
    State.POSTED: ("Posted", "success", "circle-check"),
    State.FAILED: ("Not posted", "danger", "circle-alert"),
    State.UNKNOWN: ("Being checked", "warning", "clock"),
}
_STATUS = {
    StatusState.QUEUED: ("Status waits", "info"),
    StatusState.SENDING: ("Status being changed", "info"),
    StatusState.APPLIED: ("Status changed", "success"),
    StatusState.FAILED: ("Status not changed", "danger"),
    StatusState.UNKNOWN: ("Status being checked", "warning"),
}
_EDIT = {
    EditState.QUEUED: ("Edit waits", "info"),
    EditState.SENDING: ("Being edited", "info"),
    EditState.EDITED: ("Edited", "success"),
    EditState.FAILED: ("Not edited", "danger"),
    EditState.UNKNOWN: ("Edit being checked", "warning"),
}
_SEEN_BY = {
    Visibility.COLLEAGUES: ("Colleagues only", "neutral", "eye-off"),
    Visibility.MAY_REACH_CUSTOMER: ("May reach the customer", "warning", "triangle-alert"),
    Visibility.CUSTOMER: ("Customer can read", "danger", "eye"),
    Visibility.UNKNOWN: ("Visibility unknown", "warning", "triangle-alert"),
}


# A note's last edits, each with the beginning of its text: a list has no room for more.
MOST_EDITS, MOST_OF_AN_EDIT = 3, 2_000
_LAST_EDITS, _BEGINNING = "last_edits", "beginning"
_EDITS = Prefetch(
    "edits",
    NoteEdit.objects.defer("before", "content", "found_content")
    .annotate(**{_BEGINNING: Left("content", MOST_OF_AN_EDIT + 1)})
    .order_by("-created_at")[:MOST_EDITS],
    to_attr=_LAST_EDITS,
)


def to_show(posts: QuerySet[Post]) -> QuerySet[Post]:
    """Return the posts with all that an entry shows of them, so that a list asks for it once."""
    shown = posts.select_related("posted_by", STATUS_CHANGE, TIME_ENTRY)
    return shown.prefetch_related(DOCUMENTS, _EDITS)


def seen_by(visibility: Visibility) -> Badge:
    """Return the badge that says who can read a note."""
    return Badge(*_SEEN_BY[visibility])


@dataclass(frozen=True)
class EditEntry:
    """One edit of a note in the history."""

    edit: NoteEdit

    @property
    def moment(self) -> datetime:
        """Return when the text was changed; while it was not, when that was asked for."""
        return self.edit.edited_at or self.edit.created_at

    @property
    def beginning(self) -> str:
        """Return how the text of this edit begins, all of it where it is short."""
        text: str = getattr(self.edit, _BEGINNING)
        return f"{text[:MOST_OF_AN_EDIT]}…" if len(text) > MOST_OF_AN_EDIT else text

    @property
    def badge(self) -> Badge:
        """Return the outcome."""
        return Badge(*_EDIT[EditState(self.edit.state)])

    @property
    def tone(self) -> str:
        """Return the tone of the whole: what was stored otherwise clouds an edit."""
        return "warning" if self.edit.warning else self.badge.tone

    @property
    def sentence(self) -> str:
        """Return in one or two sentences how it stands, and what happens next."""
        edit, number = self.edit, f"#{self.edit.ticket_id}"
        if edit.state == EditState.EDITED:
            return f"The note on {number} has its new text. {edit.warning}".rstrip()
        if edit.state == EditState.FAILED:
            return edit.error
        if edit.state == EditState.UNKNOWN:
            return (
                f"{edit.psa_label} did not confirm the edit of the note on {number}. We are "
                "checking whether it was saved."
            )
        waits = f"The edit of the note on {number} is kept and saved as soon as possible."
        return f"{waits} {edit.error}".rstrip()

    @property
    def http_status(self) -> int:
        """Return what a request that made this edit answers."""
        if self.edit.state == EditState.EDITED:
            return 200
        if self.edit.is_pending:
            return 202
        return 409 if self.edit.error_kind in ("conflict", "gone") else 502


@dataclass(frozen=True)
class Entry:
    """One post in the history; a list's row knows how its note begins."""

    post: Post
    beginning: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether something is still going to happen without anybody doing anything."""
        return self.post.is_pending or any(each.edit.is_pending for each in self.edits)

    @cached_property
    def edits(self) -> list[EditEntry]:
        """Return the last edits of the note, the newest first."""
        if self.post.state != State.POSTED:
            return []
        prefetch_related_objects([self.post], _EDITS)
        return [EditEntry(edit) for edit in getattr(self.post, _LAST_EDITS)]

    @property
    def may_edit(self) -> bool:
        """Whether the note's author may give it another text now."""
        is_there = self.post.state == State.POSTED and bool(self.post.external_note_id)
        setup = self.post.psa_setup
        can_edit = setup is not None and Capability.NOTE_EDIT in setup.capabilities
        return is_there and can_edit and self._is_connected and not self.is_pending

    @cached_property
    def note(self) -> Badge:
        """Return the outcome of the note."""
        return Badge(*_NOTE[State(self.post.state)])

    @cached_property
    def status(self) -> Badge | None:
        """Return the outcome of the status change; none where none was asked for, or due."""
        if self.post.status_change is None or self.post.state == State.FAILED:
            return None
        return Badge(*_STATUS[StatusState(self.post.status_state)])

    @cached_property
    def time(self) -> TimeShown | None:
        """Return the time entry; none where none was asked for, or the note was not posted."""
        if self.post.time_entry is None or self.post.state == State.FAILED:
            return None
        return TimeShown(self.post.time_entry)

    @cached_property
    def files(self) -> FilesShown | None:
        """Return the files; none where none were approved, or the note was not posted."""
        if not self.post.document_parts or self.post.state == State.FAILED:
            return None
        return FilesShown(self.post, self.post.document_parts)

    @cached_property
    def seen_by(self) -> Badge:
        """Return who can see notes of this type."""
        return seen_by(NoteType(self.post.note_type).visibility)

    @property
    def warnings(self) -> list[str]:
        """Return one sentence for each thing that was stored otherwise than asked."""
        return self.post.warning.splitlines()

    @property
    def may_retry_note(self) -> bool:
        """Whether the same note can be sent again."""
        failed = self.post.state == State.FAILED and not self.post.replaced
        return failed and self._is_connected and not self.post.is_conflict

    @property
    def may_mend(self) -> bool:
        """Whether the text can be looked at, changed and posted anew."""
        return self.post.state == State.FAILED and not self.post.replaced and self._is_connected

    @property
    def may_retry_status(self) -> bool:
        """Whether the status change alone can be tried again."""
        failed = self.post.status_state == StatusState.FAILED
        return failed and self.post.state == State.POSTED and self._is_connected

    @property
    def retries(self) -> list[tuple[str, str]]:
        """Return what can be tried again: the name of each part, and what the button says."""
        if self.may_retry_note:
            return [("note", "Retry")]
        status = [("status", "Retry the status only")] if self.may_retry_status else []
        time = [("time", "Retry the time only")] if self.time and self.time.may_retry else []
        files = (
            [("document", "Retry the files only")] if self.files and self.files.may_retry else []
        )
        return status + time + files

    @property
    def _is_connected(self) -> bool:
        return self.post.connection_id is not None

    @property
    def http_status(self) -> int:
        """Return what a request that posted this answers."""
        if self.post.state == State.POSTED:
            return 200
        if self.post.state != State.FAILED:
            return 202
        return 409 if self.post.is_conflict else 502

    @property
    def tone(self) -> str:
        """Return the tone of the whole: what was approved with it may cloud a posted note."""
        if self.note.tone != "success":
            return self.note.tone
        tones = {part.tone for part in (self.status, self.time, self.files) if part}
        if self.warnings or tones & {"danger", "warning"}:
            return "warning"
        return "info" if "info" in tones else self.note.tone

    @property
    def sentence(self) -> str:
        """Return in one or two sentences how it stands, and what happens next."""
        post, number = self.post, f"#{self.post.ticket_id}"
        if post.state == State.POSTED:
            return f"The note is on {number}.{self._status_sentence}"
        if post.state == State.UNKNOWN:
            return (
                f"{post.psa_label} did not confirm the note for {number}. We are checking whether "
                "it received it; it is not sent twice."
            )
        if post.state == State.FAILED:
            return post.error
        waits = f" {post.error}" if post.error else ""
        return f"The note for {number} is kept and sent as soon as possible.{waits}"

    @property
    def _status_sentence(self) -> str:
        post = self.post
        if post.status_change is None:
            return ""
        return {
            StatusState.QUEUED: f" The status change waits. {post.status_error}".rstrip(),
            StatusState.SENDING: " The status is being changed.",
            StatusState.APPLIED: f" Its status is “{post.status_changed_to}” now.",
            StatusState.FAILED: f" The status was not changed: {post.status_error}",
            StatusState.UNKNOWN: f" We are checking whether {post.psa_label} changed the status.",
        }[StatusState(post.status_state)]
