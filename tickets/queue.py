"""What waits for one person in the PSA: the few open tickets that come first."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.models import User
from psa import catalog
from psa.members import member_id_of
from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.types import TicketFilter
from tickets.rows import Row, rows_of

SHOWN = 5
# The PSA lists by number; whoever has more open tickets than this sees the first of the newest.
LOOKED_THROUGH = 100


class Standing(StrEnum):
    """Whether there can be a queue for somebody, and if not, what is missing."""

    READY = "ready"
    NO_CONNECTION = "no connection"
    PAUSED = "paused"
    UNMAPPED = "unmapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The tickets that come first; `partly` if there are more than were looked through."""

    rows: list[Row]
    partly: bool


def standing(user: User, connection: PsaConnection | None) -> Standing:
    """Return whether the person has a queue. Asks the database only, never the PSA."""
    if connection is None:
        return Standing.NO_CONNECTION
    if not connection.is_active:
        return Standing.PAUSED
    if member_id_of(connection, user) is None:
        return Standing.UNMAPPED
    return Standing.READY


def of(user: User, connection: PsaConnection) -> Queue | None:
    """Return the person's queue, or None if the PSA has no such member (any more).

    The most urgent come first, of the same priority the newest. Without the right to see the
    priorities only the numbers sort. May raise PsaError.
    """
    member_id = member_id_of(connection, user)
    member = next((one for one in catalog.members(connection) if one.id == member_id), None)
    if member is None:
        return None
    priorities, _ = catalog.or_missing(catalog.priorities, connection)
    mine = TicketFilter(member_identifier=member.identifier, member_id=member.id)
    page = open_provider(connection).search_tickets(mine, 1, LOOKED_THROUGH)
    urgency = {priority.id: place for place, priority in enumerate(priorities)}
    first = sorted(
        page.items,
        key=lambda ticket: urgency.get(ticket.priority.id if ticket.priority else "", len(urgency)),
    )[:SHOWN]
    return Queue(rows=rows_of(first, priorities), partly=page.pages > 1)
