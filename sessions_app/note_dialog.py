"""What the Update Ticket dialog shows: of the ticket, and about the text in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from psa import catalog
from psa.models import PsaConnection
from psa.opened import open_provider
from psa.placeholders import unfilled
from psa.providers.errors import PsaError
from psa.providers.types import TicketStatus
from resolutionflow.lib.ids import uuid_of
from sessions_app import linking, note_start, note_text, note_told, snippets
from sessions_app.models import WorkSession
from sessions_app.note_identity import marker_in


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


def closing_status(session: WorkSession, shown: Shown) -> str:
    """Return the status that a resolved session gives its ticket, "" where none is usual.

    The board's first one that closes; one that takes no time comes last.
    """
    if session.is_open or session.outcome != WorkSession.Outcome.RESOLVED:
        return ""
    closing = [status for status in shown.statuses if status.is_closed]
    usual = min(closing, key=lambda status: (status.forbids_time, status.sort_order), default=None)
    return usual.id if usual else ""


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


def about_text(
    session: WorkSession, values: Mapping[str, Any], *, is_begun: bool
) -> dict[str, Any]:
    """Return what the dialog says about the text of a form, and which others it offers.

    One that was begun just now is not older than the record.
    """
    known = dict(values)
    origin = note_start.origin_in(known)
    note_type = note_start.type_in(known)
    may_be_old = not is_begun and uuid_of(known["request_id"]) is not None
    marker = marker_in(session, known)
    board = session.psa_ticket_board
    usual, *_ = templates = note_text.offered(session.account, note_type, board)
    is_same_type = origin.choice.note_type == note_type
    return {
        "news": note_start.news(session, known) if may_be_old else "",
        "told": note_told.last_told(session, note_type),
        "scope": note_start.NEW if origin.choice.since and is_same_type else note_start.ALL,
        "templates": templates,
        "template": (origin.choice.template if is_same_type else "") or usual.key,
        "template_gone": note_text.is_gone(session, origin.choice),
        "said_already": note_told.said_already(session, known["content"], marker),
        "unfilled": unfilled(known["content"]),
        "snippets": snippets.names_of(session.account),
    }
