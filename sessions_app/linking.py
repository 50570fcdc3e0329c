"""Tying a session to its ticket: only one that the PSA confirmed."""

import logging

from django.core.exceptions import ValidationError

from accounts.models import User
from psa.access import NotConnected, working_connection
from psa.models import PsaConnection
from psa.naming import HOW_TO, named_session, ticket_number
from psa.opened import open_provider
from psa.providers.errors import PsaError
from psa.providers.types import Ticket
from sessions_app.models import WorkSession

logger = logging.getLogger(__name__)


def parse(text: str) -> str:
    """Return the ticket's number as it is stored, of whatever names a ticket.

    Raises ValidationError for what names none.
    """
    number = ticket_number(text)
    if not number:
        raise ValidationError(HOW_TO, code="malformed")
    return number


def look_up(session: WorkSession, text: str) -> tuple[PsaConnection, Ticket]:
    """Return the ticket of this number as it is now, and where it lives; changes nothing.

    Raises ValidationError (malformed, or no connection) and PsaError (NotFound included).
    """
    number = _of_session(session, text) or parse(text)
    try:
        connection = working_connection(session.account)
    except NotConnected as refusal:
        raise ValidationError(str(refusal), code="disconnected") from refusal
    return connection, open_provider(connection).get_ticket(number)


def _of_session(session: WorkSession, text: str) -> str:
    """Return the ticket of the account's session that the text names, "" where it names none."""
    name = named_session(text)
    if name is None:
        return ""
    ours = WorkSession.objects.filter(account=session.account_id)
    found = ours.filter(**({"reference": name} if isinstance(name, str) else {"pk": name})).first()
    return found.psa_ticket_id if found else ""


def link(session: WorkSession, text: str, user: User) -> None:
    """Link the session to the ticket of this number, after the PSA confirmed it.

    Linking anew leaves earlier posts with their ticket. Raises what `look_up` raises; the
    session is unchanged then. `user` is who links, for the log.
    """
    connection, ticket = look_up(session, text)
    session.psa_connection = connection
    session.psa_ticket_id = ticket.id
    remember(session, ticket)
    logger.info(
        "session.linked",
        extra={"session": str(session.pk), "ticket": ticket.id, "by": user.pk},
    )


def unlink(session: WorkSession) -> None:
    """Untie the session from its ticket; earlier posts stay in the history."""
    session.psa_connection = None
    session.psa_ticket_id = ""
    _store(session, summary="", company="", board="", status="", contact="")


def web_url(session: WorkSession) -> str:
    """Return the ticket's page in the PSA, or "" where there is none to go to; sends nothing."""
    if session.psa_connection is None or not session.psa_ticket_id:
        return ""
    try:
        return open_provider(session.psa_connection).ticket_url(session.psa_ticket_id)
    except PsaError:
        # Paused, or unreadable credentials: the page says so elsewhere, the link is a comfort.
        return ""


def remember(session: WorkSession, ticket: Ticket) -> None:
    """Keep what the ticket's header shows, from a ticket that was read just now."""
    _store(
        session,
        summary=ticket.summary,
        company=ticket.company.name if ticket.company else "",
        board=ticket.board.name,
        status=ticket.status.name,
        contact=ticket.contact_name,
    )


def _store(session: WorkSession, **shown: str) -> None:
    """Write the link and what the header shows of the ticket."""
    names = ["psa_connection", "psa_ticket_id"]
    for name, value in shown.items():
        setattr(session, f"psa_ticket_{name}", value[:255])
        names.append(f"psa_ticket_{name}")
    session.save(update_fields=names)
