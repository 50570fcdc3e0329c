"""Changes of a ticket that are no notes: made once, and only believed when read back.

Each is written down before anything leaves. A person waits for it, so nothing is sent later:
what could not be sent has failed, and what is uncertain is found out by reading. Call these
outside of any transaction. docs/write-path.md explains it.
"""

from uuid import UUID

from django.conf import settings

from accounts.models import User
from psa.changes import attempt, intent
from psa.changes.intent import Intent, RequestReused
from psa.changes.settling import run_batch, settle
from psa.models import PsaConnection, TicketChange
from psa.posting.world import World
from psa.providers.types import Reference
from resolutionflow.lib.safe_http import deadline

__all__ = [
    "RequestReused",
    "add_member",
    "change_status",
    "remove_member",
    "run_batch",
    "send_status_again",
    "settle",
]

Kind = TicketChange.Kind
_NOBODY = Reference(id="", name="")


def change_status(
    connection: PsaConnection,
    user: User,
    *,
    ticket_id: str,
    status_id: str,
    status_name: str,
    seen_status_id: str,
    seen_status_name: str,
    request_id: UUID,
    world: World | None = None,
) -> TicketChange:
    """Change the ticket's status from the one that the person saw; return what became of it.

    Costs two calls. Never raises PsaError: `state`, `error` and `current_name` tell. `is_conflict`
    says that the status moved meanwhile. An empty `seen_status_id` is for callers that
    showed none. Raises RequestReused if the request id belongs to another change.
    """
    return _make(
        Intent(
            connection=connection,
            author=user,
            request_id=request_id,
            ticket_id=ticket_id,
            kind=Kind.STATUS,
            wanted=Reference(id=status_id, name=status_name),
            seen=Reference(id=seen_status_id, name=seen_status_name),
        ),
        world,
    )


def send_status_again(
    connection: PsaConnection,
    user: User,
    *,
    ticket_id: str,
    status: Reference,
    request_id: UUID,
    world: World | None = None,
) -> TicketChange:
    """Set the ticket to the status that it has: changes nothing, and shows whether we may.

    Like change_status, but sent although it is so already. What was not confirmed has failed:
    no reading tells whether a change to the same arrived.
    """
    intent = Intent(
        connection=connection,
        author=user,
        request_id=request_id,
        ticket_id=ticket_id,
        kind=Kind.STATUS,
        wanted=status,
        seen=status,
    )
    return _make(intent, world, send_anyway=True)


def add_member(
    connection: PsaConnection,
    user: User,
    *,
    ticket_id: str,
    member_id: str,
    member_name: str,
    request_id: UUID,
    world: World | None = None,
) -> TicketChange:
    """Assign a member to the ticket; who is assigned already stays so. See change_status."""
    member = Reference(id=member_id, name=member_name)
    return _make(_people(Kind.ASSIGN, connection, user, ticket_id, member, request_id), world)


def remove_member(
    connection: PsaConnection,
    user: User,
    *,
    ticket_id: str,
    member_id: str,
    member_name: str,
    request_id: UUID,
    world: World | None = None,
) -> TicketChange:
    """Take a member off the ticket; who is not assigned stays so. See change_status."""
    member = Reference(id=member_id, name=member_name)
    return _make(_people(Kind.UNASSIGN, connection, user, ticket_id, member, request_id), world)


def _people(
    kind: TicketChange.Kind,
    connection: PsaConnection,
    user: User,
    ticket_id: str,
    member: Reference,
    request_id: UUID,
) -> Intent:
    return Intent(
        connection=connection,
        author=user,
        request_id=request_id,
        ticket_id=ticket_id,
        kind=kind,
        wanted=member,
        seen=_NOBODY,
    )


def _make(wanted: Intent, world: World | None, *, send_anyway: bool = False) -> TicketChange:
    """Write it down, and make it if this call wrote it; a person waits, so not for long."""
    world = world or World()
    with deadline(settings.POST_LEASE.total_seconds()):
        written = intent.write_down(wanted, world)
        if written.hold is not None:
            attempt.make(written.hold, wanted.connection, world, send_anyway=send_anyway)
    return written.change
