"""How a session's page stands to its ticket, at its head and in the bar that stays in sight."""

from dataclasses import dataclass

from psa.access import connection_of
from sessions_app import history, linking
from sessions_app.models import WorkSession


@dataclass(frozen=True, kw_only=True)
class TicketHeader:
    """The header's state: linked, removed (its connection is gone), free, or unconnected."""

    state: str
    web_url: str = ""
    is_paused: bool = False
    has_connection: bool = False
    last: history.Entry | None = None


def of(session: WorkSession) -> TicketHeader:
    """Return what the header shows; asks no PSA."""
    has_connection = connection_of(session.account) is not None
    if not session.psa_ticket_id:
        return TicketHeader(
            state="free" if has_connection else "unconnected", has_connection=has_connection
        )
    if session.psa_connection is None:
        return TicketHeader(state="removed", has_connection=has_connection)
    return TicketHeader(
        state="linked",
        web_url=linking.web_url(session),
        is_paused=not session.psa_connection.is_active,
        has_connection=has_connection,
        last=history.last_of(session),
    )
