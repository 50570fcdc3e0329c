"""Notes for tickets: writing down what is to be posted, and what a person does when it failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from psa.members import member_id_of
from psa.models import Post, PsaConnection, TicketChange
from psa.models.time_entry import Order, TimeWish
from psa.outbox import approval, documents, parts, times, worker
from psa.outbox.content import InvalidContent, clean
from psa.outbox.intent import HEAD_START, NotRetryable, RequestReused, find_or_insert, row_of
from psa.outbox.kinds import NOTE, STATUS
from psa.outbox.runtime import Runtime

State = Post.State

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
    post whose text was mended here; its own retry is closed then. `time` is booked once the note
    is on the ticket, before or after the status as `time_order` says; `files` are added to it then.
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
    time: TimeWish | None = None
    time_order: str = Order.FREE
    files: tuple[UUID, ...] = ()


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
    if not (is_new or is_repeat(post, approval.wish_of(intent) | {"content": content})):
        raise RequestReused(_REUSED, post)
    return Queued(post=post, is_new=is_new)


def is_repeat(post: Post, asked: Mapping[str, Any]) -> bool:
    """Return whether a request with the post's own id asks for what the post does already.

    `asked` holds the fields of the request, by name.
    """
    return all(asked.get(name) == value for name, value in approval.wish_of(post).items())


def reused() -> RequestReused:
    """Return the error for a request id that belongs to a note of something else."""
    return RequestReused(_REUSED)


def deliver(post_id: UUID, runtime: Runtime | None = None, *, at_once: bool = False) -> Post | None:
    """Do the next thing that a note needs, and what follows it; see `worker.deliver`."""
    post = worker.deliver(NOTE, post_id, runtime, at_once=at_once)
    if post is None:
        worker.deliver_parts(post_id, runtime)
    return post


def _write(intent: NoteIntent, content: str, runtime: Runtime) -> Post:
    if intent.replaces:
        _close(intent, intent.replaces)
    now = runtime.now()
    post = Post.objects.create(
        account_id=intent.connection.account_id,
        connection=intent.connection,
        request_id=intent.request_id,
        ticket_id=intent.ticket_id,
        note_type=intent.note_type,
        content=content,
        generated_content=intent.generated,
        marker=intent.marker if intent.marker in content else "",
        member_id=member_id_of(intent.connection, intent.author) or "",
        posted_by=intent.author,
        posted_by_name=intent.author.get_full_name() or intent.author.email,
        queued_at=now,
        next_attempt_at=now + HEAD_START,
    )
    if intent.update_status_id:
        _write_status(intent, post)
    if intent.time:
        times.write_part(post, intent.author, intent.time, intent.time_order)
    if intent.files:
        documents.write_parts(post, intent.author, intent.files)
    return post


def _write_status(intent: NoteIntent, post: Post) -> None:
    TicketChange.objects.create(
        account_id=post.account_id,
        connection=intent.connection,
        request_id=intent.request_id,
        after=post,
        ticket_id=intent.ticket_id,
        kind=TicketChange.Kind.STATUS,
        wanted_id=intent.update_status_id,
        seen_id=intent.seen_status_id,
        seen_name=intent.seen_status_name[:200],
        state=TicketChange.State.WAITING,
        made_by=intent.author,
        made_by_name=post.posted_by_name,
        created_at=post.queued_at,
        queued_at=post.queued_at,
        next_attempt_at=post.next_attempt_at,
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
    with transaction.atomic():
        queued = Post.objects.filter(pk=post.pk, state=State.FAILED, replaced=False).update(
            member_id=(member_id_of(connection, author) or "") if author else post.member_id,
            **NOTE.again(now),
        )
        if queued:
            parts.wait_again(post, now)
    if not queued:
        raise NotRetryable("This note was retried or replaced already. Look at the post history.")


def retry_status(post: Post, runtime: Runtime | None = None) -> None:
    """Queue the failed status change of a posted note again; the note is not sent again.

    Raises NotRetryable if the change is not failed (any more) or has no connection left.
    """
    _need_connection(post)
    now = (runtime or Runtime()).now()
    failed = STATUS.rows().filter(after=post, state=State.FAILED, after__state=State.POSTED)
    if not failed.update(**STATUS.again(now)):
        raise NotRetryable("This status change was retried already. Look at the post history.")


def retry_time(post: Post, runtime: Runtime | None = None) -> None:
    """Queue the failed time entry of a posted note again; the note is not sent again.

    Raises NotRetryable if there is none that failed.
    """
    if post.time_entry is None:
        raise NotRetryable("No time was approved with this note.")
    times.retry(post.time_entry, runtime)


# What can be retried of an approval, by the name of its part.
RETRIES = {
    "note": retry_note,
    "status": retry_status,
    "time": retry_time,
    "document": documents.retry,
}


def _need_connection(post: Post) -> PsaConnection:
    if post.connection is None:
        raise NotRetryable(
            "The connection that this note was meant for is removed. Copy the text, and post it "
            "through the new connection."
        )
    return post.connection
