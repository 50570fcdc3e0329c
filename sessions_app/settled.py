"""Brings sessions along when a write to their ticket has ended."""

from typing import Any

from psa.models.outbox_row import OutboxRow
from sessions_app.models import WorkSession


def show_status(sender: Any, row: OutboxRow, **_: Any) -> None:
    """Let the headers of the ticket's sessions show the status that the write gave it."""
    del sender
    if row.status_given and row.connection_id:
        WorkSession.objects.filter(
            psa_connection_id=row.connection_id, psa_ticket_id=row.ticket_id
        ).update(psa_ticket_status=row.status_given[:255])
