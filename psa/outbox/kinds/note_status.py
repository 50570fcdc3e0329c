"""The status part of a post: changed only from the status that the engineer saw."""

from typing import Any

from django.conf import settings

from psa.models import Post
from psa.outbox import verdicts
from psa.outbox.kinds.sent_later import waited_too_long
from psa.outbox.lease import Lease, LeaseLost
from psa.outbox.verdicts import Verdict, wait
from psa.providers.base import PsaProvider
from psa.providers.types import Ticket
from resolutionflow.lib.safe_http import deadline

StatusState = Post.StatusState


def has_moved(post: Post, ticket: Ticket) -> bool:
    """Return whether the status is neither the one that was seen nor the one that is wanted."""
    return ticket.status.id not in (post.seen_status_id, post.update_status_id)


def sending(post: Post) -> dict[str, Any]:
    """Return what is recorded before the change is sent."""
    return {"status_state": StatusState.SENDING, "status_attempts": post.status_attempts + 1}


def _was_unknown(lease: Lease[Post]) -> bool:
    """Return whether the change was uncertain before the claim: it stays so if reading fails."""
    return bool(lease.before["status_state"] == StatusState.UNKNOWN)


def follow(lease: Lease[Post], provider: PsaProvider, ticket: Ticket | None) -> None:
    """Change the status right after the note, with the ticket as it was read before it."""
    if ticket is None:
        return lease.release()
    if ticket.status.id == lease.row.update_status_id:
        return _applied(lease, ticket.status.name, ticket)
    lease.write(**sending(lease.row))
    return _change(lease, provider, ticket)


def resume(lease: Lease[Post]) -> None:
    """Bring the status change of a claimed post, whose note is posted, to its end.

    The ticket is read first: an earlier attempt may have arrived, and a status that moved
    meanwhile is never overwritten unseen. Raises LeaseLost.
    """
    post = lease.row
    if post.connection is None:
        return _failed(lease, "The connection was removed before the status was changed.")
    if waited_too_long(lease) and not _was_unknown(lease):
        return _failed(lease, f"The status was not changed for 24 hours. {post.status_error}")
    try:
        provider = lease.runtime.provider_of(post.connection)
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


def _change(lease: Lease[Post], provider: PsaProvider, ticket: Ticket) -> None:
    """Send the change, and believe only what comes back."""
    post = lease.row
    covered = lease.cover()
    try:
        with deadline(covered):
            changed = provider.update_ticket_status(post.ticket_id, post.update_status_id)
    except Exception as error:
        lease.report(error)
        return _conclude(lease, verdicts.after_changing_status(error))
    return _applied(lease, ticket.status.name, changed)


def _applied(lease: Lease[Post], before: str, ticket: Ticket) -> None:
    lease.release(
        status_state=StatusState.APPLIED,
        status_changed_from=before[:100],
        status_changed_to=ticket.status.name[:100],
        status_error="",
    )
    lease.log("post.status_applied")


def _moved(lease: Lease[Post], ticket: Ticket) -> None:
    """Leave the status alone; a retry is then a decision about the status it has now."""
    current = ticket.status.name[:100]
    was = f" from “{lease.row.status_changed_from}”" if lease.row.status_changed_from else ""
    _failed(
        lease,
        f"The status changed meanwhile{was} to “{current}”, so we left it. Retry changes it "
        "from there.",
        seen_status_id=ticket.status.id,
        status_changed_from=current,
    )


def _unread(lease: Lease[Post], verdict: Verdict) -> None:
    """Conclude when the ticket could not be read: an uncertain change stays uncertain."""
    if _was_unknown(lease):
        return _defer(lease, StatusState.UNKNOWN, verdict)
    return _conclude(lease, verdict)


def _conclude(lease: Lease[Post], verdict: Verdict) -> None:
    if verdict.state == verdicts.FAILED:
        return _failed(lease, verdict.sentence)
    return _defer(lease, StatusState(verdict.state.value), verdict)


def _defer(lease: Lease[Post], state: Post.StatusState, verdict: Verdict) -> None:
    delay = wait(lease.row.status_attempts, lease.runtime.jitter(), verdict.retry_after)
    if state == StatusState.UNKNOWN:
        delay = max(delay, settings.POST_SETTLE)
    lease.release(
        status_state=state,
        status_error=verdict.sentence,
        next_attempt_at=lease.now() + delay,
    )
    lease.log("post.status_deferred")


def _failed(lease: Lease[Post], sentence: str, **fields: Any) -> None:
    lease.release(status_state=StatusState.FAILED, status_error=sentence, **fields)
    lease.log("post.status_failed")
