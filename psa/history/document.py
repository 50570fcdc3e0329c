"""How a note's files are shown: in words, in a tone, and with what can still be done about them."""

from collections.abc import Sequence
from dataclasses import dataclass

from psa.history.badge import Badge
from psa.models import Post, TicketDocument

State = TicketDocument.State

_WAITS, _ADDED = ("File waits", "info"), ("File added", "success")
_FILE = {
    State.WAITING: _WAITS,
    State.QUEUED: _WAITS,
    State.SENDING: ("File being added", "info"),
    State.ATTACHED: _ADDED,
    State.FAILED: ("File not added", "danger"),
    State.UNKNOWN: ("File being checked", "warning"),
}
# Of several files, the first of these that one is in speaks for all.
_GRAVEST = (State.FAILED, State.UNKNOWN, State.SENDING, State.QUEUED, State.WAITING)


@dataclass(frozen=True)
class DocumentShown:
    """One file, as a note's row shows it."""

    document: TicketDocument

    @property
    def badge(self) -> Badge:
        """Return the outcome."""
        return Badge(*_FILE[State(self.document.state)])

    @property
    def state(self) -> str:
        """Return the state; "queued" while it waits for the note."""
        state = self.document.state
        return str(State.QUEUED if state == State.WAITING else state)

    @property
    def sentence(self) -> str:
        """Return in one or two sentences how it stands, and what happens next."""
        row = self.document
        if row.state == State.ATTACHED:
            seen_by = "colleagues only" if row.is_private else "the customer too"
            return f"{row.file_name} is on #{row.ticket_id}, for {seen_by}. {row.warning}".rstrip()
        if row.state == State.FAILED:
            return f"{row.file_name}: {row.error}"
        if row.state == State.UNKNOWN:
            return (
                f"{row.psa_label} did not confirm {row.file_name}. We are checking whether it has "
                "it; it is not added twice."
            )
        return f"{row.file_name} is added as soon as possible. {row.error}".rstrip()


@dataclass(frozen=True)
class FilesShown:
    """All files of a note."""

    post: Post
    rows: Sequence[TicketDocument]

    @property
    def each(self) -> list[DocumentShown]:
        """Return the files in their order."""
        return [DocumentShown(row) for row in self.rows]

    @property
    def badge(self) -> Badge:
        """Return the outcome of all: that of the one which stands worst."""
        states = {row.state for row in self.rows}
        worst = next((state for state in _GRAVEST if state in states), State.ATTACHED)
        text, tone = _FILE[worst]
        return Badge(text if len(self.rows) == 1 else text.replace("File", "Files"), tone)

    @property
    def tone(self) -> str:
        """Return the tone of all: what was stored otherwise clouds a file."""
        is_clouded = self.badge.tone == "success" and any(row.warning for row in self.rows)
        return "warning" if is_clouded else self.badge.tone

    @property
    def may_retry(self) -> bool:
        """Whether the files that failed can be tried again."""
        is_ready = self.post.state == Post.State.POSTED and self.post.connection_id is not None
        return is_ready and any(row.state == State.FAILED for row in self.rows)
