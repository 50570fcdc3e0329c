"""Changes of a ticket: sent once while a person waits, and only believed when read back.

What was left open is found out by reading, never by sending again.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from psa.models import PsaConnection, TicketChange
from psa.outbox import verdicts
from psa.outbox.kinds import change_outcome as outcome
from psa.outbox.kinds import ticket_reading
from psa.outbox.kinds.base import Kind, Work
from psa.outbox.kinds.ticket_reading import Reading
from psa.outbox.lease import Lease, LeaseLost
from psa.providers.base import PsaProvider
from psa.providers.errors import NotFound
from resolutionflow.lib.safe_http import deadline

State = TicketChange.State

# After a day a person should look at the ticket instead.
PATIENCE = timedelta(hours=24)

_SHOWS_NOTHING = (
    "{psa} did not confirm it, so this shows nothing. The status is as it was. Try again."
)
_UNREAD = "{psa} accepted the change, but did not say how the ticket stands now. We are checking."
_INTERRUPTED = "The change was interrupted. We are checking whether it arrived."
_NEVER_SENT = "The change was interrupted before anything was sent. Try again."


class ChangeKind(Kind[TicketChange]):
    """A change of the status, or of who works on the ticket."""

    name = "change"
    model = TicketChange
    logger = logging.getLogger(__name__)
    singular, plural, done = "change of tickets", "changes of tickets", "checked"

    def rows(self) -> QuerySet[TicketChange]:
        """Return the changes that stand alone."""
        return TicketChange.objects.filter(after=None)

    @property
    def steps(self) -> Mapping[str, Work[TicketChange]]:
        """Return what is to be done with a change that its request left in this state."""
        return {
            State.QUEUED: lambda lease: outcome.failed(lease, "interrupted", _NEVER_SENT),
            State.SENDING: lambda lease: outcome.uncertain(lease, "interrupted", _INTERRUPTED),
            State.UNKNOWN: _find_out,
        }

    def step_of(self, row: TicketChange, now: datetime) -> str:
        """Return the state, which tells how far the request came."""
        del now
        return row.state

    def abandon(self, connection: PsaConnection, now: datetime) -> None:
        """Fail the changes that cannot be checked any more."""
        open_changes = self.rows().filter(connection=connection)
        open_changes.filter(state=State.UNKNOWN).update(
            state=State.FAILED,
            error_kind="disconnected",
            error="The connection was removed before we could check whether this change arrived. "
            "Look at the ticket.",
            updated_at=now,
        )

    def log(self, row: TicketChange, event: str) -> None:
        """Write one line of what became of the change."""
        about = {
            "change": str(row.pk),
            "ticket": row.ticket_id,
            "change_kind": str(row.kind),
            "state": str(row.state),
            "kind": row.error_kind,
        }
        self.logger.info(event, extra=about)


# --- The one attempt, while a person waits ------------------------------------------------


def make(
    lease: Lease[TicketChange], connection: PsaConnection, *, send_anyway: bool = False
) -> None:
    """Bring a change that was just written down as far as it gets; the row tells how far.

    `send_anyway` also sends what is there already. Never raises PsaError.
    """
    try:
        _make(lease, connection, send_anyway)
    except LeaseLost:
        # We were away so long that somebody else sees to it; nothing more is sent.
        lease.kind.logger.warning("change.lease_lost", extra={"change": str(lease.row.pk)})
        lease.row.refresh_from_db()


def _make(lease: Lease[TicketChange], connection: PsaConnection, send_anyway: bool) -> None:
    """Read first: what is there already is not sent, and what moved is not overwritten."""
    try:
        provider = lease.runtime.provider_of(connection)
        before = _read(lease, provider)
    except LeaseLost:
        raise
    except Exception as error:
        return outcome.refused(lease, error)
    if before.is_wanted and not send_anyway:
        return outcome.applied(lease, before)
    if not before.is_as_seen:
        return outcome.conflict(lease, before)
    return _send(lease, provider, before, send_anyway)


def _read(lease: Lease[TicketChange], provider: PsaProvider) -> Reading:
    """Read how the ticket stands, within the lease."""
    with deadline(lease.cover()):
        return ticket_reading.read(lease.row, provider)


def _send(
    lease: Lease[TicketChange], provider: PsaProvider, before: Reading, send_anyway: bool
) -> None:
    """Send it: from here on an error may mean that it was done."""
    lease.write(
        state=State.SENDING,
        sent_at=lease.now(),
        # Where the person was shown none, the one that is there now is what it is changed from.
        seen_id=before.id,
        seen_name=before.name[:200],
        **outcome.current(before),
    )
    covered = lease.cover()
    try:
        with deadline(covered):
            answer = ticket_reading.send(lease.row, provider)
    except Exception as error:
        verdict = verdicts.after_changing(error)
        if verdict.state != verdicts.UNKNOWN:
            return outcome.refused(lease, error)
        lease.report(error)
        if send_anyway:
            sentence = _SHOWS_NOTHING.format(psa=lease.row.psa_label)
            return outcome.failed(lease, verdict.kind, sentence)
        after = _read_again(lease, provider)
        if after and after.is_wanted:
            return outcome.applied(lease, after)
        # It may still arrive: what is not there yet proves nothing before the settling time.
        return outcome.uncertain(lease, verdict.kind, verdict.sentence)
    return _read_back(lease, answer or _read_again(lease, provider))


def _read_back(lease: Lease[TicketChange], after: Reading | None) -> None:
    """Believe only what was read."""
    if after is None:
        return outcome.uncertain(lease, "unread", _UNREAD.format(psa=lease.row.psa_label))
    if not after.is_wanted:
        return outcome.not_applied(lease, after)
    return outcome.applied(lease, after)


def _read_again(lease: Lease[TicketChange], provider: PsaProvider) -> Reading | None:
    """Read how the ticket stands after sending; None if that cannot be read."""
    try:
        return _read(lease, provider)
    except LeaseLost:
        raise
    except Exception as error:
        lease.report(error)
        return None


# --- What a request left open -------------------------------------------------------------


def _find_out(lease: Lease[TicketChange]) -> None:
    """Read the ticket: by now what was sent has arrived, or never will."""
    connection = lease.row.connection
    if connection is None:
        return outcome.failed(
            lease,
            "disconnected",
            "The connection was removed before we could check whether this change arrived. Look "
            "at the ticket.",
        )
    try:
        found = _read(lease, lease.runtime.provider_of(connection))
    except LeaseLost:
        raise
    except NotFound as error:
        return outcome.refused(lease, error)
    except Exception as error:
        lease.report(error)
        return _look_later(lease, error)
    if found.is_wanted:
        return outcome.applied(lease, found)
    if found.is_as_seen:
        return outcome.not_arrived(lease, found)
    return outcome.conflict(lease, found)


def _look_later(lease: Lease[TicketChange], error: Exception) -> None:
    """Ask again with back-off, for a day."""
    verdict = verdicts.before_sending(error)
    why = outcome.sentence_of(error, "Something went wrong on our side.")
    if lease.now() - lease.row.created_at > PATIENCE:
        sentence = f"We could not check for 24 hours whether the change arrived: {why}"
        return outcome.failed(lease, "unchecked", f"{sentence} Look at the ticket.")
    checks = lease.row.checks + 1
    delay = verdicts.wait(checks, lease.runtime.jitter(), verdict.retry_after)
    lease.release(
        checks=checks,
        error=f"We cannot check yet whether the change arrived: {why}",
        error_kind=verdict.kind,
        next_attempt_at=lease.now() + delay,
    )
    lease.log("change.unchecked")
    return None
