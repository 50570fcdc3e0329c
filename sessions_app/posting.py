"""From a session to a note on its ticket: what the dialog offers, and what becomes of it."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from accounts.models import User
from psa.models import Post, PsaConnection
from psa.outbox import approval, notes
from psa.outbox.notes import NoteIntent
from resolutionflow.lib.ids import uuid_of
from sessions_app import drafts, note_origin, record
from sessions_app.models import REFERENCE_ALPHABET, Draft, SessionPost, WorkSession


class CannotPost(Exception):
    """The session has no ticket to post to; the message says what to do."""


class TicketChanged(Exception):
    """The session was linked to another ticket since the dialog showed one."""

    def __init__(self, session: WorkSession) -> None:
        super().__init__(
            f"This session was linked to ticket #{session.psa_ticket_id} meanwhile. Nothing was "
            "posted. Check that the note belongs there, then post it."
        )


def check(session: WorkSession) -> PsaConnection:
    """Return the connection to the session's ticket; raises CannotPost without the two."""
    if not session.psa_ticket_id:
        raise CannotPost("No ticket is linked to this session. Link one first, then post.")
    if session.psa_connection is None:
        raise CannotPost(
            "The connection to this ticket was removed. Your text is kept; copy it, or link a "
            "ticket through the new connection."
        )
    return session.psa_connection


# --- What a note is known by ---------------------------------------------------------


def marker_of(session: WorkSession, request_id: UUID) -> str:
    """Return the token that this one note is found by, such as RF-7K3Q9D-4F2K."""
    digest = int.from_bytes(sha256(request_id.bytes).digest()[:8])
    code = ""
    for _ in range(4):
        digest, letter = divmod(digest, len(REFERENCE_ALPHABET))
        code += REFERENCE_ALPHABET[letter]
    return f"{session.reference}-{code}"


def next_request_id(session: WorkSession, user: User) -> UUID:
    """Return the id of this person's next note of the session.

    Two tabs that open the dialog at the same time get the same one, so that posting the
    same text in both makes one note.
    """
    number = SessionPost.objects.filter(session=session).count()
    while True:
        request_id = uuid5(session.pk, f"{user.pk}:{number}")
        if not _post_of(session, request_id):
            return request_id
        number += 1


def generated(session: WorkSession, request_id: UUID) -> str:
    """Return the note that the session's record makes, ending with the note's marker."""
    note = record.note_of(session)
    return note.text.removesuffix(session.reference) + marker_of(session, request_id)


def _post_of(session: WorkSession, request_id: UUID) -> Post | None:
    return Post.objects.filter(account_id=session.account_id, request_id=request_id).first()


# --- What the dialog starts with -----------------------------------------------------


def start_with(
    session: WorkSession, user: User, *, mending: Post | None = None, anew: bool = False
) -> dict[str, Any]:
    """Return the values that the dialog opens with.

    The text of a failed post that is being mended; else what was typed last, unless the
    person starts `anew`; else the session's record.
    """
    if mending:
        return renewed(session, user, _values_of(mending))
    typed = {} if anew else _typed(session, user)
    if not typed:
        request_id = next_request_id(session, user)
        return {"note_type": Post.NoteType.INTERNAL_ANALYSIS, **_begun(session, request_id)}
    values = renewed(session, user, typed)
    known_id = uuid_of(typed.get("request_id"))
    marker = marker_of(session, known_id) if known_id else ""
    if note_origin.is_untouched(typed.get("content", ""), typed.get("begun_from", ""), marker):
        # Somebody chose a note type or a status; the text follows the record.
        return {**values, **_begun(session, values["request_id"])}
    return {**values, "restored": True}


def _begun(session: WorkSession, request_id: UUID) -> dict[str, Any]:
    """Return the text that the record makes now, and from what it was begun."""
    text, marker = generated(session, request_id), marker_of(session, request_id)
    return {
        "request_id": request_id,
        "content": text,
        "is_short": record.note_of(session).is_short,
        "begun_from": note_origin.origin_of(text, marker),
    }


def news(session: WorkSession, values: Mapping[str, Any]) -> str:
    """Return how much newer the record is than what the form's text was begun from, "" if not."""
    request_id = uuid_of(values.get("request_id"))
    origin = str(values.get("begun_from") or "")
    if request_id is None or not origin:
        return ""
    text, marker = generated(session, request_id), marker_of(session, request_id)
    return note_origin.news_since(session, origin, text, marker)


