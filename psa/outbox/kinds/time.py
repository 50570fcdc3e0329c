"""Time entries: booked once for a mapped member, found by their marker when the answer is lost."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from psa.models import PostAttempt, PsaConnection, TicketChange, TimeEntry
from psa.models.approval_part import WAITING
from psa.models.time_entry import Order
from psa.outbox import attempts, verdicts
from psa.outbox.kinds.sent_later import SEND, SentLater, Words
from psa.outbox.lease import Lease
from psa.providers.base import PsaProvider
from psa.providers.time import BookedTime, TimeDraft

State = TimeEntry.State


class TimeKind(SentLater[TimeEntry]):
    """A time entry, alone or after the note of its approval."""

    name = "time_entry"
    model = TimeEntry
    logger = logging.getLogger(__name__)
    singular, plural = "time entry", "time entries"
    listed = ("ticket_id", "made_by_name")
    words = Words(thing="time", sent="booked", arrived="was booked")

    def ready_after(self, note_id: UUID) -> QuerySet[TimeEntry]:
        """Return the entries that may start now, because their note is on the ticket."""
        return self.rows().filter(after_id=note_id, state=State.QUEUED)

    def must_wait(self, row: TimeEntry, step: str) -> bool:
        """Return whether the status has to be changed first, because the present one forbids time.

        A change that failed is waited for no longer: the PSA then says what it thinks of the time.
        """
        if step != SEND or row.order != Order.AFTER_STATUS or row.after_id is None:
            return False
        pending = (TicketChange.State.WAITING, *TicketChange.PENDING)
        return TicketChange.objects.filter(after_id=row.after_id, state__in=pending).exists()

    def claimed(self, lease: Lease[TimeEntry], step: str) -> None:
        """Log with the note that it is being tried."""
        del step
        if lease.row.after_id:
            attempts.begin(lease.row.after_id, PostAttempt.Part.TIME, lease.now())

    def written(self, lease: Lease[TimeEntry], fields: dict[str, Any]) -> None:
        """Log what the fields say of the attempt that is under way."""
        if "state" in fields and lease.row.after_id:
            attempts.close(lease.row.after_id, (PostAttempt.Part.TIME,), lease.row)

    def send_now(self, lease: Lease[TimeEntry], provider: PsaProvider) -> BookedTime:
        """Book the time, for its member and for nobody else."""
        return provider.book_time(lease.row.ticket_id, _draft(lease.row))

    def find(self, lease: Lease[TimeEntry], provider: PsaProvider) -> BookedTime | None:
        """Look for the entry on the ticket, among those that no other row holds."""
        row = lease.row
        return provider.find_time(
            row.ticket_id,
            _draft(row),
            since=row.first_attempt_at or row.created_at,
            exclude=_adopted_by_others(row),
        )

    def accept(self, lease: Lease[TimeEntry], found: BookedTime, *, prepared: Any) -> None:
        """Record the entry as the PSA keeps it."""
        del prepared
        time = found.time
        try:
            lease.release(
                state=State.BOOKED,
                external_id=time.id,
                booked_at=lease.now(),
                stored_hours=time.hours,
                billed_hours=time.hours_billed,
                stored_role=time.work_role.name[:200] if time.work_role else "",
                stored_type=time.work_type.name[:200] if time.work_type else "",
                stored_billable=time.billable,
                stored_agreement=time.agreement.name[:200] if time.agreement else "",
                warning="\n".join(found.differences),
                error="",
                error_kind="",
                checks=0,
            )
        except IntegrityError as error:
            # Another row holds this very entry; where ours is, only the ticket can tell.
            lease.report(error)
            return self.conclude(lease, verdicts.after_sending(error))
        return lease.log("time_entry.booked")

    def where_to_look(self, row: TimeEntry) -> str:
        """Say what to do before the time is booked again."""
        return f"Look at the time on ticket #{row.ticket_id} before you book it again."

    def abandon(self, connection: PsaConnection, now: datetime) -> None:
        """End what waits, also for its note."""
        waiting = self.rows().filter(connection=connection, state=WAITING)
        waiting.update(
            state=State.FAILED,
            error_kind="disconnected",
            error="The connection was removed before this time was booked.",
            updated_at=now,
        )
        super().abandon(connection, now)

    def log(self, row: TimeEntry, event: str) -> None:
        """Write one line of what became of it; never its text."""
        about = {
            "time_entry": str(row.pk),
            "post": str(row.after_id or ""),
            "ticket": row.ticket_id,
            "state": str(row.state),
            "kind": row.error_kind,
            "attempts": row.attempts,
        }
        self.logger.info(event, extra=about)


def _draft(row: TimeEntry) -> TimeDraft:
    return TimeDraft(
        member_id=row.member_id,
        day=row.day,
        start=row.start_at,
        hours=row.hours,
        marker=row.marker,
        text=row.text,
        work_role_id=row.work_role_id,
        work_type_id=row.work_type_id,
        billable=row.billable,
    )


def _adopted_by_others(row: TimeEntry) -> list[str]:
    others = TimeEntry.objects.filter(connection_id=row.connection_id, ticket_id=row.ticket_id)
    held = others.exclude(external_id="").exclude(pk=row.pk)
    return list(held.values_list("external_id", flat=True))
