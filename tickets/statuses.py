"""Which board a status belongs to: names repeat across boards, and a ticket takes its board's."""

from functools import partial

from psa import catalog
from psa.models import PsaConnection, TicketChange


def why_refused(connection: PsaConnection, change: TicketChange, board_id: str) -> str:
    """Return why the PSA refused the status, naming both boards where they are known.

    `board_id` is the ticket's board as the page knew it; "" where it did not.
    """
    if change.error_kind != "invalid":
        return change.error
    offered = catalog.ask(partial(catalog.statuses_by_board, connection)).value or []
    whose = ((board, one) for board, its in offered for one in its if one.id == change.wanted_id)
    board, status = next(whose, (None, None))
    if board is None or status is None or board.id == board_id:
        return change.error
    own = next((f"“{one.name}”" for one, _ in offered if one.id == board_id), "another board")
    return (
        f"“{status.name}” is a status of the board “{board.name}”, and #{change.ticket_id} is on "
        f"{own}. Choose a status of the ticket's own board."
    )
