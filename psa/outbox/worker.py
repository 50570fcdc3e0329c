"""Working off what was queued: by the request that queued it, and by `deliver_posts`."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from operator import itemgetter
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from psa.models import PsaConnection
from psa.outbox import claims
from psa.outbox.intent import NotRetryable
from psa.outbox.kinds import KINDS
from psa.outbox.kinds.base import Kind
from psa.outbox.lease import Lease, LeaseLost, Row
from psa.outbox.runtime import Runtime
from psa.outbox.verdicts import FAILED, is_trouble
from resolutionflow.lib.database import release_database

logger = logging.getLogger(__name__)

# Small, so that a pass soon sees what became due meanwhile: a call that hangs takes 24 s.
BATCH = 10
# How many due rows are looked at to find some of each connection.
WINDOW = 200


def deliver(
    kind: Kind[Row], row_id: UUID, runtime: Runtime | None = None, *, at_once: bool = False
) -> Row | None:
    """Do the next thing that a row needs, if it is due and nobody else is at it.

    Must not be called inside a transaction: the PSA is called. Never raises PsaError; the
    outcome stands on the row. Returns the row as this call left it, None if it did nothing.
    `at_once` is for the request that has just queued the row.
    """
    lease = _deliver(kind, row_id, runtime or Runtime(), at_once=at_once)
    return lease.row if lease else None


def _deliver(
    kind: Kind[Row], row_id: UUID, runtime: Runtime, *, at_once: bool = False, known: Any = None
) -> Lease[Row] | None:
    claimed = claims.claim(kind, row_id, runtime, at_once=at_once)
    if claimed is None:
        return None
    lease, step = claimed
    lease.known = known
    try:
        kind.steps[step](lease)
    except LeaseLost:
        # Somebody else found the row abandoned and sees to it; what we know, they will read.
        logger.warning(f"{kind.name}.lease_lost", extra={kind.name: str(row_id)})
        return lease
    if kind.goes_on(lease, step):
        return _deliver(kind, row_id, runtime) or lease
    if kind.has_parts:
        lease.errors += _deliver_parts(row_id, runtime, lease.known)
    return lease


def deliver_parts(row_id: UUID, runtime: Runtime | None = None) -> None:
    """Start what follows this row and does not wait for it any more."""
    _deliver_parts(row_id, runtime or Runtime(), None)


def _deliver_parts(row_id: UUID, runtime: Runtime, known: Any) -> list[Exception]:
    """Deliver the parts that may start now; return what went wrong.

    A part that has to wait for another one gets a second turn, after the others.
    """
    ready = [
        (kind, part_id)
        for kind in KINDS
        for part_id in kind.ready_after(row_id).values_list("pk", flat=True)
    ]
    errors: list[Exception] = []
    put_off = []
    for kind, part_id in ready:
        lease = _deliver(kind, part_id, runtime, at_once=True, known=known)
        if lease is None:
            put_off.append((kind, part_id))
        else:
            errors += lease.errors
    for kind, part_id in put_off:
        lease = _deliver(kind, part_id, runtime, at_once=True, known=known)
        errors += lease.errors if lease else []
    return errors


def _deliver_apart(kind: Kind[Row], row_id: UUID, runtime: Runtime) -> Lease[Row] | None:
    """Deliver; a defect that one row brings to light must not hold up the others."""
    try:
        return _deliver(kind, row_id, runtime)
    except Exception:
        # What it left behind expires with its lease, and is looked for then.
        logger.exception(f"{kind.name}.broken", extra={kind.name: str(row_id)})
        return None


def run_batch(
    kind: Kind[Any],
    runtime: Runtime | None = None,
    *,
    limit: int = BATCH,
    keep_going: Callable[[], bool] = lambda: True,
) -> int:
    """Work off up to `limit` due rows of a kind; return for how many something was done.

    Safe to run side by side in several processes. `keep_going` is asked before each row. A
    connection that was in trouble is left alone for the rest of the pass.
    """
    runtime = runtime or Runtime()
    kind.expire(runtime.now())
    troubled: set[UUID | None] = set()
    done = 0
    due = kind.due(runtime.now()).values_list("pk", "connection_id")[:WINDOW]
    for row_id, connection_id in _in_turn(list(due))[:limit]:
        if not keep_going():
            break
        if connection_id in troubled:
            continue
        lease = _deliver_apart(kind, row_id, runtime)
        done += lease is not None
        if lease is not None and any(is_trouble(error) for error in lease.errors):
            troubled.add(connection_id)
    return done


def _in_turn(due: list[tuple[UUID, UUID | None]]) -> list[tuple[UUID, UUID | None]]:
    """Return the rows so that the connections take turns: one slow PSA holds up no other."""
    turns: Counter[UUID | None] = Counter()
    numbered = []
    for place, (row_id, connection_id) in enumerate(due):
        numbered.append((turns[connection_id], place, row_id, connection_id))
        turns[connection_id] += 1
    return [
        (row_id, connection_id)
        for _, _, row_id, connection_id in sorted(numbered, key=itemgetter(0, 1))
    ]


def retry(kind: Kind[Row], row: Row, runtime: Runtime | None = None) -> None:
    """Queue a failed row again, as a person decided; sends nothing.

    Raises NotRetryable if it is not failed (any more), has no connection left, or would be
    in the way of another one that is open.
    """
    if row.connection_id is None:
        raise NotRetryable("Its connection is removed, so it cannot be sent again.")
    again = kind.again((runtime or Runtime()).now())
    try:
        with transaction.atomic():
            failed = kind.rows().filter(pk=row.pk, state=FAILED.value)
            queued = bool(again) and failed.update(**again)
    except IntegrityError:
        queued = False
    if not queued:
        raise NotRetryable(f"This {kind.singular} cannot be retried (any more).")


# --- All kinds ----------------------------------------------------------------------------


def is_overdue(since: datetime) -> bool:
    """Return whether something that was due then has not been taken up by anybody."""
    held = Q(lease_until__gte=since)
    return any(
        _unsettled(kind).filter(next_attempt_at__lt=since).exclude(held).exists() for kind in KINDS
    )


def waiting(connection: PsaConnection) -> list[str]:
    """Return how much of each kind is not settled yet, as people say it: "3 posts"."""
    counts = ((kind, _unsettled(kind).filter(connection=connection).count()) for kind in KINDS)
    return [kind.counted(count) for kind, count in counts if count]


def abandon(connection: PsaConnection, now: datetime) -> None:
    """Settle what waits for a connection that is about to be removed.

    What is being sent at this moment ends by itself: it finds the connection gone.
    """
    for kind in KINDS:
        kind.abandon(connection, now)


def _unsettled(kind: Kind[Any]) -> Any:
    return kind.rows().filter(kind.unsettled())


# --- The loop of a worker -----------------------------------------------------------------


class Stop(Protocol):
    """What tells the loop to end: a `threading.Event`."""

    def is_set(self) -> bool:
        """Return whether the loop is to end."""

    def wait(self, timeout: float) -> bool:
        """Sleep, but no longer than until the loop is to end."""


class Pass(Protocol):
    """One pass over something that waits, such as `run_batch` of a kind."""

    def __call__(self, *, keep_going: Callable[[], bool]) -> int:
        """Do some of what is due, and return for how many that was."""


def run_until(stop: Stop, one_pass: Pass, *, idle: float = 1.0) -> None:
    """Repeat a pass until told to stop; the row that is being sent is finished first.

    `idle` is the pause in seconds when nothing is due, and after an error.
    """
    while not stop.is_set():
        if not _run_apart(stop, one_pass):
            stop.wait(idle)


def _run_apart(stop: Stop, one_pass: Pass) -> int:
    """Do one pass; a database that is away for a moment must not end the loop."""
    try:
        release_database()
        return one_pass(keep_going=lambda: not stop.is_set())
    except Exception:
        logger.exception("outbox.pass_failed")
        return 0
