"""Changes of a ticket that are no notes: made once, and only believed when read back.

Each is written down before anything leaves. A person waits for it, so nothing is sent later:
what could not be sent has failed, and what is uncertain is found out by reading. Call these
outside of any transaction. docs/write-path.md explains it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from psa.models import PsaConnection, TicketChange
from psa.outbox import worker
from psa.outbox.intent import RequestReused, row_of
from psa.outbox.kinds import CHANGE
from psa.outbox.kinds.change import make
from psa.outbox.lease import Lease
from psa.outbox.runtime import Runtime
from psa.providers.types import Reference
from resolutionflow.lib.safe_http import deadline

Kind, State = TicketChange.Kind, TicketChange.State
_NOBODY = Reference(id="", name="")
_PEOPLE = (Kind.ASSIGN, Kind.UNASSIGN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeIntent:
    """One change as a person asked for it.

    `request_id` names this wish: repeating it changes nothing more. `wanted` is the status or
    the member, `seen` the status that the person was shown; its id is empty where none was.
    """

    connection: PsaConnection
    author: User
    request_id: UUID
    ticket_id: str
    kind: TicketChange.Kind
    wanted: Reference
    seen: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The row of an intent, and the right to work on it if this call wrote it."""

    change: TicketChange
    lease: Lease[TicketChange] | None


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
    runtime: Runtime | None = None,
) -> TicketChange:
    """Change the ticket's status from the one that the person saw; return what became of it.

    Costs two calls. Never raises PsaError: `state`, `error` and `current_name` tell. `is_conflict`
    says that the status moved meanwhile. An empty `seen_status_id` is for callers that
    showed none. Raises RequestReused if the request id belongs to another change.
    """
    return _make(
        ChangeIntent(
            connection=connection,
            author=user,
            request_id=request_id,
            ticket_id=ticket_id,
            kind=Kind.STATUS,
            wanted=Reference(id=status_id, name=status_name),
            seen=Reference(id=seen_status_id, name=seen_status_name),
        ),
        runtime,
    )


def send_status_again(
    connection: PsaConnection,
    user: User,
    *,
    ticket_id: str,
    status: Reference,
    request_id: UUID,
    runtime: Runtime | None = None,
) -> TicketChange:
    """Set the ticket to the status that it has: changes nothing, and shows whether we may.

    Like change_status, but sent although it is so already. What was not confirmed has failed:
    no reading tells whether a change to the same arrived.
    """
    intent = ChangeIntent(
        connection=connection,
        author=user,
        request_id=request_id,
        ticket_id=ticket_id,
        kind=Kind.STATUS,
        wanted=status,
        seen=status,
    )
    return _make(intent, runtime, send_anyway=True)


def add_member(
    connection: PsaConnection,
    user: User,
    *,
    ticket_id: str,
    member_id: str,
    member_name: str,
    request_id: UUID,
    runtime: Runtime | None = None,
) -> TicketChange:
    """Assign a member to the ticket; who is assigned already stays so. See change_status."""
    member = Reference(id=member_id, name=member_name)
    return _make(_people(Kind.ASSIGN, connection, user, ticket_id, member, request_id), runtime)


def remove_member(
    connection: PsaConnection,
    user: User,
    *,
    ticket_id: str,
    member_id: str,
    member_name: str,
    request_id: UUID,
    runtime: Runtime | None = None,
) -> TicketChange:
    """Take a member off the ticket; who is not assigned stays so. See change_status."""
    member = Reference(id=member_id, name=member_name)
    return _make(_people(Kind.UNASSIGN, connection, user, ticket_id, member, request_id), runtime)


def _people(
    kind: TicketChange.Kind,
    connection: PsaConnection,
    user: User,
    ticket_id: str,
    member: Reference,
    request_id: UUID,
) -> ChangeIntent:
    return ChangeIntent(
        connection=connection,
        author=user,
        request_id=request_id,
        ticket_id=ticket_id,
        kind=kind,
        wanted=member,
        seen=_NOBODY,
    )


