"""What becomes of a change, with the sentence that tells a person."""

import math
from typing import Any

from django.conf import settings

from psa.models import TicketChange
from psa.outbox import verdicts
from psa.outbox.kinds.ticket_reading import Reading
from psa.outbox.lease import Lease
from psa.providers.errors import PsaError, RateLimited

Kind, State = TicketChange.Kind, TicketChange.State


def applied(lease: Lease[TicketChange], reading: Reading) -> None:
    """Conclude: the ticket was read, and is as wanted."""
    lease.release(state=State.APPLIED, error="", error_kind="", checks=0, **current(reading))
    lease.log("change.applied")


def conflict(lease: Lease[TicketChange], reading: Reading) -> None:
    """Conclude: somebody moved it to something else, so it is left alone."""
    seen = f"it was “{lease.row.seen_name}” and" if lease.row.seen_name else "it"
    sentence = (
        f"The status changed meanwhile: {seen} is now “{reading.name}”, so we left it. Decide "
        "again from there."
    )
    failed(lease, "conflict", sentence, **current(reading))


def refused(lease: Lease[TicketChange], error: Exception) -> None:
    """Conclude: nothing was changed, and nothing will be later."""
    lease.report(error)
    failed(lease, verdicts.before_sending(error).kind, _why_not(error, lease.row.psa_label))


def not_applied(lease: Lease[TicketChange], reading: Reading) -> None:
    """Conclude: the PSA said yes, and did nothing."""
    if lease.row.kind == Kind.STATUS:
        how = f"the status is “{reading.name}”"
    else:
        is_there = "still" if lease.row.kind == Kind.UNASSIGN else "not"
        how = f"{lease.row.wanted_name} is {is_there} on the ticket"
    psa = lease.row.psa_label
    sentence = f"{psa} answered success, but {how}. Check the ticket in {psa}."
    failed(lease, "not_applied", sentence, **current(reading))


def not_arrived(lease: Lease[TicketChange], reading: Reading) -> None:
    """Conclude: it was sent and not confirmed, and the ticket is as it was before."""
    still = f" The status is still “{reading.name}”." if reading.name else ""
    sentence = f"The change did not arrive in {lease.row.psa_label}.{still} Try again."
    failed(lease, "not_arrived", sentence, **current(reading))


def failed(lease: Lease[TicketChange], kind: str, sentence: str, **fields: Any) -> None:
    """Release the change as not made."""
    lease.release(state=State.FAILED, error=sentence, error_kind=kind, **fields)
    lease.log("change.failed")


def uncertain(lease: Lease[TicketChange], kind: str, sentence: str) -> None:
    """Release it as perhaps made: the ticket is read again when it must have arrived."""
    lease.release(
        state=State.UNKNOWN,
        error=sentence,
        error_kind=kind,
        next_attempt_at=lease.now() + settings.POST_SETTLE,
    )
    lease.log("change.unknown")


def current(reading: Reading) -> dict[str, str]:
    """Return the fields that tell how the ticket stood when it was read."""
    return {"current_id": reading.id, "current_name": reading.name[:200]}


def _why_not(error: Exception, psa: str) -> str:
    if isinstance(error, RateLimited):
        wait = math.ceil(max(error.retry_after, 1.0))
        return (
            f"{psa} is limiting requests, so nothing was changed. Try again in "
            f"{wait} second{'' if wait == 1 else 's'}."
        )
    return sentence_of(
        error, "Something went wrong on our side, so nothing was changed. Try again."
    )


def sentence_of(error: Exception, unexpected: str) -> str:
    """Return what the error says to people; `unexpected` for one that is not a PSA's."""
    return error.sentence if isinstance(error, PsaError) else unexpected
