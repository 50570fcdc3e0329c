"""Writing down what is to be posted, before anything leaves."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from psa.members import member_id_of
from psa.models import Post, PsaConnection
from psa.posting.content import InvalidContent, clean
from psa.posting.world import World

# The request that wrote the intent delivers it itself, so that the engineer sees the
# outcome; `deliver_posts` steps in when that request died.
HEAD_START = timedelta(seconds=5)


class RequestReused(Exception):
    """The request id belongs to a post with another text, type, ticket or status."""

    def __init__(self) -> None:
        super().__init__(
            "This dialog was used already with other text. Open Update Ticket again: your text "
            "is kept, and posting it there makes a note of its own."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
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


def queue(intent: Intent, world: World | None = None) -> Queued:
    """Store the intent as a row that waits to be sent; sends nothing.

    The caller commits before it delivers. The same request id again returns the row that
    stands already. Raises InvalidContent, and RequestReused when that row says otherwise.
    """
    content = clean(intent.content)
    _check_note_type(intent.note_type)
    known = _known(intent)
    if known is None:
        try:
            with transaction.atomic():
                return Queued(post=_write(intent, content, world or World()), is_new=True)
        except IntegrityError:
            # Another request with the same id was quicker; its row is the one.
            known = Post.objects.get(
                account_id=intent.connection.account_id, request_id=intent.request_id
            )
    wanted = (intent.ticket_id, intent.note_type, content, intent.update_status_id)
    if not is_repeat(known, *wanted):
        raise RequestReused
    return Queued(post=known, is_new=False)


def is_repeat(
    post: Post, ticket_id: str, note_type: str, content: str, update_status_id: str
) -> bool:
    """Return whether a request with the post's own id asks for what the post does already."""
    stored = (post.ticket_id, post.note_type, post.content, post.update_status_id)
    return stored == (ticket_id, note_type, content, update_status_id)


def _check_note_type(note_type: str) -> None:
    if note_type not in Post.NoteType.values:
        raise InvalidContent("Choose where the note goes on the ticket.")


def _known(intent: Intent) -> Post | None:
    return Post.objects.filter(
        account_id=intent.connection.account_id, request_id=intent.request_id
    ).first()


def _write(intent: Intent, content: str, world: World) -> Post:
    if intent.replaces:
        _close(intent, intent.replaces)
    now = world.now()
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
        status_state=Post.StatusState.QUEUED if has_status else Post.StatusState.NONE,
        seen_status_id=intent.seen_status_id,
        update_status_id=intent.update_status_id,
        status_changed_from=intent.seen_status_name[:100] if has_status else "",
        posted_by=intent.author,
        posted_by_name=intent.author.get_full_name() or intent.author.email,
        queued_at=now,
        next_attempt_at=now + HEAD_START,
    )


def _close(intent: Intent, replaces: UUID) -> None:
    """Close the retry of the post that this one replaces; both together would post twice."""
    failed = Post.objects.filter(
        pk=replaces,
        account_id=intent.connection.account_id,
        state=Post.State.FAILED,
        replaced=False,
    )
    if not failed.update(replaced=True):
        raise InvalidContent(
            "The note that you are mending was posted or retried meanwhile. Check the post "
            "history before you post this text too."
        )
