"""Writing down what is to be changed, before anything leaves."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.models import User
from psa.changes import settling
from psa.hold import Hold
from psa.models import PsaConnection, TicketChange
from psa.posting.world import World
from psa.providers.types import Reference

Kind, State = TicketChange.Kind, TicketChange.State

_PEOPLE = (Kind.ASSIGN, Kind.UNASSIGN)


class RequestReused(Exception):
    """The request id belongs to another change."""

    def __init__(self) -> None:
        super().__init__(
            "This form was used already for another change. Open the ticket again, then try again."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
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
    hold: Hold[TicketChange] | None


def write_down(intent: Intent, world: World) -> Written:
    """Store the intent as a row; sends nothing of it.

    The same request id again returns the row that stands; raises RequestReused when that is
    another change. While another change of the same part of the ticket is open, this one
    has failed before it began.
    """
    if known := _known(intent):
        return Written(change=known, hold=None)
    _clear_the_way(intent, world)
    token, now = uuid4(), world.now()
    until = now + settings.POST_LEASE
    lease = {"lease_token": token, "lease_until": until, "next_attempt_at": until}
    if change := _insert(intent, created_at=now, **lease):
        return Written(change=change, hold=Hold(change, token, until, world.now))
    # Another request was quicker: this very one, or another change of the same.
    refused = _known(intent) or _insert(intent, created_at=now, **_overlap(intent))
    return Written(change=refused or _row_of(intent).get(), hold=None)


def _row_of(intent: Intent) -> QuerySet[TicketChange]:
    return TicketChange.objects.filter(
        account_id=intent.connection.account_id, request_id=intent.request_id
    )


def _known(intent: Intent) -> TicketChange | None:
    """Return the row of this request, if it was made before; raises RequestReused."""
    known = _row_of(intent).first()
    wanted = (intent.ticket_id, intent.kind, intent.wanted.id)
    if known and (known.ticket_id, known.kind, known.wanted_id) != wanted:
        raise RequestReused
    return known


def _open(intent: Intent) -> QuerySet[TicketChange]:
    """Return the open changes of the same part of the ticket: there is one at most."""
    return TicketChange.objects.filter(
        connection=intent.connection,
        ticket_id=intent.ticket_id,
        kind__in=_PEOPLE if intent.kind in _PEOPLE else (intent.kind,),
        state__in=TicketChange.PENDING,
    )


def _clear_the_way(intent: Intent, world: World) -> None:
    """Settle what was left over, so that a change that died long ago is in nobody's way."""
    for change_id in _open(intent).values_list("pk", flat=True):
        settling.settle(change_id, world)


def _overlap(intent: Intent) -> dict[str, Any]:
    """Return the fields of a change that was not tried, because another one is open."""
    other = _open(intent).first()
    what = f"{other.made_by_name} is changing this ticket" if other else "It is being changed"
    return {
        "state": State.FAILED,
        "error_kind": "overlap",
        "error": f"{what} right now, so yours was not sent. Look at what the ticket says in a "
        "moment, then decide again.",
    }


def _insert(intent: Intent, **fields: Any) -> TicketChange | None:
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
