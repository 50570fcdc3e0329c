"""Notes for tickets: writing down what is to be posted, and what a person does when it failed."""

from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from psa.members import member_id_of
from psa.models import Post, PsaConnection
from psa.outbox import worker
from psa.outbox.content import InvalidContent, clean
from psa.outbox.intent import HEAD_START, NotRetryable, RequestReused, find_or_insert, row_of
from psa.outbox.kinds import NOTE
from psa.outbox.runtime import Runtime

State, StatusState = Post.State, Post.StatusState

_REUSED = (
    "This dialog was used already with other text. Open Update Ticket again: your text "
    "is kept, and posting it there makes a note of its own."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteIntent:
    """One note as a person approved it.

    `request_id` names this approval: repeating it posts nothing new. `marker` is the token
    that the note is found by, if the person left it in the text. `generated` is the note that
    the person started from, for the history. With `update_status_id`
    goes `seen_status_id`, the status that the person was shown. `replaces` is the failed
    post whose text was mended here; its own retry is closed then.
    """

    connection: PsaConnection
    author: User
    request_id: UUID
    ticket_id: str
    note_type: str
    content: str
    marker: str = ""
    generated: str = ""
    update_status_id: str = ""
    seen_status_id: str = ""
    seen_status_name: str = ""
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The row that holds the intent, and whether this call wrote it."""

    post: Post
    is_new: bool


def queue(intent: NoteIntent, runtime: Runtime | None = None) -> Queued:
    """Store the intent as a row that waits to be sent; sends nothing.

    The caller commits before it delivers. The same request id again returns the row that
    stands already. Raises InvalidContent, and RequestReused when that row says otherwise.
    """
    content = clean(intent.content)
    if intent.note_type not in Post.NoteType.values:
        raise InvalidContent("Choose where the note goes on the ticket.")
    post, is_new = find_or_insert(
        row_of(Post, intent.connection, intent.request_id),
        lambda: _write(intent, content, runtime or Runtime()),
    )
    wanted = (intent.ticket_id, intent.note_type, content, intent.update_status_id)
    if not (is_new or is_repeat(post, *wanted)):
        raise RequestReused(_REUSED, post)
    return Queued(post=post, is_new=is_new)


def is_repeat(
    post: Post, ticket_id: str, note_type: str, content: str, update_status_id: str
) -> bool:
    """Return whether a request with the post's own id asks for what the post does already."""
    stored = (post.ticket_id, post.note_type, post.content, post.update_status_id)
    return stored == (ticket_id, note_type, content, update_status_id)


def reused() -> RequestReused:
    """Return the error for a request id that belongs to a note of something else."""
    return RequestReused(_REUSED)


def deliver(post_id: UUID, runtime: Runtime | None = None, *, at_once: bool = False) -> Post | None:
    """Do the next thing that a note needs; see `worker.deliver`."""
    return worker.deliver(NOTE, post_id, runtime, at_once=at_once)


def _write(intent: NoteIntent, content: str, runtime: Runtime) -> Post:
    if intent.replaces:
        _close(intent, intent.replaces)
    now = runtime.now()
    has_status = bool(intent.update_status_id)
    return Post.objects.create(
        account_id=intent.connection.account_id,
        connection=intent.connection,
        request_id=intent.request_id,
        ticket_id=intent.ticket_id,
        note_type=intent.note_type,
        content=content,
        generated_content=intent.generated,
        marker=intent.marker if intent.marker in content else "",
        member_id=member_id_of(intent.connection, intent.author) or "",
        status_state=StatusState.QUEUED if has_status else StatusState.NONE,
        seen_status_id=intent.seen_status_id,
        update_status_id=intent.update_status_id,
        status_changed_from=intent.seen_status_name[:100] if has_status else "",
        posted_by=intent.author,
        posted_by_name=intent.author.get_full_name() or intent.author.email,
        queued_at=now,
        next_attempt_at=now + HEAD_START,
    )


def _close(intent: NoteIntent, replaces: UUID) -> None:
    """Close the retry of the post that this one replaces; both together would post twice."""
    failed = Post.objects.filter(
        pk=replaces,
        account_id=intent.connection.account_id,
        state=State.FAILED,
        replaced=False,
    )
    if not failed.update(replaced=True):
        raise InvalidContent(
            "The note that you are mending was posted or retried meanwhile. Check the post "
            "history before you post this text too."
        )


# --- What a person does about one that failed ---------------------------------------------


def retry_note(post: Post, runtime: Runtime | None = None) -> None:
    """Queue a failed note again, with its status change; sends nothing.

    It is signed as its author is mapped now: a member who left may be why it failed. Raises
    NotRetryable if it is not failed (any more), was replaced by a mended one, or has no
    connection left.
    """
    connection = _need_connection(post)
    author = post.posted_by
    now = (runtime or Runtime()).now()
    wants_status = bool(post.update_status_id)
    queued = Post.objects.filter(pk=post.pk, state=State.FAILED, replaced=False).update(
        state=State.QUEUED,
        status_state=StatusState.QUEUED if wants_status else StatusState.NONE,
        status_error="",
        member_id=(member_id_of(connection, author) or "") if author else post.member_id,
        absences=0,
        queued_at=now,
        next_attempt_at=now,
        updated_at=now,
    )
    if not queued:
        raise NotRetryable("This note was retried or replaced already. Look at the post history.")


def retry_status(post: Post, runtime: Runtime | None = None) -> None:
    """Queue the failed status change of a posted note again; the note is not sent again.

    Raises NotRetryable if the change is not failed (any more) or has no connection left.
    """
    _need_connection(post)
    now = (runtime or Runtime()).now()
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
