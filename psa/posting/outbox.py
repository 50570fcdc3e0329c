"""Working off what was queued: by the request that queued it, and by `deliver_posts`."""

import logging
from collections import Counter
from collections.abc import Callable
from operator import itemgetter
from typing import Protocol
from uuid import UUID

from psa.hold import LeaseLost
from psa.models import Post
from psa.posting import lease as leases
from psa.posting import note, status
from psa.posting.lease import Lease, Part
from psa.posting.world import World
from resolutionflow.lib.database import release_database

logger = logging.getLogger(__name__)

# Small, so that a pass soon sees what became due meanwhile: a call that hangs takes 24 s.
BATCH = 10
# How many due posts are looked at to find some of each connection.
WINDOW = 200
# After one of these the next call to the same PSA would most likely end the same way.
_TROUBLE = frozenset({"rate_limited", "unreachable", "timeout", "auth"})

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


def _deliver_apart(post_id: UUID, world: World) -> Post | None:
    """Deliver; a defect that one post brings to light must not hold up the others."""
    try:
        return deliver(post_id, world)
    except Exception:
        # What it left behind expires with its lease, and is looked for then.
        logger.exception("post.broken", extra={"post": str(post_id)})
        return None


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
    troubled: set[UUID | None] = set()
    done = 0
    due = leases.due(world.now()).values_list("pk", "connection_id")[:WINDOW]
    for post_id, connection_id in _in_turn(list(due))[:limit]:
        if not keep_going():
            break
        if connection_id in troubled:
            continue
        post = _deliver_apart(post_id, world)
        done += post is not None
        if post is not None and post.error_kind in _TROUBLE:
            troubled.add(connection_id)
    return done


def _in_turn(due: list[tuple[UUID, UUID | None]]) -> list[tuple[UUID, UUID | None]]:
    """Return the posts so that the connections take turns: one slow PSA holds up no other."""
    turns: Counter[UUID | None] = Counter()
    numbered = []
    for place, (post_id, connection_id) in enumerate(due):
        numbered.append((turns[connection_id], place, post_id, connection_id))
        turns[connection_id] += 1
    return [
        (post_id, connection_id)
        for _, _, post_id, connection_id in sorted(numbered, key=itemgetter(0, 1))
    ]


class Stop(Protocol):
    """What tells the loop to end: a `threading.Event`."""

    def is_set(self) -> bool:
        """Return whether the loop is to end."""

    def wait(self, timeout: float) -> bool:
        """Sleep, but no longer than until the loop is to end."""


class Batch(Protocol):
    """One pass over an outbox, such as `run_batch`."""

    def __call__(self, world: World | None, *, keep_going: Callable[[], bool]) -> int:
        """Do some of what is due, and return for how many rows that was."""


def run_until(
    stop: Stop, world: World | None = None, *, idle: float = 1.0, batch: Batch | None = None
) -> None:
    """Work off the outbox until told to stop; the post that is being sent is finished first.

    `idle` is the pause in seconds when nothing is due, and after an error. `batch` is the
    pass over another outbox than that of the posts.
    """
    while not stop.is_set():
        if not _run_apart(stop, world, batch or run_batch):
            stop.wait(idle)


def _run_apart(stop: Stop, world: World | None, batch: Batch) -> int:
    """Do one pass; a database that is away for a moment must not end the loop."""
    try:
        release_database()
        return batch(world, keep_going=lambda: not stop.is_set())
    except Exception:
        logger.exception("outbox.pass_failed")
        return 0