def renewed(session: WorkSession, user: User, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a form held with an id, and its marker in the text, that no post has yet.

    Where the old id belongs to a failed note, the new one is meant to take its place.
    """
    known_id = uuid_of(values.get("request_id"))
    known = _post_of(session, known_id) if known_id else None
    if known_id and not known:
        replaced = mendable(session, values.get("replaces"))
        return {**values, "request_id": known_id, "replaces": replaced and replaced.pk}
    request_id = next_request_id(session, user)
    content = values.get("content", "")
    if known_id:
        content = content.replace(marker_of(session, known_id), marker_of(session, request_id))
    replaced = mendable(session, known.pk) if known else None
    return {
        **values,
        "request_id": request_id,
        "content": content,
        "replaces": replaced and replaced.pk,
    }


def mendable(session: WorkSession, post_id: object) -> Post | None:
    """Return the session's failed post of this id, if nothing took its place yet."""
    wanted = uuid_of(post_id)
    if wanted is None:
        return None
    return Post.objects.filter(
        pk=wanted, session_post__session=session, state=Post.State.FAILED, replaced=False
    ).first()


def _typed(session: WorkSession, user: User) -> dict[str, Any]:
    """Return the draft, unless it is the left-over of a note that is on its way or posted."""
    values: dict[str, Any] = drafts.load(user, session, Draft.Form.POST)
    request_id = uuid_of(values.get("request_id"))
    post = _post_of(session, request_id) if request_id else None
    sent = post is not None and post.state != Post.State.FAILED
    if post and sent and values.get("content", "").replace("\r\n", "\n") == post.content:
        return {}
    return values


def _values_of(post: Post) -> dict[str, Any]:
    return {
        **approval.wish_of(post),
        "request_id": str(post.request_id),
        "begun_from": post.generated_content
        and note_origin.origin_of(post.generated_content, post.marker, post.created_at),
    }


# --- Posting -------------------------------------------------------------------------


def submit(session: WorkSession, user: User, values: dict[str, Any]) -> Post:
    """Store the note with its session, send it at once, and return how it stands then.

    `values` are those of a valid NoteForm. A repeat posts nothing and returns the row of the
    first time. Raises CannotPost, TicketChanged, InvalidContent and RequestReused;
    nothing was stored then. Never raises PsaError: the outcome stands on the post.
    """
    values = {**values, "ticket_id": values["ticket_id"] or session.psa_ticket_id}
    known = _post_of(session, values["request_id"])
    if known is None:
        queued = _store(session, user, values)
        if queued.is_new:
            notes.deliver(queued.post.pk, at_once=True)
        return _settle(session, user, queued.post)
    ours = SessionPost.objects.filter(session=session, post=known).exists()
    if not (ours and notes.is_repeat(known, values)):
        raise notes.reused()
    return _settle(session, user, known)


def _store(session: WorkSession, user: User, values: dict[str, Any]) -> notes.Queued:
    """Write the post and its tie to the session in one; committed before anything is sent."""
    connection = check(session)
    if values["ticket_id"] != session.psa_ticket_id:
        raise TicketChanged(session)
    with transaction.atomic():
        queued = notes.queue(
            NoteIntent(
                connection=connection,
                author=user,
                marker=marker_of(session, values["request_id"]),
                generated=generated(session, values["request_id"]),
                **approval.intent_of(values),
            )
        )
        tie, _ = SessionPost.objects.get_or_create(post=queued.post, defaults={"session": session})
        if tie.session_id != session.pk:
            raise notes.reused()
    return queued


def retry(session: WorkSession, user: User, post: Post, part: str) -> Post:
    """Send a failed note again (part "note"), or only its status change ("status").

    Returns how the post stands then. Raises NotRetryable.
    """
    if part == "status":
        notes.retry_status(post)
    else:
        notes.retry_note(post)
    notes.deliver(post.pk, at_once=True)
    return _settle(session, user, post)


def _settle(session: WorkSession, user: User, post: Post) -> Post:
    """Read the outcome; the outbox holds the text now, so its draft may go unless it failed."""
    post.refresh_from_db()
    draft = drafts.load(user, session, Draft.Form.POST)
    if post.state != Post.State.FAILED and draft.get("request_id") == str(post.request_id):
        drafts.discard(user, session, Draft.Form.POST)
    session.refresh_from_db(fields=["psa_ticket_status"])
    return post
