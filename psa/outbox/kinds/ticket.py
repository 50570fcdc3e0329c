"""New tickets: created once, and found by their reference when the answer is lost."""

import logging
from datetime import datetime
from typing import Any

from psa.models import TicketCreation
from psa.outbox.kinds.sent_later import SentLater, Words
from psa.outbox.lease import Lease
from psa.outbox.verdicts import UNKNOWN
from psa.providers.base import PsaProvider
from psa.providers.cleaning import decoded
from psa.providers.drafts import NewTicket
from psa.providers.types import Reference, Ticket
from resolutionflow.lib.text import one_line

State = TicketCreation.State


class TicketKind(SentLater[TicketCreation]):
    """The creation of a ticket."""

    name = "creation"
    model = TicketCreation
    logger = logging.getLogger(__name__)
    singular, plural = "new ticket", "new tickets"
    listed = ("summary", "ticket_id", "reference")
    words = Words(thing="ticket", sent="created", arrived="was created")

    def send_now(self, lease: Lease[TicketCreation], provider: PsaProvider) -> Ticket:
        """Create the ticket."""
        return provider.create_ticket(draft_of(lease.row))

    def find(self, lease: Lease[TicketCreation], provider: PsaProvider) -> Ticket | None:
        """Look for the ticket by its reference."""
        return provider.find_created(lease.row.reference)

    def accept(
        self,
        lease: Lease[TicketCreation],
        found: Ticket,
        *,
        prepared: Any,
    ) -> None:
        """Conclude: the ticket is there; say in what it is not as it was asked for."""
        del prepared
        lease.release(
            state=State.CREATED,
            ticket_id=found.id,
            warning="\n".join(differences(lease.row, found)),
            error="",
            error_kind="",
            checks=0,
        )
        lease.log("creation.created")

    def again(self, now: datetime) -> dict[str, Any]:
        """Return what lets it be looked for before it is sent: there is no second ticket."""
        return {**super().again(now), "state": UNKNOWN.value, "attempt_started_at": None}

    def where_to_look(self, row: TicketCreation) -> str:
        """Name what the ticket can be searched by."""
        return f"Look in {row.psa_label} for the external reference {row.reference}."

    def log(self, row: TicketCreation, event: str) -> None:
        """Write one line of what became of it; never its text."""
        about = {
            "creation": str(row.pk),
            "ticket": row.ticket_id,
            "state": str(row.state),
            "kind": row.error_kind,
            "attempts": row.attempts,
        }
        self.logger.info(event, extra=about)


def differences(creation: TicketCreation, ticket: Ticket) -> list[str]:
    """Return a sentence for each way in which the stored ticket is not what was asked for."""
    stored: dict[str, Reference | None] = {
        "company": ticket.company,
        "board": ticket.board,
        "status": ticket.status,
        "priority": ticket.priority,
        "owner": ticket.owner,
    }
    found = [
        f"The {what} is {_called(got)}, not “{creation.name_of(what)}”."
        for what, got in stored.items()
        if creation.id_of(what) not in ("", got.id if got else None)
    ]
    if _spaced(ticket.summary) not in _readings(creation.summary):
        found.append(f"{creation.psa_label} stored another summary.")
    return found


def _readings(summary: str) -> set[str]:
    """Return the summary as it was sent, and as a provider reads it."""
    line = one_line(summary)
    return {_spaced(summary), _spaced(line), _spaced(decoded(line))}


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _called(got: Reference | None) -> str:
    return f"“{got.name}”" if got and got.name else "empty"


def draft_of(creation: TicketCreation) -> NewTicket:
    """Return what the PSA is asked for."""
    return NewTicket(
        summary=creation.summary,
        description=creation.description,
        reference=creation.reference,
        company_id=creation.id_of("company"),
        board_id=creation.id_of("board"),
        status_id=creation.id_of("status"),
        type_id=creation.id_of("type"),
        subtype_id=creation.id_of("subtype"),
        item_id=creation.id_of("item"),
        priority_id=creation.id_of("priority"),
        contact_id=creation.id_of("contact"),
        owner_id=creation.id_of("owner"),
    )
