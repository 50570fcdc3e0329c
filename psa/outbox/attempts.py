"""The log of what was tried: evidence for people, written with what the outbox decides by."""

from datetime import datetime
from typing import Any

from psa.models import Post, PostAttempt

_INTERRUPTED = "It was interrupted: the process that tried ended before the outcome was known."
_Part = PostAttempt.Part


def begin(post: Post, part: PostAttempt.Part, now: datetime) -> None:
    """Log that something is being tried; what an earlier worker left open was interrupted."""
    _under_way(post).update(
        ended_at=now, outcome=Post.State.UNKNOWN, error_kind="interrupted", error=_INTERRUPTED
    )
    PostAttempt.objects.create(post_id=post.pk, part=part, started_at=now)


def follow(post: Post, written: dict[str, Any]) -> None:
    """Log what these fields, just written to the post, say of the attempt under way.

    Another attempt begins where a status change follows its note.
    """
    if "state" in written:
        outcome = {"outcome": post.state, "error_kind": post.error_kind, "error": post.error}
        _close(post, outcome, part__in=(_Part.SEND, _Part.CHECK))
    if written.get("status_state") == Post.StatusState.SENDING:
        begin(post, _Part.STATUS, post.updated_at)
    elif "status_state" in written:
        outcome = {"outcome": post.status_state, "error": post.status_error}
        _close(post, outcome, part=_Part.STATUS)


def _close(post: Post, outcome: dict[str, str], **part: Any) -> None:
    _under_way(post).filter(**part).update(ended_at=post.updated_at, **outcome)


def _under_way(post: Post) -> Any:
    return PostAttempt.objects.filter(post_id=post.pk, ended_at=None)
