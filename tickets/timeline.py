"""A ticket's history as the page shows it: who wrote what, when, and who can read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from psa.history.badge import Badge
from psa.history.entry import seen_by
from psa.providers.types import Entry, EntryKind, NoteType, Visibility
from tickets import markdown

# So many lines fill a screen several times; the rest is one click away in the PSA.
SHOWN = 50

_PLACE = {
    NoteType.INTERNAL_ANALYSIS: "Internal analysis",
    NoteType.RESOLUTION: "Resolution",
    NoteType.DESCRIPTION: "Description",
    NoteType.UNKNOWN: "Several places",
}


@dataclass(frozen=True)
class Line:
    """One note or time entry."""

    entry: Entry

    @cached_property
    def html(self) -> SafeString:
        """Return the text as safe HTML."""
        return markdown.render(self.entry.text)

    @property
    def is_time(self) -> bool:
        """Whether it is a time entry."""
        return self.entry.kind is EntryKind.TIME

    @property
    def place(self) -> str:
        """Return in words where on the ticket it stands."""
        return "Time entry" if self.is_time else _PLACE[self.entry.note_type]

    @property
    def seen_by(self) -> Badge:
        """Return who can read it."""
        return seen_by(self.entry.visibility)


def lines_of(entries: Iterable[Entry]) -> list[Line]:
    """Return the entries as lines, in the same order."""
    return [Line(entry) for entry in entries]


def unanswered(entries: Iterable[Entry]) -> Entry | None:
    """Return what the customer wrote last, if nothing that they can read came after it.

    `entries` are newest first. What only may reach the customer is no answer: nobody knows
    whether it did.
    """
    for entry in entries:
        if entry.by_customer:
            return entry
        if entry.visibility is Visibility.CUSTOMER:
            return None
    return None
