"""The note's part of a post: send it, or find out whether it arrived."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError

from psa.hold import LeaseLost
from psa.models import Post, PsaConnection
from psa.posting import status, verdicts
from psa.posting.lease import Lease
from psa.posting.verdicts import Verdict, wait
from psa.providers.base import PsaProvider
from psa.providers.types import NoteDraft, NoteType, PostedNote, Ticket
from resolutionflow.lib.safe_http import deadline

State, StatusState = Post.State, Post.StatusState


def send(lease: Lease) -> None:
    """Send the note of a claimed post, and then change the status if that is wanted.

    With a status change the ticket is read first: a status that moved since the dialog
    showed it stops the whole post. Raises LeaseLost.
    """
    if lease.post.connection is None:
        return fail(lease, "disconnected", "The connection was removed before this note was sent.")
    if lease.waited_too_long:
        return _expire(lease)
    try:
        provider = lease.world.provider_of(lease.post.connection)
        ticket = _read_before(lease, provider)
        if ticket and status.has_moved(lease.post, ticket):
            return _conflict(lease, ticket)
        covered = lease.cover()
    except LeaseLost:
        raise
    except Exception as error:
        lease.report(error)
        return conclude(lease, verdicts.before_sending(error))
    return _send_now(lease, provider, ticket, covered)


def _send_now(lease: Lease, provider: PsaProvider, ticket: Ticket | None, covered: float) -> None:
    """Send: from here on an error may mean that the note is on the ticket."""
    post = lease.post
    draft = NoteDraft(
        text=post.content,
        note_type=NoteType(post.note_type),
        member_id=post.member_id or None,
    )
    try:
        with deadline(covered):
            posted = provider.post_note(post.ticket_id, draft)
    except Exception as error:
        lease.report(error)
        return conclude(lease, verdicts.after_sending(error))
    return _accept(lease, posted, lambda: status.follow(lease, provider, ticket))


def check(lease: Lease) -> None:
    """Look for a note that may have arrived; adopt it, or queue it again if surely absent.

    While the PSA cannot tell, the post stays unknown. Raises LeaseLost.
    """
    post = lease.post
    if post.connection is None:
        return fail(
            lease,
            "disconnected",
            "The connection was removed before we could check whether this note arrived. "
            "Look at the ticket.",
        )
    try:
        found = _find(lease, post.connection)
    except LeaseLost:
        raise
    except Exception as error:
        lease.report(error)
        return _look_again_later(lease, verdicts.before_sending(error))
    if found is None:
        return _surely_absent(lease)
    return _accept(lease, found, lambda: status.leave_to_worker(lease))


def _read_before(lease: Lease, provider: PsaProvider) -> Ticket | None:
    """Return the ticket as it is now, if a status change is wanted; costs one call then."""
    if not lease.post.update_status_id:
        return None
    with deadline(lease.cover()):
        return provider.get_ticket(lease.post.ticket_id)


def _find(lease: Lease, connection: PsaConnection) -> PostedNote | None:
    """Look for the note on the ticket, among those that no other post holds."""
    post = lease.post
    provider = lease.world.provider_of(connection)
    others = _adopted_by_others(post)
    with deadline(lease.cover()):
        return provider.find_note(
            post.ticket_id,
            marker=post.marker,
            text=post.content,
            since=post.first_attempt_at or post.created_at,
            exclude=others,
            note_type=NoteType(post.note_type),
            member_id=post.member_id or None,
        )


def _expire(lease: Lease) -> None:
    """Fail a post that could not be sent for a day; the engineer decides again."""
    reason = lease.post.error or "It never got its turn."
    kind = lease.post.error_kind or "expired"
    fail(lease, kind, f"The note was not sent for 24 hours. {reason}")


def _conflict(lease: Lease, ticket: Ticket) -> None:
    """Post nothing: the ticket's status is not the one that the engineer saw."""
    post = lease.post
    seen = f"“{post.status_changed_from}”" if post.status_changed_from else "another status"
    fail(
        lease,
        "conflict",
        f"The ticket changed since you opened the dialog: its status was {seen} and is now "
        f"“{ticket.status.name}”. Nothing was posted. Decide again with the status it has now.",
        status_changed_to=ticket.status.name[:100],
    )


def _accept(lease: Lease, posted: PostedNote, go_on: Callable[[], None]) -> None:
    """Record the note that stands on the ticket, then see to the status."""
    try:
        lease.write(
            state=State.POSTED,
            external_note_id=posted.note.id,
            posted_at=lease.world.now(),
            stored_content=posted.note.text,
            warning="\n".join(posted.differences),
            error="",
            error_kind="",
            checks=0,
        )
    except IntegrityError as error:
        # Another post holds this very note; where ours is, only the ticket can tell.
        lease.report(error)
        return conclude(lease, verdicts.after_sending(error))
    lease.log("post.posted")
    return go_on()


def conclude(lease: Lease, verdict: Verdict) -> None:
    """Release the post in the state that an error of sending led to."""
    if verdict.state == State.FAILED:
        return fail(lease, verdict.kind, verdict.sentence)
    if verdict.state == State.UNKNOWN:
        delay = settings.POST_SETTLE
    else:
        delay = wait(lease.post.attempts, lease.world.jitter(), verdict.retry_after)
    lease.release(
        state=verdict.state,
        error=verdict.sentence,
        error_kind=verdict.kind,
        next_attempt_at=lease.world.now() + delay,
        checks=0,
    )
    lease.log("post.deferred")
    return None


def fail(lease: Lease, kind: str, sentence: str, **fields: Any) -> None:
    """Release the post as surely not on the ticket; its status is left alone then."""
    if lease.post.update_status_id:
        fields["status_state"] = StatusState.FAILED
        fields["status_error"] = "Not changed, because the note was not posted."
    lease.release(state=State.FAILED, error=sentence, error_kind=kind, **fields)
    lease.log("post.failed")


def _surely_absent(lease: Lease) -> None:
    now = lease.world.now()
    lease.release(state=State.QUEUED, checked_at=now, next_attempt_at=now, checks=0)
    lease.log("post.absent")


def _look_again_later(lease: Lease, verdict: Verdict) -> None:
    checks = lease.post.checks + 1
    delay = wait(checks, lease.world.jitter(), verdict.retry_after)
    lease.release(
        state=State.UNKNOWN,
        checks=checks,
        error=f"We cannot check yet whether the note arrived: {verdict.sentence}",
        error_kind=verdict.kind,
        next_attempt_at=lease.world.now() + delay,
    )
    lease.log("post.unchecked")


def _adopted_by_others(post: Post) -> list[str]:
    others = Post.objects.filter(
        connection_id=post.connection_id, ticket_id=post.ticket_id
    ).exclude(external_note_id="")
    return list(others.exclude(pk=post.pk).values_list("external_note_id", flat=True))
