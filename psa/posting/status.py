"""The status part of a post: changed only from the status that the engineer saw."""

from typing import Any

from django.conf import settings

from psa.hold import LeaseLost
from psa.models import Post
from psa.posting import verdicts
from psa.posting.lease import Lease
from psa.posting.verdicts import Verdict, wait
from psa.providers.base import PsaProvider
from psa.providers.types import Ticket
from resolutionflow.lib.safe_http import deadline

StatusState = Post.StatusState


def has_moved(post: Post, ticket: Ticket) -> bool:
    """Return whether the status is neither the one that was seen nor the one that is wanted."""
    return ticket.status.id not in (post.seen_status_id, post.update_status_id)


def follow(lease: Lease, provider: PsaProvider, ticket: Ticket | None) -> None:
    """Change the status right after the note, with the ticket as it was read before it."""
    if ticket is None:
        return lease.release()
    if ticket.status.id == lease.post.update_status_id:
        return _applied(lease, ticket.status.name, ticket)
    lease.write(status_state=StatusState.SENDING, status_attempts=lease.post.status_attempts + 1)
    return _change(lease, provider, ticket)


def leave_to_worker(lease: Lease) -> None:
    """Release a post whose note is there; a wanted status change becomes due at once."""
    lease.release(next_attempt_at=lease.world.now())


def resume(lease: Lease) -> None:
    """Bring the status change of a claimed post, whose note is posted, to its end.

    The ticket is read first: an earlier attempt may have arrived, and a status that moved
    meanwhile is never overwritten unseen. Raises LeaseLost.
    """
    post = lease.post
    if post.connection is None:
        return _failed(lease, "The connection was removed before the status was changed.")
    if lease.waited_too_long and not lease.status_was_unknown:
        return _failed(lease, f"The status was not changed for 24 hours. {post.status_error}")
    try:
        provider = lease.world.provider_of(post.connection)
        with deadline(lease.cover()):
            ticket = provider.get_ticket(post.ticket_id)
    except LeaseLost:
        raise
    except Exception as error:
        lease.report(error)
        return _unread(lease, verdicts.before_sending(error))
    if ticket.status.id == post.update_status_id:
        return _applied(lease, post.status_changed_from, ticket)
    if has_moved(post, ticket):
        return _moved(lease, ticket)
    return _change(lease, provider, ticket)


def _change(lease: Lease, provider: PsaProvider, ticket: Ticket) -> None:
    """Send the change, and believe only what comes back."""
    post = lease.post
    covered = lease.cover()
    try:
        with deadline(covered):
            changed = provider.update_ticket_status(post.ticket_id, post.update_status_id)
    except Exception as error:
        lease.report(error)
        return _conclude(lease, verdicts.after_changing_status(error))
    return _applied(lease, ticket.status.name, changed)


def _applied(lease: Lease, before: str, ticket: Ticket) -> None:
    lease.release(
        status_state=StatusState.APPLIED,
        status_changed_from=before[:100],
        status_changed_to=ticket.status.name[:100],
        status_error="",
    )
    lease.log("post.status_applied")


def _moved(lease: Lease, ticket: Ticket) -> None:
    """Leave the status alone; a retry is then a decision about the status it has now."""
    current = ticket.status.name[:100]
    was = f" from “{lease.post.status_changed_from}”" if lease.post.status_changed_from else ""
    _failed(
        lease,
        f"The status changed meanwhile{was} to “{current}”, so we left it. Retry changes it "
        "from there.",
        seen_status_id=ticket.status.id,
        status_changed_from=current,
    )


def _unread(lease: Lease, verdict: Verdict) -> None:
    """Conclude when the ticket could not be read: an uncertain change stays uncertain."""
    if lease.status_was_unknown:
        return _defer(lease, StatusState.UNKNOWN, verdict)
    return _conclude(lease, verdict)


def _conclude(lease: Lease, verdict: Verdict) -> None:
    if verdict.state == verdicts.FAILED:
        return _failed(lease, verdict.sentence)
    return _defer(lease, StatusState(verdict.state.value), verdict)


def _defer(lease: Lease, state: Post.StatusState, verdict: Verdict) -> None:
    delay = wait(lease.post.status_attempts, lease.world.jitter(), verdict.retry_after)
    if state == StatusState.UNKNOWN:
        delay = max(delay, settings.POST_SETTLE)
    lease.release(
        status_state=state,
        status_error=verdict.sentence,
        next_attempt_at=lease.world.now() + delay,
    )
    lease.log("post.status_deferred")


def _failed(lease: Lease, sentence: str, **fields: Any) -> None:
    lease.release(status_state=StatusState.FAILED, status_error=sentence, **fields)
    lease.log("post.status_failed")
