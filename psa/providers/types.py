"""The words that every PSA is translated into.

Frozen values without vendor payload: what the product shows and decides on, nothing more.
Identifiers are text because some PSAs number their records and others do not.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Visibility(StrEnum):
    """Who can come to see a note once it is in the PSA."""

    COLLEAGUES = "colleagues"
    MAY_REACH_CUSTOMER = "may_reach_customer"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


class NoteType(StrEnum):
    """Where on the ticket a note is placed."""

    INTERNAL_ANALYSIS = "internal_analysis"
    RESOLUTION = "resolution"
    DESCRIPTION = "description"
    UNKNOWN = "unknown"

    @property
    def visibility(self) -> Visibility:
        """Who can see notes of this type; UNKNOWN placements have UNKNOWN visibility."""
        return _VISIBILITY[self]


_VISIBILITY = {
    NoteType.INTERNAL_ANALYSIS: Visibility.COLLEAGUES,
    NoteType.RESOLUTION: Visibility.MAY_REACH_CUSTOMER,
    NoteType.DESCRIPTION: Visibility.CUSTOMER,
    NoteType.UNKNOWN: Visibility.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A record that another one names: id and what people call it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What opens one account's PSA. Never logged: `repr` shows no secret."""

    site_url: str
    company_id: str
    public_key: str = field(repr=False)
    private_key: str = field(repr=False)
    client_id: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionReport:
    """What a successful connection test learned."""

    company_name: str
    version: str
    is_cloud: bool
    latency_ms: int


class Write(StrEnum):
    """A write of ours whose outcome shows whether a key may do it."""

    NOTE = "note"
    STATUS = "status"
    CLOSING = "closing"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    TIME = "time"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class RightCheck:
    """One right, by where the PSA's role editor has it: module and action, verb, level.

    `granted` is None where it is not known. `shown_by` names the write that shows it; None
    for what reading shows.
    """

    area: str
    verb: str
    granted: bool | None = None
    shown_by: Write | None = None
    level: str = "All"

    def __str__(self) -> str:
        return f"{self.area}: {self.verb}"


