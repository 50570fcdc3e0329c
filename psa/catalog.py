"""What an account's PSA offers to choose from, kept in the cache for a while.

The keys of one account carry a generation; forgetting it leaves old entries to expire unread.
"""

from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from django.core.cache import cache

from accounts.models import Account
from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.types import Board, Member, TicketStatus

T = TypeVar("T")

# Seconds. Boards and statuses are set up once in a while; people come and go.
SETUP_TTL = 60 * 60
MEMBERS_TTL = 15 * 60


def boards(connection: PsaConnection) -> tuple[Board, ...]:
    """Return the active service boards, by name. May raise PsaError."""
    return _remembered(
        connection, "boards", SETUP_TTL, lambda: open_provider(connection).list_boards()
    )


def statuses(connection: PsaConnection, board_id: str) -> tuple[TicketStatus, ...]:
    """Return the active statuses of a board in its own order. May raise PsaError."""
    return _remembered(
        connection,
        f"statuses:{board_id}",
        SETUP_TTL,
        lambda: open_provider(connection).get_ticket_statuses(board_id),
    )


def members(connection: PsaConnection) -> tuple[Member, ...]:
    """Return the PSA's members, also inactive and API members. May raise PsaError."""
    return _remembered(
        connection, "members", MEMBERS_TTL, lambda: open_provider(connection).list_members()
    )


def forget(account: Account) -> None:
    """Let the next question about this account's PSA go to the PSA."""
    cache.set(_generation_key(account.pk), uuid4().hex, timeout=None)


def _remembered(connection: PsaConnection, what: str, ttl: int, fetch: Callable[[], T]) -> T:
    """Return the remembered answer, or fetch and remember it; failures are not remembered."""
    generation = cache.get_or_set(
        _generation_key(connection.account_id), lambda: uuid4().hex, timeout=None
    )
    key = f"psa:{connection.account_id}:{generation}:{connection.pk}:{what}"
    known: T | None = cache.get(key)
    if known is None:
        # The generation was read before the call: an answer that a forget() overtook is lost.
        known = fetch()
        cache.set(key, known, timeout=ttl)
    return known


def _generation_key(account_id: int) -> str:
    return f"psa:{account_id}:generation"
