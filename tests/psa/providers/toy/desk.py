"""The toy's "server": what a desk holds, in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

PASSWORD = "please"
BOARDS = {"1": "Front desk"}
STATUSES = {"10": "Open", "11": "Waiting", "19": "Done"}
CLOSED = "19"
COMPANIES = {"7": "Toy Shop"}


@dataclass(kw_only=True)
class Row:
    """A ticket of the desk."""

    id: str
    summary: str
    status: str = "10"
    reference: str = ""
    description: str = ""
    notes: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    """Id, place, text, and when it was written."""


class Desk:
    """Tickets by id; `journal` lists what was asked, `silent` swallows the next answers."""

    def __init__(self) -> None:
        self.rows = {"501": Row(id="501", summary="The bear has lost an eye")}
        self.journal: list[str] = []
        self.silent = 0

    def add_ticket(self, summary: str, description: str, reference: str) -> Row:
        number = str(max(map(int, self.rows)) + 1)
        row = Row(id=number, summary=summary, description=description, reference=reference)
        self.rows[number] = row
        return row

    def add_note(self, row: Row, place: str, text: str) -> tuple[str, str, str, datetime]:
        note = (f"{row.id}{len(row.notes)}", place, text, datetime.now(UTC))
        row.notes.append(note)
        return note
