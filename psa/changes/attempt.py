"""The one attempt at a change, while a person waits: read, send once, read back."""

import logging

from psa.changes import outcome, sight
from psa.changes.outcome import Held
from psa.changes.sight import Sight
from psa.hold import LeaseLost
from psa.models import PsaConnection, TicketChange
from psa.posting import verdicts
from psa.posting.world import World
from psa.providers.base import PsaProvider
from resolutionflow.lib.safe_http import deadline

logger = logging.getLogger(__name__)

_SHOWS_NOTHING = (
    "ConnectWise did not confirm it, so this shows nothing. The status is as it was. Try again."
)
_UNREAD = (
    "ConnectWise accepted the change, but did not say how the ticket stands now. We are checking."
)


def make(hold: Held, connection: PsaConnection, world: World, *, send_anyway: bool = False) -> None:
    """Bring a change that was just written down as far as it gets; the row tells how far.

    `send_anyway` also sends what is there already. Never raises PsaError.
    """
    try:
        _make(hold, connection, world, send_anyway)
    except LeaseLost:
        # We were away so long that somebody else sees to it; nothing more is sent.
        logger.warning("change.lease_lost", extra={"change": str(hold.row.pk)})
        hold.row.refresh_from_db()


def _make(hold: Held, connection: PsaConnection, world: World, send_anyway: bool) -> None:
    """Read first: what is there already is not sent, and what moved is not overwritten."""
    try:
        provider = world.provider_of(connection)
        before = look(hold, provider)
    except LeaseLost:
        raise
    except Exception as error:
        return outcome.refused(hold, error)
    if before.is_wanted and not send_anyway:
        return outcome.applied(hold, before)
    if not before.is_as_seen:
        return outcome.conflict(hold, before)
    return _send(hold, provider, before, send_anyway)


def look(hold: Held, provider: PsaProvider) -> Sight:
    """Read how the ticket stands, within the lease."""
    with deadline(hold.cover()):
        return sight.look(hold.row, provider)


def _send(hold: Held, provider: PsaProvider, before: Sight, send_anyway: bool) -> None:
    """Send it: from here on an error may mean that it was done."""
    hold.write(
        state=TicketChange.State.SENDING,
        sent_at=hold.now(),
        # Where the person was shown none, the one that is there now is what it is changed from.
        seen_id=before.id,
        seen_name=before.name[:200],
        **outcome.current(before),
    )
    covered = hold.cover()
    try:
        with deadline(covered):
            answer = sight.send(hold.row, provider)
    except Exception as error:
        verdict = verdicts.after_changing_status(error)
        if verdict.state != verdicts.UNKNOWN:
            return outcome.refused(hold, error)
        outcome.report(hold, error)
        if send_anyway:
            return outcome.failed(hold, verdict.kind, _SHOWS_NOTHING)
        after = _look_again(hold, provider)
        if after and after.is_wanted:
            return outcome.applied(hold, after)
        # It may still arrive: what is not there yet proves nothing before the settling time.
        return outcome.uncertain(hold, verdict.kind, verdict.sentence)
    return _read_back(hold, answer or _look_again(hold, provider))


def _read_back(hold: Held, after: Sight | None) -> None:
    """Believe only what was read."""
    if after is None:
        return outcome.uncertain(hold, "unread", _UNREAD)
    if not after.is_wanted:
        return outcome.not_applied(hold, after)
    return outcome.applied(hold, after)


def _look_again(hold: Held, provider: PsaProvider) -> Sight | None:
    """Read how the ticket stands after sending; None if that cannot be read."""
    try:
        return look(hold, provider)
    except LeaseLost:
        raise
    except Exception as error:
        outcome.report(hold, error)
        return None
