"""Finding the one ticket that somebody has in mind: by words, by its number, or a recent one."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from accounts.models import User
from psa import catalog
from psa.members import member_id_of
from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.errors import InvalidRequest, NotFound
from psa.providers.types import Member, Ticket
from resolutionflow.lib.side_by_side import settled
from tickets import choices
from tickets.choices import Choices
from tickets.filters import Wanted
from tickets.forms import SearchForm
from tickets.rows import Row, rows_of

SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What the picker shows; `total` counts what the search found, also beyond the rows."""

    rows: list[Row]
    total: int
    recent: bool
    choices: Choices


def pick(connection: PsaConnection, user: User, form: SearchForm) -> Picked | None:
    """Return the newest tickets that match, or without words the recent ones, one's own first.

    Open tickets; the one of a number comes first, and may be closed. None where the form does
    not hold, which it says then. May raise PsaError.
    """
    if not form.is_valid():
        return None
    wanted = form.wanted()
    mine = "" if wanted.q else member_id_of(connection, user) or ""
    ahead = _numbered if wanted.q.isdecimal() else partial(_own, member_id=mine)
    others, first, lists = settled(
        partial(_search, connection, wanted),
        partial(ahead, connection, wanted),
        partial(choices.load, connection),
    )
    form.check(lists.result())
    if not form.is_valid():
        return None
    tickets, total = others.result()
    shown = _once([*first.result(), *tickets])[:SHOWN]
    total = max(total, len(shown))
    return Picked(
        rows=rows_of(shown, lists.result().priorities),
        total=total,
        recent=not wanted.q,
        choices=lists.result(),
    )


def _search(connection: PsaConnection, wanted: Wanted) -> tuple[tuple[Ticket, ...], int]:
    page = open_provider(connection).search_tickets(wanted.to_filter(None), 1, SHOWN)
    return page.items, page.total


def _numbered(connection: PsaConnection, wanted: Wanted) -> tuple[Ticket, ...]:
    """Return the ticket that has this number, if it is on the board and in the status asked for."""
    try:
        ticket = open_provider(connection).get_ticket(wanted.q)
    except (NotFound, InvalidRequest):
        return ()
    is_meant = wanted.board in ("", ticket.board.id) and wanted.status in ("", ticket.status.name)
    return (ticket,) if is_meant else ()


def _own(connection: PsaConnection, wanted: Wanted, member_id: str) -> tuple[Ticket, ...]:
    """Return the person's own recent tickets; nobody's where the PSA does not know the person."""
    member = _member(connection, member_id) if member_id else None
    if member is None:
        return ()
    return open_provider(connection).search_tickets(wanted.to_filter(member), 1, SHOWN // 2).items


def _member(connection: PsaConnection, member_id: str) -> Member | None:
    members, _ = catalog.or_missing(catalog.members, connection)
    return next((member for member in members if member.id == member_id), None)


def _once(tickets: Iterable[Ticket]) -> list[Ticket]:
    return list({ticket.id: ticket for ticket in tickets}.values())
