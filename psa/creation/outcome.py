"""What becomes of a creation, with the sentence that tells a person."""

import logging
from datetime import timedelta

from django.conf import settings

from psa.creation.lease import Held
from psa.models import TicketCreation
from psa.posting.verdicts import FAILED, QUEUED, Verdict, wait
from psa.posting.world import World
from psa.providers.cleaning import decoded
from psa.providers.errors import PsaError
from psa.providers.types import Reference, Ticket
from resolutionflow.lib.text import one_line

logger = logging.getLogger(__name__)

State = TicketCreation.State

# Nobody expects a ticket to appear after a day; the engineer decides then.
PATIENCE = timedelta(hours=24)


def waited_too_long(hold: Held) -> bool:
    """Return whether it has been waiting for so long that a person should decide again."""
    return hold.now() - hold.row.queued_at > PATIENCE


def created(hold: Held, ticket: Ticket) -> None:
    """Conclude: the ticket is there; say in what it is not as it was asked for."""
    hold.release(
        state=State.CREATED,
        ticket_id=ticket.id,
        warning="\n".join(differences(hold.row, ticket)),
        error="",
        error_kind="",
        checks=0,
    )
    log(hold, "creation.created")


def differences(creation: TicketCreation, ticket: Ticket) -> list[str]:
    """Return a sentence for each way in which the stored ticket is not what was asked for."""
    stored: dict[str, Reference | None] = {
        "company": ticket.company,
        "board": ticket.board,
        "status": ticket.status,
        "priority": ticket.priority,
        "owner": ticket.owner,
    }
    found = [
        f"The {what} is {_called(got)}, not “{creation.name_of(what)}”."
        for what, got in stored.items()
        if creation.id_of(what) not in ("", got.id if got else None)
    ]
    if _spaced(ticket.summary) not in _readings(creation.summary):
        found.append("ConnectWise stored another summary.")
    return found


def _readings(summary: str) -> set[str]:
    """Return the summary as it was sent, and as a provider reads it."""
    line = one_line(summary)
    return {_spaced(summary), _spaced(line), _spaced(decoded(line))}


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _called(got: Reference | None) -> str:
    return f"“{got.name}”" if got and got.name else "empty"


def conclude(hold: Held, world: World, verdict: Verdict) -> None:
    """Release it in the state that an error of sending led to."""
    if verdict.state == FAILED:
        return failed(hold, verdict.kind, verdict.sentence)
    delay = settings.POST_SETTLE
    if verdict.state == QUEUED:
        delay = wait(hold.row.attempts, world.jitter(), verdict.retry_after)
    hold.release(
        state=State(verdict.state.value),
        error=verdict.sentence,
        error_kind=verdict.kind,
        next_attempt_at=hold.now() + delay,
        checks=0,
    )
    log(hold, "creation.deferred")
    return None


def expired(hold: Held) -> None:
    """Conclude: it could not be sent for a day."""
    reason = hold.row.error or "It never got its turn."
    kind = hold.row.error_kind or "expired"
    failed(hold, kind, f"The ticket was not created for 24 hours. {reason}")


def failed(hold: Held, kind: str, sentence: str) -> None:
    """Release it as surely not created."""
    hold.release(state=State.FAILED, error=sentence, error_kind=kind)
    log(hold, "creation.failed")


def surely_absent(hold: Held) -> None:
    """Queue it again: it was looked for, and is not there."""
    now = hold.now()
    hold.release(state=State.QUEUED, checked_at=now, next_attempt_at=now, checks=0)
    log(hold, "creation.absent")


def look_later(hold: Held, world: World, verdict: Verdict) -> None:
    """Leave it unknown, and look again with back-off."""
    checks = hold.row.checks + 1
    hold.release(
        state=State.UNKNOWN,
        checks=checks,
        error=f"We cannot check yet whether the ticket was created: {verdict.sentence}",
        error_kind=verdict.kind,
        next_attempt_at=hold.now() + wait(checks, world.jitter(), verdict.retry_after),
    )
    log(hold, "creation.unchecked")


def log(hold: Held, event: str) -> None:
    """Write one line of what became of it; never its text."""
    creation = hold.row
    about = {
        "creation": str(creation.pk),
        "ticket": creation.ticket_id,
        "state": str(creation.state),
        "kind": creation.error_kind,
        "attempts": creation.attempts,
    }
    logger.info(event, extra=about)


def report(hold: Held, error: Exception) -> None:
    """Log what nobody expected with its trace; a PSA's failure is told by the state."""
    if not isinstance(error, PsaError):
        extra = {"creation": str(hold.row.pk)}
        logger.error("creation.unexpected", exc_info=error, extra=extra)
