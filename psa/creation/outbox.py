"""Working off what was queued: by the request that queued it, and by `deliver_posts`."""

import logging
from collections.abc import Callable
from uuid import UUID

from psa.creation import lease, sending
from psa.creation.lease import Part
from psa.hold import LeaseLost
from psa.models import TicketCreation
from psa.posting.world import World

logger = logging.getLogger(__name__)

State = TicketCreation.State

# How many are looked at in one pass, to find some of each connection.
WINDOW = 200
# After one of these the next call to the same PSA would most likely end the same way.
_TROUBLE = frozenset({"rate_limited", "unreachable", "timeout", "auth", "server_error"})

_WORK = {Part.SEND: sending.send, Part.CHECK: sending.check}


def deliver(
    creation_id: UUID, world: World | None = None, *, at_once: bool = False
) -> TicketCreation | None:
    """Do the next thing that a creation needs, if it is due and nobody else is at it.

    Must not be called inside a transaction: the PSA is called. Never raises PsaError; the
    outcome stands on the row. Returns the row as this call left it, None if it did nothing.
    `at_once` is for the request that has just queued it.
    """
    world = world or World()
    claimed = lease.claim(creation_id, world, at_once=at_once)
    if claimed is None:
        return None
    hold, part = claimed
    try:
        _WORK[part](hold, world)
    except LeaseLost:
        # Somebody else found it abandoned and sees to it; what we know, they will read.
        logger.warning("creation.lease_lost", extra={"creation": str(creation_id)})
    if part is Part.CHECK and hold.row.state == State.QUEUED:
        # Surely absent a moment ago: sent now, before that knowledge grows old.
        return deliver(creation_id, world) or hold.row
    return hold.row


def run_batch(world: World | None = None, *, keep_going: Callable[[], bool] = lambda: True) -> int:
    """Work off what is due; return for how many something was done.

    Safe to run side by side in several processes. `keep_going` is asked before each. A PSA
    that is in trouble is not asked again in the same pass.
    """
    world = world or World()
    lease.expire(world.now())
    troubled: set[UUID | None] = set()
    done = 0
    waiting = lease.due(world.now()).values_list("pk", "connection_id")
    for creation_id, connection_id in list(waiting[:WINDOW]):
        if not keep_going():
            break
        if connection_id in troubled:
            continue
        creation = _deliver_apart(creation_id, world)
        done += creation is not None
        if creation is not None and creation.error_kind in _TROUBLE:
            troubled.add(connection_id)
    return done


def _deliver_apart(creation_id: UUID, world: World) -> TicketCreation | None:
    """Deliver; a defect that one brings to light must not hold up the others."""
    try:
        return deliver(creation_id, world)
    except Exception:
        # What it left behind expires with its lease, and is looked for then.
        logger.exception("creation.broken", extra={"creation": str(creation_id)})
        return None
