"""Creating the ticket of a claimed row, or finding out whether it was created."""

from psa.creation import outcome
from psa.creation.lease import Held
from psa.hold import LeaseLost
from psa.models import PsaConnection, TicketCreation
from psa.posting import verdicts
from psa.posting.world import World
from psa.providers.drafts import NewTicket
from psa.providers.types import Ticket
from resolutionflow.lib.safe_http import deadline


def send(hold: Held, world: World) -> None:
    """Create the ticket, once. Raises LeaseLost."""
    connection = hold.row.connection
    if connection is None:
        sentence = "The connection was removed before this ticket was created."
        return outcome.failed(hold, "disconnected", sentence)
    if outcome.waited_too_long(hold):
        return outcome.expired(hold)
    try:
        provider = world.provider_of(connection)
        covered = hold.cover()
    except LeaseLost:
        raise
    except Exception as error:
        outcome.report(hold, error)
        return outcome.conclude(hold, world, verdicts.before_sending(error))
    try:
        with deadline(covered):
            ticket = provider.create_ticket(draft_of(hold.row))
    except Exception as error:
        # It left us: only a known meaning makes it anything but uncertain.
        outcome.report(hold, error)
        return outcome.conclude(hold, world, verdicts.after_sending(error))
    return outcome.created(hold, ticket)


def check(hold: Held, world: World) -> None:
    """Look for a ticket that may have been created; adopt it, or queue it again if absent.

    While the PSA cannot tell, it stays unknown. Raises LeaseLost.
    """
    connection = hold.row.connection
    if connection is None:
        return outcome.failed(
            hold,
            "disconnected",
            "The connection was removed before we could check whether this ticket was created. "
            f"Look in ConnectWise for the external reference {hold.row.reference}.",
        )
    try:
        found = _find(hold, world, connection)
    except LeaseLost:
        raise
    except Exception as error:
        outcome.report(hold, error)
        return outcome.look_later(hold, world, verdicts.before_sending(error))
    if found is None:
        return outcome.surely_absent(hold)
    return outcome.created(hold, found)


def _find(hold: Held, world: World, connection: PsaConnection) -> Ticket | None:
    provider = world.provider_of(connection)
    with deadline(hold.cover()):
        return provider.find_created(hold.row.reference)


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
