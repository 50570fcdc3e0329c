"""Who works on a creation: at most one, for a limited time."""

import logging
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Q, QuerySet

from psa.hold import Hold
from psa.models import TicketCreation
from psa.posting.world import World

logger = logging.getLogger(__name__)

State = TicketCreation.State
Held = Hold[TicketCreation]


class Part(StrEnum):
    """What is to be done with a creation that was claimed."""

    SEND = "create the ticket"
    CHECK = "look whether it was created"


def due(now: datetime) -> QuerySet[TicketCreation]:
    """Return what something is to be done for now, in the order it became due."""
    return _free(now).filter(next_attempt_at__lte=now).order_by("next_attempt_at")


def _free(now: datetime) -> QuerySet[TicketCreation]:
    unheld = Q(lease_until=None) | Q(lease_until__lt=now)
    return TicketCreation.objects.filter(unheld, state__in=(State.QUEUED, State.UNKNOWN))


def claim(creation_id: UUID, world: World, *, at_once: bool = False) -> tuple[Held, Part] | None:
    """Take a creation that is due; None if there is nothing to do or somebody else has it.

    `at_once` ignores the waiting time, for the request that has just queued it.
    """
    now = world.now()
    free = _free(now) if at_once else due(now)
    creation = free.filter(pk=creation_id).select_related("connection").first()
    if creation is None:
        return None
    part = _part_of(creation, now)
    token, until = uuid4(), now + settings.POST_LEASE
    fields = {"lease_token": token, "lease_until": until, **_marks(creation, part)}
    # Only as it was read: an uncertain attempt since then would have to be looked for first.
    as_read = free.order_by().filter(
        pk=creation_id, state=creation.state, checked_at=creation.checked_at
    )
    if not as_read.update(**fields, updated_at=now):
        return None
    for name, value in fields.items():
        setattr(creation, name, value)
    return Hold(creation, token, until, world.now), part


def _part_of(creation: TicketCreation, now: datetime) -> Part:
    """An earlier uncertain attempt may have arrived since it was looked for."""
    looked = creation.checked_at
    is_stale = looked is not None and now - looked > settings.POST_SETTLE
    return Part.CHECK if creation.state == State.UNKNOWN or is_stale else Part.SEND


def _marks(creation: TicketCreation, part: Part) -> dict[str, Any]:
    """Return what the claim itself records, so that a crash right after it is understood."""
    if part is Part.CHECK:
        return {"state": State.UNKNOWN}
    return {"state": State.SENDING, "attempts": creation.attempts + 1}


def expire(now: datetime) -> int:
    """Mark what a worker left behind as uncertain; return how many that were.

    A worker that died while sending may have sent. It is looked for after the settling time.
    """
    abandoned = TicketCreation.objects.filter(state=State.SENDING, lease_until__lt=now)
    marked = abandoned.update(
        state=State.UNKNOWN,
        error_kind="interrupted",
        error="The creation was interrupted. We are checking whether the ticket is there.",
        lease_token=None,
        lease_until=None,
        next_attempt_at=now + settings.POST_SETTLE,
        updated_at=now,
    )
    if marked:
        logger.warning("creation.interrupted", extra={"count": marked})
    return marked
