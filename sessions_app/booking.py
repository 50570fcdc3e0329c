"""Time that is booked without a note: of a session, or of a ticket alone."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from accounts.models import User
from psa.models import PsaConnection, TimeEntry
from psa.models.time_entry import TimeWish
from psa.outbox import times
from psa.outbox.times import NotBookable, TimeIntent
from sessions_app.models import SessionTime, WorkSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What time is booked on: a ticket, and the session in which it was worked, if any."""

    connection: PsaConnection
    ticket_id: str
    session: WorkSession | None = None


def target_of(session: WorkSession) -> Target:
    """Return what a session's time is booked on. Raises NotBookable without a ticket."""
    connection = session.psa_connection
    if not session.psa_ticket_id:
        raise NotBookable("Link a ticket to the session first: time is booked on a ticket.")
    if connection is None or not connection.is_active:
        raise NotBookable("The connection of this ticket is removed or paused.")
    return Target(connection=connection, ticket_id=session.psa_ticket_id, session=session)


def is_known(target: Target, request_id: UUID) -> bool:
    """Return whether a form with this id was booked already."""
    known = TimeEntry.objects.filter(account=target.connection.account_id, request_id=request_id)
    return known.exists()


def book(target: Target, author: User, request_id: UUID, wish: TimeWish) -> TimeEntry:
    """Book time, once for each request id, and return how it stands.

    Raises NotBookable, and RequestReused where the form was sent already with other time.
    """
    intent = TimeIntent(
        connection=target.connection,
        author=author,
        request_id=request_id,
        ticket_id=target.ticket_id,
        time=wish,
    )
    with transaction.atomic():
        entry, is_new = times.queue(intent)
        if is_new and target.session:
            SessionTime.objects.create(session=target.session, entry=entry)
    return _deliver(entry) if is_new else entry


def retry(entry: TimeEntry) -> TimeEntry:
    """Try again to book what failed, and return how it stands. Raises NotRetryable."""
    times.retry(entry)
    return _deliver(entry)


def _deliver(entry: TimeEntry) -> TimeEntry:
    times.deliver(entry.pk, at_once=True)
    entry.refresh_from_db()
    return entry
