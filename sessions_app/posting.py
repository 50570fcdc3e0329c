"""From a session to a note on its ticket: what is sent, and what becomes of it."""

from typing import Any

from django.db import transaction

from accounts.models import User
from psa.models import Post, PsaConnection
from psa.outbox import approval, notes
from psa.outbox.notes import NoteIntent
from sessions_app import drafts, note_start
from sessions_app.models import Draft, SessionPost, WorkSession
from sessions_app.note_identity import marker_of, post_of
from sessions_app.note_origin import digest_of


class CannotPost(Exception):
    """The session has no ticket to post to; the message says what to do."""


class TicketChanged(Exception):
    """The session was linked to another ticket since the dialog showed one."""

    def __init__(self, session: WorkSession) -> None:
        super().__init__(
            f"This session was linked to ticket #{session.psa_ticket_id} meanwhile. Nothing was "
            "posted. Check that the note belongs there, then post it."
        )


class Outgrown(Exception):
    """The session's record is newer than the text, and the person was not told; says how much."""


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


# --- Posting -------------------------------------------------------------------------


def submit(session: WorkSession, user: User, values: dict[str, Any]) -> Post:
    """Store the note with its session, send it at once, and return how it stands then.

    `values` are those of a valid NoteForm. A repeat posts nothing and returns the row of the
    first time. Raises CannotPost, TicketChanged, Outgrown, InvalidContent and RequestReused;
    nothing was stored then. Never raises PsaError: the outcome stands on the post.
    """
    values = {**values, "ticket_id": values["ticket_id"] or session.psa_ticket_id}
    known = post_of(session, values["request_id"])
    if known is None:
        _check_record(session, values)
        queued = _store(session, user, values)
        if queued.is_new:
            notes.deliver(queued.post.pk, at_once=True)
        return _settle(session, user, queued.post)
    ours = SessionPost.objects.filter(session=session, post=known).exists()
    if not (ours and notes.is_repeat(known, values)):
        raise notes.reused()
    return _settle(session, user, known)


def _check_record(session: WorkSession, values: dict[str, Any]) -> None:
    """Raise Outgrown where the text is older than the record, unless the form said so already."""
    if values.get("seen_record") == state_of(session, values):
        return
    if news := note_start.news(session, values):
        raise Outgrown(news)


def state_of(session: WorkSession, values: dict[str, Any]) -> str:
    """Return by what a form tells of which text of the record its person was told."""
    marker = marker_of(session, values["request_id"])
    return digest_of(note_start.now(session, values).content, marker)


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
                generated=note_start.now(session, values).content,
                **approval.intent_of(values),
            )
        )
        tie, _ = SessionPost.objects.get_or_create(
            post=queued.post,
            defaults={"session": session, "begun_from": values.get("begun_from", "")},
        )
        if tie.session_id != session.pk:
            raise notes.reused()
    return queued


def retry(session: WorkSession, user: User, post: Post, part: str) -> Post:
    """Send a failed note again (part "note"), or only what went with it ("status", "time").

    Returns how the post stands then. Raises NotRetryable.
    """
    notes.RETRIES[part](post)
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
