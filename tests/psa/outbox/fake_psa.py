"""A PSA in memory that fails when told to, before or after it did the work."""

from collections import deque
from datetime import datetime, timedelta
from typing import Any

from psa.providers.base import PsaProvider
from psa.providers.connectwise.setup import SETUP
from psa.providers.errors import NotFound
from psa.providers.types import Note, NoteType, PostedNote, Reference, Ticket, Visibility

STATUSES = {"1": "New", "2": "In Progress", "3": "Completed", "4": "Waiting"}


class Killed(BaseException):
    """The process died here."""


def _refusing(method):
    def refuse(self, *args, **kwargs):
        raise AssertionError(f"The write path asked the PSA for {method}.")

    return refuse


# What the write path has no business with: to ask for it fails the test that did.
Unasked: Any = type(
    "Unasked", (PsaProvider,), {name: _refusing(name) for name in PsaProvider.__abstractmethods__}
)


class FakePsa(Unasked):  # type: ignore[misc]  # made of what the contract lists
    """Keeps notes and statuses; `fail` scripts the next calls of a method."""

    setup = SETUP

    def __init__(self, now) -> None:
        self.now = now
        self.notes: list[tuple[str, Note]] = []
        self.status: dict[str, str] = {}
        self.calls: list[str] = []
        self.drafts: list[Any] = []
        self.differences: tuple[str, ...] = ()
        self._faults: dict[str, deque] = {}

    def fail(self, method, error, *, after=False, times=1):
        """Let the next calls of the method end in this error, after the work if `after`."""
        self._faults.setdefault(method, deque()).extend([(error, after)] * times)

    def texts_on(self, ticket_id):
        return [note.text for ticket, note in self.notes if ticket == ticket_id]

    def _do(self, method, work):
        self.calls.append(method)
        error, after = self._next_fault(method)
        if error is not None and not after:
            raise error
        result = work()
        if error is not None:
            raise error
        return result

    def _next_fault(self, method):
        waiting = self._faults.get(method)
        return waiting.popleft() if waiting else (None, False)

    def get_ticket(self, ticket_id):
        return self._do("get_ticket", lambda: self._ticket(ticket_id))

    def _ticket(self, ticket_id):
        status = self.status.setdefault(ticket_id, "1")
        return Ticket(
            id=ticket_id,
            summary="VPN drops",
            board=Reference(id="10", name="Help Desk"),
            status=Reference(id=status, name=STATUSES[status]),
            company=Reference(id="5", name="Contoso"),
            contact_name="",
            priority=None,
            owner=None,
            is_closed=False,
            updated_at=None,
            web_url="https://psa.example/" + ticket_id,
        )

    def post_note(self, ticket_id, draft):
        def work():
            self.drafts.append(draft)
            note = self.add_note(ticket_id, draft.text, draft.note_type)
            return PostedNote(note=note, differences=self.differences)

        return self._do("post_note", work)

    def add_note(self, ticket_id, text, note_type=NoteType.INTERNAL_ANALYSIS):
        note = Note(
            id=str(1000 + len(self.notes)),
            text=text,
            note_type=note_type,
            visibility=Visibility.COLLEAGUES,
            author="API",
            created_at=self.now(),
        )
        self.notes.append((ticket_id, note))
        return note

    def find_note(
        self, ticket_id, *, marker, text, since, exclude=(), note_type=None, member_id=None
    ):
        self.compared_with = (note_type, member_id)

        def work():
            for ticket, note in reversed(self.notes):
                recent = note.created_at >= since - timedelta(minutes=5)
                candidate = ticket == ticket_id and recent and note.id not in exclude
                if candidate and ((marker and marker in note.text) or note.text == text):
                    return PostedNote(note=note, differences=self.differences)
            return None

        assert isinstance(since, datetime)
        return self._do("find_note", work)

    def update_ticket_status(self, ticket_id, status_id):
        def work():
            self.status[ticket_id] = status_id
            return self._ticket(ticket_id)

        return self._do("update_ticket_status", work)

    def gone(self, method, times=1):
        self.fail(method, NotFound(), times=times)

    def ticket_url(self, ticket_id):
        return "https://psa.example/" + ticket_id

    def close(self):
        """Nothing to close."""
