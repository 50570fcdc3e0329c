"""The log of what was tried: evidence for people, written with what the outbox decides by."""

from datetime import datetime
from typing import Any

from psa.models import Post, PostAttempt

_INTERRUPTED = "It was interrupted: the process that tried ended before the outcome was known."


def begin(post: Post, part: PostAttempt.Part, now: datetime) -> PostAttempt:
    """Log that something is being tried; what an earlier worker left open was interrupted."""
    left_open = PostAttempt.objects.filter(post_id=post.pk, ended_at=None)
    left_open.update(
        ended_at=now, outcome=Post.State.UNKNOWN, error_kind="interrupted", error=_INTERRUPTED
    )
    return PostAttempt.objects.create(post_id=post.pk, part=part, started_at=now)


def follow(attempt: PostAttempt, post: Post, written: dict[str, Any]) -> PostAttempt:
    """Log what these fields, just written to the post, say of the attempt.

    Returns the attempt that goes on: another one where a status change begins after the note.
    """
    is_status = attempt.part == PostAttempt.Part.STATUS
    if not is_status and "state" in written:
        _close(attempt, post.state, post.error_kind, post.error, post.updated_at)
    if written.get("status_state") == Post.StatusState.SENDING:
        return begin(post, PostAttempt.Part.STATUS, post.updated_at)
    if is_status and "status_state" in written:
        _close(attempt, post.status_state, "", post.status_error, post.updated_at)
    return attempt


def _close(attempt: PostAttempt, outcome: str, kind: str, error: str, now: datetime) -> None:
    attempt.outcome, attempt.error_kind, attempt.error = outcome, kind, error
    attempt.ended_at = now
    attempt.save(update_fields=["outcome", "error_kind", "error", "ended_at"])
