"""A note from the ticket's panel to the ticket: through the outbox, as every write."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from psa.history.entry import Entry
from psa.models import DOCUMENTS, STATUS_CHANGE, TIME_ENTRY, Post, PsaConnection
from psa.outbox import approval, notes
from psa.outbox.notes import NoteIntent

# No letters or digits that are taken for each other; a session's reference is made of the same.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
State = Post.State
# What failed longer ago is history, not work; it is listed with the account's posts.
SHOWN = 10


def marker_of(request_id: UUID) -> str:
    """Return the token that this one note is found by, such as RF-N4F2K9QX."""
    digest = int.from_bytes(sha256(request_id.bytes).digest()[:8])
    code = ""
    for _ in range(7):
        digest, letter = divmod(digest, len(_ALPHABET))
        code += _ALPHABET[letter]
    return f"RF-N{code}"


def last_line(request_id: UUID) -> str:
    """Return the line that ends the note; the form shows it below the text."""
    return f"ResolutionFlow · {marker_of(request_id)}"


def submit(connection: PsaConnection, user: User, ticket_id: str, values: dict[str, Any]) -> Post:
    """Store the note, send it at once, and return how it stands then.

    `values` are those of a valid NoteForm. A repeat posts nothing and returns the row of the
    first time. Raises InvalidContent and RequestReused; nothing was stored then.
    Never raises PsaError: the outcome stands on the post.
    """
    request_id = values["request_id"]
    words = values["content"].rstrip()
    wanted = {
        **values,
        "ticket_id": ticket_id,
        "content": f"{words}\n\n{last_line(request_id)}",
        "replaces": _replaced(connection, user, ticket_id, words, values["replaces"]),
        # The panel has a form of its own for the status.
        "update_status_id": "",
    }
    queued = notes.queue(
        NoteIntent(
            connection=connection,
            author=user,
            marker=marker_of(request_id),
            **approval.intent_of(wanted),
        )
    )
    if queued.is_new:
        notes.deliver(queued.post.pk, at_once=True)
        queued.post.refresh_from_db()
    return queued.post


def _replaced(
    connection: PsaConnection, user: User, ticket_id: str, words: str, named: UUID | None
) -> UUID | None:
    """Return which failed note of this person's this one takes the place of.

    The one that the form names, or one that says the same: with both of them open, a Retry
    of the old one would put the same words on the ticket twice.
    """
    mine = posts_to(connection, ticket_id).filter(posted_by=user, session_post=None)
    if named:
        return mine.filter(pk=named).values_list("pk", flat=True).first()
    failed = mine.filter(state=State.FAILED, replaced=False)
    same = (post.pk for post in failed[:SHOWN] if _words_of(post) == words)
    return next(same, None)


def _words_of(post: Post) -> str:
    """Return what was typed, without the line that the note is found by."""
    return post.content.removesuffix(last_line(post.request_id)).rstrip()


def retry(post: Post) -> Post:
    """Send a failed note again; return how it stands then. Raises NotRetryable."""
    notes.retry_note(post)
    notes.deliver(post.pk, at_once=True)
    post.refresh_from_db()
    return post


def posts_to(connection: PsaConnection, ticket_id: str) -> QuerySet[Post]:
    """Return our posts to this ticket through this connection, the newest first."""
    posts = Post.objects.filter(connection=connection, ticket_id=ticket_id)
    return posts.order_by("-created_at", "-pk")


def open_posts(connection: PsaConnection, ticket_id: str) -> list[Entry]:
    """Return the notes of ours that are not on the ticket: on their way, or failed."""
    waiting = Q(state__in=(State.QUEUED, State.SENDING, State.UNKNOWN))
    failed = Q(state=State.FAILED, replaced=False)
    found = posts_to(connection, ticket_id).filter(waiting | failed)
    found = found.select_related("posted_by", STATUS_CHANGE, TIME_ENTRY)
    return [Entry(post) for post in found.prefetch_related(DOCUMENTS)[:SHOWN]]


def sentence_of(entry: Entry) -> str:
    """Return how the note stands, with what was stored otherwise: the panel has no list of that."""
    is_posted = entry.post.state == State.POSTED
    return " ".join([entry.sentence, *(entry.warnings if is_posted else ())])
