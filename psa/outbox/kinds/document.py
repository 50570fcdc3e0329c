"""Files with a note: added to the ticket once, found by their marker when the answer is lost."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from psa import file_source
from psa.file_source import FileGone
from psa.models import PostAttempt, PsaConnection, TicketDocument
from psa.models.approval_part import WAITING
from psa.outbox import attempts, verdicts
from psa.outbox.kinds.sent_later import Refused, SentLater, Words
from psa.outbox.lease import Lease
from psa.providers.base import PsaProvider
from psa.providers.documents import DocumentDraft, StoredDocument

State = TicketDocument.State

# So many go in the turn of their note, while its author waits; the worker takes the others.
_AT_ONCE = 2
_GONE = "{name} is not kept any more, so it was not added to the ticket."


class DocumentKind(SentLater[TicketDocument]):
    """A file of an approval, after its note."""

    name = "document"
    model = TicketDocument
    logger = logging.getLogger(__name__)
    singular, plural = "file", "files"
    listed = ("ticket_id", "file_name", "made_by_name")
    words = Words(thing="file", sent="added", arrived="was added")

    def ready_after(self, note_id: UUID) -> QuerySet[TicketDocument]:
        """Return the first files that may start now, because their note is on the ticket."""
        ready = self.rows().filter(after_id=note_id, state=State.QUEUED)
        return ready.order_by("place")[:_AT_ONCE]

    def claimed(self, lease: Lease[TicketDocument], step: str) -> None:
        """Log with the note that it is being tried."""
        del step
        attempts.begin(lease.row.after_id, PostAttempt.Part.DOCUMENT, lease.now())

    def written(self, lease: Lease[TicketDocument], fields: dict[str, Any]) -> None:
        """Log what the fields say of the attempt that is under way."""
        if "state" in fields:
            attempts.close(lease.row.after_id, (PostAttempt.Part.DOCUMENT,), lease.row)

    def prepare(self, lease: Lease[TicketDocument], provider: PsaProvider) -> None:
        """Read the bytes, so that nothing is sent of a file that is gone or away."""
        del provider
        row = lease.row
        try:
            lease.known = file_source.registered().read(row.account_id, row.source_id)
        except FileGone as gone:
            raise Refused("file_gone", _GONE.format(name=row.file_name)) from gone

    def send_now(self, lease: Lease[TicketDocument], provider: PsaProvider) -> StoredDocument:
        """Add the file to the ticket."""
        row = lease.row
        return provider.attach_document(row.ticket_id, _draft(row), lease.known)

    def find(self, lease: Lease[TicketDocument], provider: PsaProvider) -> StoredDocument | None:
        """Look for the file on the ticket, among those that no other row holds."""
        row = lease.row
        return provider.find_document(
            row.ticket_id,
            _draft(row),
            since=row.first_attempt_at or row.created_at,
            exclude=_adopted_by_others(row),
        )

    def accept(self, lease: Lease[TicketDocument], found: StoredDocument, *, prepared: Any) -> None:
        """Record the document that stands on the ticket."""
        del prepared
        try:
            lease.release(
                state=State.ATTACHED,
                external_id=found.id,
                attached_at=lease.now(),
                warning="\n".join(found.differences),
                error="",
                error_kind="",
                checks=0,
            )
        except IntegrityError as error:
            # Another row holds this very document; where ours is, only the ticket can tell.
            lease.report(error)
            return self.conclude(lease, verdicts.after_sending(error))
        return lease.log("document.attached")

    def where_to_look(self, row: TicketDocument) -> str:
        """Say what to do before the file is added again."""
        return f"Look at the files of ticket #{row.ticket_id} before you add it again."

    def abandon(self, connection: PsaConnection, now: datetime) -> None:
        """End what waits, also for its note."""
        waiting = self.rows().filter(connection=connection, state=WAITING)
        waiting.update(
            state=State.FAILED,
            error_kind="disconnected",
            error="The connection was removed before this file was added.",
            updated_at=now,
        )
        super().abandon(connection, now)

    def log(self, row: TicketDocument, event: str) -> None:
        """Write one line of what became of it; never its name or title."""
        about = {
            "document": str(row.pk),
            "post": str(row.after_id),
            "ticket": row.ticket_id,
            "state": str(row.state),
            "kind": row.error_kind,
            "attempts": row.attempts,
            "size": row.size,
        }
        self.logger.info(event, extra=about)


def _draft(row: TicketDocument) -> DocumentDraft:
    return DocumentDraft(
        file_name=row.file_name,
        content_type=row.content_type,
        size=row.size,
        title=row.title or row.file_name,
        marker=row.marker,
        is_private=row.is_private,
    )


def _adopted_by_others(row: TicketDocument) -> list[str]:
    others = TicketDocument.objects.filter(connection_id=row.connection_id, ticket_id=row.ticket_id)
    held: Iterable[str] = (
        others.exclude(external_id="").exclude(pk=row.pk).values_list("external_id", flat=True)
    )
    return list(held)
