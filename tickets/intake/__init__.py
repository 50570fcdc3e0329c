"""Taking a new ticket in: what it may be made of, whether it holds, and off to the outbox."""

from typing import Any

from accounts.models import User
from psa.models import PsaConnection
from psa.opened import open_provider
from psa.outbox import tickets
from psa.outbox.tickets import Queued, TicketIntent
from psa.providers.types import Reference, Ticket
from tickets.forms import is_id
from tickets.intake import check
from tickets.intake.lists import Lists, lists, offer, offer_of_board
from tickets.new_form import NewTicketForm

__all__ = ["Lists", "alike", "can_be_alike", "confirm", "lists", "offer", "offer_of_board", "queue"]


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


def queue(
    connection: PsaConnection, user: User, values: dict[str, Any], chosen: dict[str, Reference]
) -> Queued:
    """Store the ticket that was confirmed; sends nothing. Raises RequestReused.

    `values` are those of a valid form. The caller commits, and then delivers.
    """
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
