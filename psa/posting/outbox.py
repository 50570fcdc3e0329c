"""Working off what was queued: by the request that queued it, and by `deliver_posts`."""

import logging
from collections.abc import Callable
from uuid import UUID

from psa.models import Post
from psa.posting import lease as leases
from psa.posting import note, status
from psa.posting.lease import Lease, LeaseLost, Part
from psa.posting.world import World

logger = logging.getLogger(__name__)

# Bounded, so that one pass ends, sees the new rows, and stops politely when asked to.
BATCH = 50

_WORK: dict[Part, Callable[[Lease], None]] = {
    Part.SEND: note.send,
    Part.CHECK: note.check,
    Part.STATUS: status.resume,
}


def deliver(post_id: UUID, world: World | None = None, *, at_once: bool = False) -> Post | None:
    """Do the next thing that a post needs, if it is due and nobody else is at it.

    Must not be called inside a transaction: the PSA is called. Never raises PsaError; the
    outcome stands on the row. Returns the post as this call left it, None if it did nothing.
    `at_once` is for the request that has just queued the post.
    """
    claimed = leases.claim(post_id, world or World(), at_once=at_once)
    if claimed is None:
        return None
    try:
        _WORK[claimed.part](claimed)
    except LeaseLost:
        # Somebody else found the post abandoned and sees to it; what we know, they will read.
        logger.warning("post.lease_lost", extra={"post": str(post_id)})
    if claimed.part is Part.CHECK and claimed.post.state == Post.State.QUEUED:
        # Surely absent a moment ago: sent now, before that knowledge grows old.
        return deliver(post_id, world) or claimed.post
    return claimed.post


def run_batch(
    world: World | None = None,
    *,
    limit: int = BATCH,
    keep_going: Callable[[], bool] = lambda: True,
) -> int:
    """Work off up to `limit` due posts; return for how many something was done.

    Safe to run side by side in several processes. `keep_going` is asked before each post.
    """
    world = world or World()
    leases.expire(world.now())
    limited: set[UUID | None] = set()
    done = 0
    due = leases.due(world.now()).values_list("pk", "connection_id")[:limit]
    for post_id, connection_id in list(due):
        if not keep_going():
            break
        if connection_id in limited:
            continue
        post = deliver(post_id, world)
        done += post is not None
        if post is not None and post.error_kind == "rate_limited":
            # The PSA asked the whole key to slow down, not this note alone.
            limited.add(connection_id)
    return done
