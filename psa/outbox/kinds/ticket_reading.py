"""What a change reads in the PSA, and what it sends there."""

from dataclasses import dataclass

from psa.models import TicketChange
from psa.providers.base import PsaProvider
from psa.providers.types import Ticket

Kind = TicketChange.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the ticket stands: as wanted, as the person saw it, or neither.

    `id` and `name` are the status as it is; empty where people are looked at.
    """

    is_wanted: bool
    is_as_seen: bool
    id: str = ""
    name: str = ""


def read(change: TicketChange, provider: PsaProvider) -> Reading:
    """Read the part of the ticket that the change is about. Raises as reads do."""
    if change.kind == Kind.STATUS:
        return _status(change, provider.get_ticket(change.ticket_id))
    assigned = provider.list_resources(change.ticket_id)
    is_there = any(assignee.member_id == change.wanted_id for assignee in assigned)
    is_wanted = is_there == (change.kind == Kind.ASSIGN)
    return Reading(is_wanted=is_wanted, is_as_seen=not is_wanted)


def send(change: TicketChange, provider: PsaProvider) -> Reading | None:
    """Make the change, once; return what came back, None where it has to be read.

    Raises as writes do.
    """
    if change.kind == Kind.STATUS:
        return _status(change, provider.update_ticket_status(change.ticket_id, change.wanted_id))
    if change.kind == Kind.ASSIGN:
        provider.add_resource(change.ticket_id, change.wanted_id)
    else:
        provider.remove_resource(change.ticket_id, change.wanted_id)
    return None


def _status(change: TicketChange, ticket: Ticket) -> Reading:
    return Reading(
        is_wanted=ticket.status.id == change.wanted_id,
        is_as_seen=change.seen_id in ("", ticket.status.id),
        id=ticket.status.id,
        name=ticket.status.name,
    )
