"""The filter of the tickets page. It is the page's address: read from it, written back to it."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from django.utils.http import urlencode

from psa.providers.types import Member, TicketFilter

EVERYONE, ME, UNASSIGNED = "all", "me", "unassigned"
OPEN, CLOSED, BOTH = "0", "1", "all"
_CLOSED: dict[str, bool | None] = {OPEN: False, CLOSED: True, BOTH: None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the address asks for, well formed; whether it exists, `listing` finds out."""

    q: str = ""
    board: str = ""
    status: str = ""
    priority: str = ""
    company: str = ""
    assigned: str = EVERYONE
    closed: str = OPEN
    page: int = 1

    def with_(self, **changes: Any) -> "Wanted":
        """Return this filter with the changes, from its first page on."""
        return replace(self, **{"page": 1, **changes})

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """The filter as names and values, without what is usual."""
        usual = {each.name: each.default for each in fields(self)}
        return [(name, value) for name, value in asdict(self).items() if value != usual[name]]

    @property
    def query(self) -> str:
        """The filter as a query string, without what is usual."""
        return urlencode(self.pairs)

    @property
    def rest(self) -> str:
        """The query string without the page, for the links to other pages."""
        return self.with_().query

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the page is not as usual."""
        return bool(self.rest)

    def to_filter(self, member: Member | None) -> TicketFilter:
        """Return the filter as a provider applies it; `member` is who `assigned` means."""
        return TicketFilter(
            query=self.q,
            board_id=self.board,
            status_name=self.status,
            priority_id=self.priority,
            company_id=self.company,
            member_identifier=member.identifier if member else "",
            member_id=member.id if member else "",
            unassigned=self.assigned == UNASSIGNED,
            closed=_CLOSED[self.closed],
        )
