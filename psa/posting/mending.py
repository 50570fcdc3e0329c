"""What a person does about a post that failed."""

from psa.members import member_id_of
from psa.models import Post, PsaConnection
from psa.posting.world import World

State, StatusState = Post.State, Post.StatusState


class NotRetryable(Exception):
    """There is nothing to retry any more; the message says how it stands."""


def retry_note(post: Post, world: World | None = None) -> None:
    """Queue a failed note again, with its status change; sends nothing.

    It is signed as its author is mapped now: a member who left may be why it failed. Raises
    NotRetryable if it is not failed (any more), was replaced by a mended one, or has no
    connection left.
    """
    connection = _need_connection(post)
    author = post.posted_by
    now = (world or World()).now()
    wants_status = bool(post.update_status_id)
    queued = Post.objects.filter(pk=post.pk, state=State.FAILED, replaced=False).update(
        state=State.QUEUED,
        status_state=StatusState.QUEUED if wants_status else StatusState.NONE,
        status_error="",
        member_id=(member_id_of(connection, author) or "") if author else post.member_id,
        queued_at=now,
        next_attempt_at=now,
        updated_at=now,
    )
    if not queued:
        raise NotRetryable("This note was retried or replaced already. Look at the post history.")


def retry_status(post: Post, world: World | None = None) -> None:
    """Queue the failed status change of a posted note again; the note is not sent again.

    Raises NotRetryable if the change is not failed (any more) or has no connection left.
    """
    _need_connection(post)
    now = (world or World()).now()
    queued = Post.objects.filter(
        pk=post.pk, state=State.POSTED, status_state=StatusState.FAILED
    ).update(status_state=StatusState.QUEUED, queued_at=now, next_attempt_at=now, updated_at=now)
    if not queued:
        raise NotRetryable("This status change was retried already. Look at the post history.")


def _need_connection(post: Post) -> PsaConnection:
    if post.connection is None:
        raise NotRetryable(
            "The connection that this note was meant for is removed. Copy the text, and post it "
            "through the new connection."
        )
    return post.connection
