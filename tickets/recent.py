"""Tickets that were read a moment ago, so that looking for related ones need not read again.

Good enough to search by (company, words), never to decide by: what is changed is read fresh.
"""

from collections.abc import Iterable

from django.core.cache import cache

from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.types import Ticket

# Seconds: from the list to the click, and a while of reading.
TTL = 5 * 60


def remember(connection: PsaConnection, tickets: Iterable[Ticket]) -> None:
    """Keep these tickets for a while; they were read just now."""
    found = {_key(connection, ticket.id): ticket for ticket in tickets}
    if found:
        cache.set_many(found, TTL)


def ticket(connection: PsaConnection, ticket_id: str) -> Ticket:
    """Return the ticket as it was read lately, or as it is now. May raise PsaError."""
    known: Ticket | None = cache.get(_key(connection, ticket_id))
    return known or open_provider(connection).get_ticket(ticket_id)


def _key(connection: PsaConnection, ticket_id: str) -> str:
    return f"psa:{connection.account_id}:{connection.pk}:ticket:{ticket_id}"
