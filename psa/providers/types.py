"""The words that every PSA is translated into.

Frozen values without vendor payload: what the product shows and decides on, nothing more.
Identifiers are text because some PSAs number their records and others do not.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RightCheck:
    """One right that the product needs, in the PSA's words, and what for.

    `granted` is None where only a write could show it.
    """

    right: str
    needed_for: str
    granted: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketStatus:
    """One status of a board; names repeat across boards, ids do not."""

    id: str
    name: str
    is_closed: bool
    sort_order: int = 0


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
    """A person (or API key) of the PSA."""

    id: str
    identifier: str
    name: str
    email: str
    is_active: bool
    is_api: bool
