"""A summary becomes the beginning of the note that waits in the Update Ticket dialog."""

from dataclasses import replace

from accounts.models import User
from psa.models import Post
from sessions_app import drafts, note_origin, posting, record
from sessions_app.export import psa as psa_note
from sessions_app.models import Draft, WorkSession


class NoteWaiting(Exception):
    """A note of this session is being edited already."""

    sentence = (
        "You have an edited note of this session waiting under Update ticket. It was not "
        "overwritten: copy the sentences that you need from here."
    )


def put_into_note(session: WorkSession, user: User, summary: str) -> None:
    """Draft the session's note with this summary. Raises NoteWaiting; posts nothing."""
    if posting.start_with(session, user).get("restored"):
        raise NoteWaiting
    request_id = posting.next_request_id(session, user)
    document, _ = record.document_for_note(session)
    parts = [part for part in (document.summary, summary) if part]
    text = psa_note.render(
        replace(document, summary="\n\n".join(parts)),
        reference=posting.marker_of(session, request_id),
    )
    values = {
        "request_id": str(request_id),
        "content": text,
        "note_type": Post.NoteType.INTERNAL_ANALYSIS.value,
        # The summary is an edit of the record's text: what the record says later, is news.
        "begun_from": note_origin.origin_of(
            posting.generated(session, request_id), posting.marker_of(session, request_id)
        ),
    }
    drafts.save(user, session, Draft.Form.POST, values)
