"""What becomes of a change, with the sentence that tells a person."""

import logging
import math
from typing import Any

from django.conf import settings

from psa.changes.sight import Sight
from psa.hold import Hold
from psa.models import TicketChange
from psa.posting import verdicts
from psa.providers.errors import PsaError, RateLimited

logger = logging.getLogger(__name__)

Held = Hold[TicketChange]
Kind, State = TicketChange.Kind, TicketChange.State


def applied(hold: Held, sight: Sight) -> None:
    """Conclude: the ticket was read, and is as wanted."""
    hold.release(state=State.APPLIED, error="", error_kind="", checks=0, **current(sight))
    log(hold, "change.applied")


def conflict(hold: Held, sight: Sight) -> None:
    """Conclude: somebody moved it to something else, so it is left alone."""
    seen = f"it was “{hold.row.seen_name}” and" if hold.row.seen_name else "it"
    sentence = (
        f"The status changed meanwhile: {seen} is now “{sight.name}”, so we left it. Decide again "
        "from there."
    )
    failed(hold, "conflict", sentence, **current(sight))


def refused(hold: Held, error: Exception) -> None:
    """Conclude: nothing was changed, and nothing will be later."""
    report(hold, error)
    failed(hold, verdicts.before_sending(error).kind, _why_not(error))


def not_applied(hold: Held, sight: Sight) -> None:
    """Conclude: the PSA said yes, and did nothing."""
    if hold.row.kind == Kind.STATUS:
        how = f"the status is “{sight.name}”"
    else:
        is_there = "still" if hold.row.kind == Kind.UNASSIGN else "not"
        how = f"{hold.row.wanted_name} is {is_there} on the ticket"
    sentence = f"ConnectWise answered success, but {how}. Check the ticket in ConnectWise."
    failed(hold, "not_applied", sentence, **current(sight))


def not_arrived(hold: Held, sight: Sight) -> None:
    """Conclude: it was sent and not confirmed, and the ticket is as it was before."""
    still = f" The status is still “{sight.name}”." if sight.name else ""
    sentence = f"The change did not arrive in ConnectWise.{still} Try again."
    failed(hold, "not_arrived", sentence, **current(sight))


def failed(hold: Held, kind: str, sentence: str, **fields: Any) -> None:
    """Release the change as not made."""
    hold.release(state=State.FAILED, error=sentence, error_kind=kind, **fields)
    log(hold, "change.failed")


def uncertain(hold: Held, kind: str, sentence: str) -> None:
    """Release it as perhaps made: the ticket is read again when it must have arrived."""
    hold.release(
        state=State.UNKNOWN,
        error=sentence,
        error_kind=kind,
        next_attempt_at=hold.now() + settings.POST_SETTLE,
    )
    log(hold, "change.unknown")


def current(sight: Sight) -> dict[str, str]:
    """Return the fields that tell how the ticket stood when it was read."""
    return {"current_id": sight.id, "current_name": sight.name[:200]}


def log(hold: Held, event: str) -> None:
    """Write one line of what became of the change."""
    change = hold.row
    about = {
        "change": str(change.pk),
        "ticket": change.ticket_id,
        "change_kind": str(change.kind),
        "state": str(change.state),
        "kind": change.error_kind,
    }
    logger.info(event, extra=about)


def report(hold: Held, error: Exception) -> None:
    """Log what nobody expected with its trace; a PSA's failure is told by the state."""
    if not isinstance(error, PsaError):
        logger.error("change.unexpected", exc_info=error, extra={"change": str(hold.row.pk)})


def _why_not(error: Exception) -> str:
    if isinstance(error, RateLimited):
        wait = math.ceil(max(error.retry_after, 1.0))
        return (
            "ConnectWise is limiting requests, so nothing was changed. Try again in "
            f"{wait} second{'' if wait == 1 else 's'}."
        )
    return sentence_of(
        error, "Something went wrong on our side, so nothing was changed. Try again."
    )


def sentence_of(error: Exception, unexpected: str) -> str:
    """Return what the error says to people; `unexpected` for one that is not a PSA's."""
    return error.sentence if isinstance(error, PsaError) else unexpected
