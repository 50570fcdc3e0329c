"""Taking a row to work on it: a compare-and-set that also writes the lease."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from psa.outbox.kinds.base import Kind
from psa.outbox.lease import Lease, Row
from psa.outbox.runtime import Runtime

# How soon a row that waits for another one looks again.
BEHIND_ANOTHER = timedelta(seconds=5)


def claim(
    kind: Kind[Row], row_id: UUID, runtime: Runtime, *, at_once: bool = False
) -> tuple[Lease[Row], str] | None:
    """Take a row that is due; return the lease and the step to do.

    None if there is nothing to do or somebody else has it. `at_once` ignores the waiting time,
    for the request that has just queued the row.
    """
    now = runtime.now()
    with transaction.atomic():
        row = kind.locked(row_id)
        if row is None:
            return None
        step = kind.step_of(row, now)
        if kind.must_wait(row, step):
            kind.free(now).filter(pk=row_id, state=row.state).update(
                next_attempt_at=now + BEHIND_ANOTHER
            )
            return None
        return _take(kind, row, step, runtime, at_once=at_once)


def _take(
    kind: Kind[Row], row: Row, step: str, runtime: Runtime, *, at_once: bool
) -> tuple[Lease[Row], str] | None:
    """Write the lease, if the row is still as the decision saw it."""
    now = runtime.now()
    token, until = uuid4(), now + settings.POST_LEASE
    before = {name: getattr(row, name) for name in kind.decides_by}
    fields = {
        "lease_token": token,
        "lease_until": until,
        "updated_at": now,
        **kind.marks(row, step, now),
    }
    candidates = kind.free(now) if at_once else kind.due(now).order_by()
    if not candidates.filter(pk=row.pk, **before).update(**fields):
        return None
    for name, value in fields.items():
        setattr(row, name, value)
    lease = Lease(kind, row, token=token, until=until, runtime=runtime, before=before)
    kind.claimed(lease, step)
    return lease, step
