"""A summary becomes the beginning of the note that waits in the Update Ticket dialog."""

from dataclasses import replace

from accounts.models import User
from psa.models import Post
from sessions_app import drafts, note_start, record
from sessions_app.export import psa as psa_note
from sessions_app.models import Draft, WorkSession
from sessions_app.note_identity import marker_of, next_request_id
from sessions_app.note_start import Asked
from sessions_app.note_text import Choice

# Colleagues read it: a summary holds what was found on the way.
_ASKED = Asked(note_type=Post.NoteType.INTERNAL_ANALYSIS.value)


class NoteWaiting(Exception):
    """A note of this session is being edited already."""

    sentence = (
        "You have an edited note of this session waiting under Update ticket. It was not "
        "overwritten: copy the sentences that you need from here."
    )


def put_into_note(session: WorkSession, user: User, summary: str) -> None:
    """Draft the session's note with this summary. Raises NoteWaiting; posts nothing."""
    if note_start.start_with(session, user, _ASKED).get("restored"):
        raise NoteWaiting
    request_id = next_request_id(session, user)
    document, _ = record.document_for_note(session)
    parts = [part for part in (document.summary, summary) if part]
    text = psa_note.render(
        replace(document, summary="\n\n".join(parts)),
        reference=marker_of(session, request_id),
    )
    values = {"request_id": str(request_id), "note_type": _ASKED.note_type}
    # The summary is an edit of the record's text: what the record says later, is news.
    begun = note_start.begun(session, Choice(note_type=_ASKED.note_type), values)
    values |= {"content": text, "begun_from": begun["begun_from"]}
    drafts.save(user, session, Draft.Form.POST, values)
