"""What requests left open: found out by reading, never by sending."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Q, QuerySet

from psa.changes import attempt, outcome
from psa.changes.outcome import Held
from psa.hold import Hold, LeaseLost
from psa.models import TicketChange
from psa.posting import verdicts
from psa.posting.world import World
from psa.providers.errors import NotFound

logger = logging.getLogger(__name__)

State = TicketChange.State

# How many are looked at in one pass, to find some of each connection.
WINDOW = 200
# After a day a person should look at the ticket instead.
PATIENCE = timedelta(hours=24)


def due(now: datetime) -> QuerySet[TicketChange]:
    """Return the changes that somebody should see to, in the order they became due."""
    unheld = Q(lease_until=None) | Q(lease_until__lt=now)
    pending = TicketChange.objects.filter(unheld, state__in=TicketChange.PENDING)
    return pending.filter(next_attempt_at__lte=now).order_by("next_attempt_at")


def run_batch(world: World | None = None, *, keep_going: Callable[[], bool] = lambda: True) -> int:
    """Settle the changes that are due; return for how many something was done.

    Safe to run side by side in several processes. `keep_going` is asked before each change.
    A PSA that could not be read is not asked again in the same pass.
    """
    world = world or World()
    troubled: set[UUID | None] = set()
    done = 0
    for change_id, connection_id in due(world.now()).values_list("pk", "connection_id")[:WINDOW]:
        if not keep_going():
            break
        if connection_id in troubled:
            continue
        change = _settle_apart(change_id, world)
        done += change is not None
        if change is not None and change.state == State.UNKNOWN and change.checks:
            troubled.add(connection_id)
    return done


def _settle_apart(change_id: UUID, world: World) -> TicketChange | None:
    """Settle; a defect that one change brings to light must not hold up the others."""
    try:
        return settle(change_id, world)
    except Exception:
        # What it left behind expires with its lease, and is looked at again then.
        logger.exception("change.broken", extra={"change": str(change_id)})
        return None


def settle(change_id: UUID, world: World | None = None) -> TicketChange | None:
    """Find out what became of a change that is due; None if it is not, or somebody is at it.

    Sends nothing. Must not be called inside a transaction. Never raises PsaError.
    """
    world = world or World()
    hold = _claim(change_id, world)
    if hold is None:
        return None
    try:
        _WORK[State(hold.row.state)](hold, world)
    except LeaseLost:
        logger.warning("change.lease_lost", extra={"change": str(change_id)})
    return hold.row


def _claim(change_id: UUID, world: World) -> Held | None:
    """Take a change that is due, if it is still as it was read."""
    now = world.now()
    change = due(now).filter(pk=change_id).select_related("connection").first()
    if change is None:
        return None
    token, until = uuid4(), now + settings.POST_LEASE
    as_read = due(now).order_by().filter(pk=change_id, state=change.state)
    if not as_read.update(lease_token=token, lease_until=until):
        return None
    return Hold(change, token, until, world.now)


def _never_sent(hold: Held, _world: World) -> None:
    outcome.failed(
        hold, "interrupted", "The change was interrupted before anything was sent. Try again."
    )


def _perhaps_sent(hold: Held, _world: World) -> None:
    sentence = "The change was interrupted. We are checking whether it arrived."
    outcome.uncertain(hold, "interrupted", sentence)


def _find_out(hold: Held, world: World) -> None:
    """Read the ticket: by now what was sent has arrived, or never will."""
    connection = hold.row.connection
    if connection is None:
        return outcome.failed(
            hold,
            "disconnected",
            "The connection was removed before we could check whether this change arrived. Look "
            "at the ticket.",
        )
    try:
        found = attempt.look(hold, world.provider_of(connection))
    except LeaseLost:
        raise
    except NotFound as error:
        return outcome.refused(hold, error)
    except Exception as error:
        outcome.report(hold, error)
        return _look_later(hold, world, error)
    if found.is_wanted:
        return outcome.applied(hold, found)
    if found.is_as_seen:
        return outcome.not_arrived(hold, found)
    return outcome.conflict(hold, found)


def _look_later(hold: Held, world: World, error: Exception) -> None:
    """Ask again with back-off, for a day."""
    verdict = verdicts.before_sending(error)
    why = outcome.sentence_of(error, "Something went wrong on our side.")
    if world.now() - hold.row.created_at > PATIENCE:
        sentence = f"We could not check for 24 hours whether the change arrived: {why}"
        return outcome.failed(hold, "unchecked", f"{sentence} Look at the ticket.")
    checks = hold.row.checks + 1
    hold.release(
        checks=checks,
        error=f"We cannot check yet whether the change arrived: {why}",
        error_kind=verdict.kind,
        next_attempt_at=world.now() + verdicts.wait(checks, world.jitter(), verdict.retry_after),
    )
    outcome.log(hold, "change.unchecked")
    return None


_WORK: dict[TicketChange.State, Callable[[Held, World], None]] = {
    State.QUEUED: _never_sent,
    State.SENDING: _perhaps_sent,
    State.UNKNOWN: _find_out,
}