def _make(
    wanted: ChangeIntent, runtime: Runtime | None, *, send_anyway: bool = False
) -> TicketChange:
    """Write it down, and make it if this call wrote it; a person waits, so not for long."""
    runtime = runtime or Runtime()
    with deadline(settings.POST_LEASE.total_seconds()):
        written = _write_down(wanted, runtime)
        if written.lease is not None:
            make(written.lease, wanted.connection, send_anyway=send_anyway)
    return written.change


def settle(change_id: UUID, runtime: Runtime | None = None) -> TicketChange | None:
    """Find out what became of a change that is due; None if it is not, or somebody is at it.

    Sends nothing. Must not be called inside a transaction. Never raises PsaError.
    """
    return worker.deliver(CHANGE, change_id, runtime)


# --- Writing it down ----------------------------------------------------------------------


def _write_down(intent: ChangeIntent, runtime: Runtime) -> Written:
    """Store the intent as a row; sends nothing of it.

    The same request id again returns the row that stands; raises RequestReused when that is
    another change. While another change of the same part of the ticket is open, this one
    has failed before it began.
    """
    if known := _known(intent):
        return Written(change=known, lease=None)
    _clear_the_way(intent, runtime)
    token, now = uuid4(), runtime.now()
    until = now + settings.POST_LEASE
    held = {"lease_token": token, "lease_until": until, "next_attempt_at": until}
    if change := _insert(intent, created_at=now, **held):
        lease = Lease(CHANGE, change, token=token, until=until, runtime=runtime)
        return Written(change=change, lease=lease)
    # Another request was quicker: this very one, or another change of the same.
    refused = _known(intent) or _insert(intent, created_at=now, **_overlap(intent))
    return Written(change=refused or _row_of(intent).get(), lease=None)


def _row_of(intent: ChangeIntent) -> QuerySet[TicketChange]:
    return row_of(TicketChange, intent.connection, intent.request_id)


def _known(intent: ChangeIntent) -> TicketChange | None:
    """Return the row of this request, if it was made before; raises RequestReused."""
    known = _row_of(intent).first()
    wanted = (intent.ticket_id, intent.kind, intent.wanted.id)
    if known and (known.ticket_id, known.kind, known.wanted_id) != wanted:
        raise RequestReused(
            "This form was used already for another change. Open the ticket again, then try again.",
            known,
        )
    return known


def _open(intent: ChangeIntent) -> QuerySet[TicketChange]:
    """Return the open changes of the same part of the ticket: there is one at most."""
    return TicketChange.objects.filter(
        after=None,
        connection=intent.connection,
        ticket_id=intent.ticket_id,
        kind__in=_PEOPLE if intent.kind in _PEOPLE else (intent.kind,),
        state__in=TicketChange.PENDING,
    )


def _clear_the_way(intent: ChangeIntent, runtime: Runtime) -> None:
    """Settle what was left over, so that a change that died long ago is in nobody's way."""
    for change_id in _open(intent).values_list("pk", flat=True):
        settle(change_id, runtime)


def _overlap(intent: ChangeIntent) -> dict[str, Any]:
    """Return the fields of a change that was not tried, because another one is open."""
    other = _open(intent).first()
    what = f"{other.made_by_name} is changing this ticket" if other else "It is being changed"
    return {
        "state": State.FAILED,
        "error_kind": "overlap",
        "error": f"{what} right now, so yours was not sent. Look at what the ticket says in a "
        "moment, then decide again.",
    }


def _insert(intent: ChangeIntent, **fields: Any) -> TicketChange | None:
    """Return the new row; None if its request id is taken or another change is open."""
    try:
        with transaction.atomic():
            return TicketChange.objects.create(
                account_id=intent.connection.account_id,
                connection=intent.connection,
                request_id=intent.request_id,
                ticket_id=intent.ticket_id,
                kind=intent.kind,
                wanted_id=intent.wanted.id,
                wanted_name=intent.wanted.name[:200],
                seen_id=intent.seen.id,
                seen_name=intent.seen.name[:200],
                made_by=intent.author,
                made_by_name=intent.author.get_full_name() or intent.author.email,
                **fields,
            )
    except IntegrityError:
        return None
