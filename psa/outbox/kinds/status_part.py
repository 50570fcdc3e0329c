"""Status changes that follow a note: made only from the status that the engineer saw."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from psa.models import PostAttempt, PsaConnection, TicketChange, TimeEntry
from psa.models.approval_part import WAITING
from psa.models.time_entry import Order
from psa.outbox import attempts, verdicts
from psa.outbox.kinds.sent_later import (
    CHECK,
    SEND,
    AlreadyThere,
    Refused,
    SentLater,
    Words,
)
from psa.outbox.lease import Lease
from psa.outbox.verdicts import UNKNOWN, Verdict
from psa.providers.base import PsaProvider
from psa.providers.types import Ticket
from resolutionflow.lib.safe_http import deadline

State = TicketChange.State


class StatusPart(SentLater[TicketChange]):
    """The status change of an approval, after its note."""

    name = "status"
    model = TicketChange
    logger = logging.getLogger(__name__)
    singular, plural = "status change", "status changes"
    words = Words(thing="status", sent="changed", arrived="was changed")

    def rows(self) -> QuerySet[TicketChange]:
        """Return the changes that follow a note."""
        return TicketChange.objects.exclude(after=None)

    def ready_after(self, note_id: UUID) -> QuerySet[TicketChange]:
        """Return the changes that may start now, because their note is on the ticket."""
        return self.rows().filter(after_id=note_id, state=State.QUEUED)

    def step_of(self, row: TicketChange, now: datetime) -> str:
        """Look where it is uncertain; sending looks anyway."""
        del now
        return CHECK if row.state == UNKNOWN else SEND

    def must_wait(self, row: TicketChange, step: str) -> bool:
        """Return whether time has to be booked first, because the wanted status forbids it."""
        del step
        pending = (WAITING, *TimeEntry.PENDING)
        rows = TimeEntry.objects.filter(
            after_id=row.after_id, order=Order.BEFORE_STATUS, state__in=pending
        )
        return rows.exists()

    def claimed(self, lease: Lease[TicketChange], step: str) -> None:
        """Log with the note that it is being tried."""
        del step
        attempts.begin(_note_of(lease), PostAttempt.Part.STATUS, lease.now())

    def written(self, lease: Lease[TicketChange], fields: dict[str, Any]) -> None:
        """Log what the fields say of the attempt that is under way."""
        if "state" in fields:
            attempts.close(_note_of(lease), (PostAttempt.Part.STATUS,), lease.row)

    def prepare(self, lease: Lease[TicketChange], provider: PsaProvider) -> Ticket:
        """Return the ticket as it is; a status that moved meanwhile is not overwritten unseen.

        The read before the note is used where this follows at once.
        """
        ticket = lease.known or self._read(lease, provider)
        if ticket.status.id == lease.row.wanted_id:
            raise AlreadyThere(ticket)
        _refuse_if_moved(lease.row, ticket)
        return ticket

    def send_now(self, lease: Lease[TicketChange], provider: PsaProvider) -> Ticket:
        """Change the status."""
        return provider.update_ticket_status(lease.row.ticket_id, lease.row.wanted_id)

    def verdict_of(self, error: Exception) -> Verdict:
        """Judge an error of sending; what was read back as not applied is certain."""
        return verdicts.after_changing(error)

    def find(self, lease: Lease[TicketChange], provider: PsaProvider) -> Ticket | None:
        """Return the ticket if the change arrived, None if all is as it was before."""
        ticket = self._read(lease, provider)
        if ticket.status.id == lease.row.wanted_id:
            return ticket
        _refuse_if_moved(lease.row, ticket)
        return None

    def accept(
        self,
        lease: Lease[TicketChange],
        found: Ticket,
        *,
        prepared: Ticket | None,
    ) -> None:
        """Conclude: the ticket was read with the status that was wanted."""
        before = {}
        if prepared:
            before = {"seen_id": prepared.status.id, "seen_name": prepared.status.name[:200]}
        lease.release(
            state=State.APPLIED,
            current_id=found.status.id,
            current_name=found.status.name[:200],
            error="",
            error_kind="",
            checks=0,
            **before,
        )
        lease.log("status.applied")

    def abandon(self, connection: PsaConnection, now: datetime) -> None:
        """End what waits, also for its note."""
        waiting = self.rows().filter(connection=connection, state=WAITING)
        waiting.update(
            state=State.FAILED,
            error_kind="disconnected",
            error="The connection was removed before this status was changed.",
            updated_at=now,
        )
        super().abandon(connection, now)

    def log(self, row: TicketChange, event: str) -> None:
        """Write one line of what became of the change."""
        about = {
            "change": str(row.pk),
            "post": str(row.after_id),
            "ticket": row.ticket_id,
            "state": str(row.state),
            "kind": row.error_kind,
            "attempts": row.attempts,
        }
        self.logger.info(event, extra=about)

    def _read(self, lease: Lease[TicketChange], provider: PsaProvider) -> Ticket:
        with deadline(lease.cover()):
            return provider.get_ticket(lease.row.ticket_id)


def has_moved(change: TicketChange, ticket: Ticket) -> bool:
    """Return whether the status is neither the one that was seen nor the one that is wanted."""
    return ticket.status.id not in (change.seen_id, change.wanted_id)


def _refuse_if_moved(change: TicketChange, ticket: Ticket) -> None:
    """Leave a moved status alone; a retry is then a decision about the status it has now."""
    if not has_moved(change, ticket):
        return
    current = ticket.status.name[:200]
    was = f" from “{change.seen_name}”" if change.seen_name else ""
    raise Refused(
        "conflict",
        f"The status changed meanwhile{was} to “{current}”, so we left it. Retry changes it "
        "from there.",
        seen_id=ticket.status.id,
        seen_name=current,
        current_id=ticket.status.id,
        current_name=current,
    )


def _note_of(lease: Lease[TicketChange]) -> UUID:
    note_id = lease.row.after_id
    if note_id is None:
        raise ValueError("A status change without a note is no part of an approval.")
    return note_id
