"""Taking a new ticket in: what it may be made of, whether it holds, and off to the outbox."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from accounts.models import User
from psa.models import PsaConnection, TicketCreation
from psa.opened import open_provider
from psa.outbox import tickets
from psa.outbox.tickets import Queued, TicketIntent
from psa.providers.types import Reference, Ticket
from tickets.forms import is_id
from tickets.intake import check
from tickets.intake.lists import Lists, lists, offer, offer_of_board
from tickets.new_form import NewTicketForm

__all__ = [
    "Lists",
    "alike",
    "can_be_alike",
    "confirm",
    "lists",
    "offer",
    "offer_of_board",
    "retry",
    "submit",
]


def confirm(
    connection: PsaConnection, form: NewTicketForm, known: Lists
) -> dict[str, Reference] | None:
    """Return what was chosen, by what it is for the ticket; None where the form says why not.

    Only what the PSA knows and what fits together is let through, whatever was sent. May
    raise PsaError where a company or a contact has to be looked up.
    """
    if not form.is_valid():
        return None
    chosen = check.of_lists(form, known)
    chosen |= check.of_searches(connection, form)
    return None if form.errors else chosen


def _queue(
    connection: PsaConnection, user: User, values: dict[str, Any], chosen: dict[str, Reference]
) -> Queued:
    return tickets.queue(
        TicketIntent(
            connection=connection,
            author=user,
            request_id=values["request_id"],
            summary=values["summary"],
            description=values["description"],
            chosen=chosen,
        )
    )


def submit(
    connection: PsaConnection,
    user: User,
    form: NewTicketForm,
    chosen: dict[str, Reference],
    stored: Callable[[TicketCreation], None],
) -> TicketCreation:
    """Store the ticket that was confirmed, create it at once, and return it.

    `stored` is called in the transaction that stores it, also for a repeat, which creates nothing
    more. Raises RequestReused; nothing was stored then. Never raises PsaError: the outcome stands
    on the row.
    """
    with transaction.atomic():
        queued = _queue(connection, user, form.cleaned_data, chosen)
        stored(queued.creation)
    return _deliver(queued.creation) if queued.is_new else queued.creation


def retry(row: TicketCreation) -> TicketCreation:
    """Create a failed ticket again, and return how it stands. Raises NotRetryable."""
    tickets.retry(row)
    return _deliver(row)


def _deliver(row: TicketCreation) -> TicketCreation:
    tickets.deliver(row.pk, at_once=True)
    row.refresh_from_db()
    return row


def can_be_alike(company_id: str, summary: str) -> bool:
    """Return whether there is enough to look for tickets that look like it."""
    return is_id(company_id) and bool(summary.strip())


def alike(connection: PsaConnection, company_id: str, summary: str) -> tuple[Ticket, ...]:
    """Return the company's open tickets that look like it; none where one of the two is missing.

    May raise PsaError.
    """
    if not can_be_alike(company_id, summary):
        return ()
    return open_provider(connection).list_alike(company_id, summary)
