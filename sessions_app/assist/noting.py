"""What the assistant wrote becomes the beginning of the note that waits in Update Ticket."""

from dataclasses import replace

from accounts.models import User
from psa.models import Post
from sessions_app import drafts, note_start, note_text, record
from sessions_app.export import psa as psa_note
from sessions_app.models import Draft, WorkSession
from sessions_app.note_identity import marker_of, next_request_id
from sessions_app.note_start import Asked
from sessions_app.note_text import Choice


class NoteWaiting(Exception):
    """A note of this session is being edited already."""

    sentence = (
        "You have an edited note of this session waiting under Update ticket. It was not "
        "overwritten: copy the sentences that you need from here."
    )


def put_into_note(session: WorkSession, user: User, told: str, *, for_customer: bool) -> None:
    """Draft the session's note with these sentences. Raises NoteWaiting; posts nothing.

    Colleagues read a summary, which holds what was found on the way.
    """
    kinds = Post.NoteType
    note_type = (kinds.DESCRIPTION if for_customer else kinds.INTERNAL_ANALYSIS).value
    if note_start.start_with(session, user, Asked(note_type=note_type)).get("restored"):
        raise NoteWaiting
    request_id, choice = next_request_id(session, user), Choice(note_type=note_type)
    values = {"request_id": str(request_id), "note_type": note_type}
    marker = marker_of(session, request_id)
    if for_customer:
        text = note_text.told_to_customer(session, choice, told, marker)
    else:
        text = _summed_up(session, told, marker)
    # What was written is an edit of the record's text: what the record says later, is news.
    begun = note_start.begun(session, choice, values)
    values |= {"content": text, "begun_from": begun["begun_from"]}
    drafts.save(user, session, Draft.Form.POST, values)


def _summed_up(session: WorkSession, summary: str, marker: str) -> str:
    document, _ = record.document_for_note(session)
    parts = [part for part in (document.summary, summary) if part]
    return psa_note.render(replace(document, summary="\n\n".join(parts)), reference=marker)
