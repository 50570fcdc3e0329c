"""What the Update Ticket dialog shows of the ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from psa import catalog
from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.errors import PsaError
from psa.providers.types import TicketStatus
from sessions_app import linking
from sessions_app.models import WorkSession


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The ticket as the dialog shows it; without a status where the PSA could not be read."""

    company: str
    status_id: str = ""
    status_name: str = ""
    board_id: str = ""
    merged_into: str = ""
    location_id: str = ""
    statuses: tuple[TicketStatus, ...] = ()
    problem: str = ""


def read(session: WorkSession, connection: PsaConnection) -> Shown:
    """Return the ticket as it is now: one call, and the statuses that are remembered.

    A PSA that cannot be read takes only the status list away: the text is there, and a note
    alone can be queued.
    """
    company = session.psa_ticket_company
    try:
        ticket = open_provider(connection).get_ticket(session.psa_ticket_id)
    except PsaError as error:
        return Shown(company=company, problem=_without_status(error))
    linking.remember(session, ticket)
    shown = Shown(
        company=session.psa_ticket_company,
        status_id=ticket.status.id,
        status_name=ticket.status.name,
        board_id=ticket.board.id,
        merged_into=ticket.merged_into.id if ticket.merged_into else "",
        location_id=ticket.location_id,
    )
    return _with_statuses(shown, connection)


def as_before(session: WorkSession, connection: PsaConnection, sent: Mapping[str, str]) -> Shown:
    """Return what the dialog showed when the form was sent; asks the PSA for nothing new."""
    shown = Shown(
        company=session.psa_ticket_company,
        status_id=sent.get("seen_status_id", "")[:100],
        status_name=sent.get("seen_status_name", "")[:100],
        board_id=sent.get("board_id", "")[:100],
        merged_into=sent.get("merged_into", "")[:100],
        location_id=sent.get("location_id", "")[:100],
    )
    return _with_statuses(shown, connection) if shown.status_id and shown.board_id else shown


def _with_statuses(shown: Shown, connection: PsaConnection) -> Shown:
    """Return it with the other statuses of the board, the remembered ones if there are any."""
    answer = catalog.ask(partial(catalog.statuses, connection, shown.board_id))
    if answer.failure:
        return replace(shown, problem=_without_status(answer.failure))
    others = (status for status in answer.value or () if status.id != shown.status_id)
    return replace(shown, statuses=tuple(others))


def _without_status(error: PsaError) -> str:
    return f"{error.sentence} You can still post the note; its status cannot be changed here now."