class Reach(StrEnum):
    """How far a key gets with one function of the product."""

    WORKS = "works"
    READ_ONLY = "read_only"
    MISSING = "missing"
    NOT_TESTED = "not_tested"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCheck:
    """One function of the product, and the rights that it takes."""

    name: str
    rights: tuple[RightCheck, ...]

    @property
    def reach(self) -> Reach:
        """Return how far the key gets: what it cannot read, it cannot write either."""
        answers = {(right.shown_by is not None, right.granted) for right in self.rights}
        if (False, False) in answers:
            return Reach.MISSING
        if (True, False) in answers:
            return Reach.READ_ONLY if any(not writes for writes, _ in answers) else Reach.MISSING
        return Reach.WORKS if {granted for _, granted in answers} == {True} else Reach.NOT_TESTED

    @property
    def lacking(self) -> tuple[RightCheck, ...]:
        """Return the rights to grant."""
        return tuple(right for right in self.rights if right.granted is False)

    @property
    def untested(self) -> tuple[RightCheck, ...]:
        """Return the rights that are not known."""
        return tuple(right for right in self.rights if right.granted is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsReport:
    """What a key may do of what the product needs, and what it could read beyond that."""

    functions: tuple[FunctionCheck, ...] = ()
    surplus: tuple[RightCheck, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStatus:
    """One status of a board; names repeat across boards, ids do not."""

    id: str
    name: str
    is_closed: bool
    sort_order: int = 0
    forbids_time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A service board (queue) of the PSA."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as the product shows it."""

    id: str
    summary: str
    board: Reference
    status: Reference
    company: Reference | None
    contact_name: str
    priority: Reference | None
    owner: Reference | None
    is_closed: bool
    updated_at: datetime | None
    web_url: str
    entered_at: datetime | None = None
    customer_updated: bool = False
    """The customer answered last, as the PSA tells it."""
    resources: str = ""
    """Who works on it, as the PSA writes it: identifiers, for reading only."""
    merged_into: Reference | None = None
    """The ticket that it was merged into: there it is worked on, and read."""
    parent_id: str = ""
    has_children: bool = False
    """Others hang on it: a note may be copied to them, and to their customers."""
    is_project: bool = False
    """It belongs to a project, with rules and addresses of its own in the PSA."""
    project: str = ""
    location_id: str = ""
    """Whose work roles may be booked on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What tickets that are related to one are looked for by; it need not be fresh."""

    ticket_id: str
    summary: str
    company_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """Which tickets to list: those to which everything that is given applies.

    `query` is looked for in the summary, and as a ticket number when it is one. A status goes
    by its name, because every board has ids of its own. `member_identifier` means owner or
    one of the resources; `member_id` makes the owner's part exact and needs the identifier.
    `closed` None lists open and closed ones.
    """

    query: str = ""
    board_id: str = ""
    status_name: str = ""
    priority_id: str = ""
    company_id: str = ""
    member_identifier: str = ""
    member_id: str = ""
    unassigned: bool = False
    closed: bool | None = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list, `page` counted from 1, and how many records all pages hold.

    `total_is_exact` is False where the PSA could only be asked for a little too much: then
    `total` is the most that there can be, and a page may hold fewer items than its size.
    `total_is_least` where it could not be counted: there are so many, and perhaps more.
    `missing` tells in sentences what of the list could not be had.
    """

    items: tuple[T, ...]
    total: int
    page: int
    page_size: int
    total_is_exact: bool = True
    total_is_least: bool = False
    missing: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are; at least one, which may be empty."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """A priority; `color` is the PSA's own word for it, or six hex digits after a #."""

    id: str
    name: str
    color: str
    sort_order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A customer of the account; `identifier` is the PSA's short name."""

    id: str
    identifier: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A device or service of a customer; texts are empty where the PSA says nothing."""

    id: str
    name: str
    type: str
    serial_number: str
    ip_address: str
    os: str
    is_active: bool


class EntryKind(StrEnum):
    """What an entry of a ticket's timeline is."""

    NOTE = "note"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A note or a time entry, as one line of the ticket's history.

    `hours` is given for time entries. `by_customer` is True for what a contact wrote, also by
    way of another tool. A time entry with a text for the customer and one for colleagues is two
    entries, of one number; the hours stand at the first. `day_only`: it has a day and no time.
    """

    id: str
    kind: EntryKind
    text: str
    note_type: NoteType
    visibility: Visibility
    author: str
    by_customer: bool
    created_at: datetime | None
    hours: float | None = None
    day_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A ticket's history, newest first, and what of it could not be had.

    `missing_rights` names, in the PSA's words, each right without which a part is left out;
    `missing` tells in sentences what else is.
    """

    entries: tuple[Entry, ...]
    missing_rights: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignee:
    """A member who works on a ticket: its owner, or one of its resources."""

    member_id: str
    identifier: str
    name: str
    is_owner: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who is known to work on a ticket; `missing` tells in sentences what could not be had."""

    assignees: tuple[Assignee, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDraft:
    """A note that is to be written: exact text, placement, and who signs it.

    `member_id` None leaves the author to the PSA (the API member).
    """

    text: str
    note_type: NoteType
    member_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note as the PSA keeps it."""

    id: str
    text: str
    note_type: NoteType
    visibility: Visibility
    author: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedNote:
    """A note that the PSA accepted, with what it stored otherwise than asked.

    `differences` holds one sentence per difference; empty means stored as approved.
    """

    note: Note
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person (or API key) of the PSA; `emails` are those that the PSA uses for them."""

    id: str
    identifier: str
    name: str
    emails: tuple[str, ...]
    is_active: bool
    is_api: bool
    work_role: Reference | None = None
    work_type: Reference | None = None
    """What the member's time is booked as unless something else is chosen."""
