"""The text of a note to a session's ticket: what a template makes of the record for its reader."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from resolutionflow.lib.sizes import NOTE_BYTES, size_of
from sessions_app import record
from sessions_app.export import note
from sessions_app.export.document import SessionRecord
from sessions_app.export.readers import COLLEAGUES, for_reader
from sessions_app.export.templates import FULL, STANDARD, USUAL, NoteTemplate
from sessions_app.models import WorkSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which text is wanted: of which note type, and by which template ("" for the usual one)."""

    note_type: str
    template: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that the record makes, ending with its marker.

    `is_short` says that it had to be cut, `left_out` how many steps its reader does not get.
    """

    content: str
    is_short: bool = False
    left_out: int = 0


def type_of(template: str) -> str:
    """Return the note type that the template of this key is meant for, "" for an unknown one."""
    known = STANDARD.get(template)
    return known.note_type if known else ""


def template_of(choice: Choice) -> NoteTemplate:
    """Return the template that the choice means; one that is unknown is the type's usual one."""
    return STANDARD.get(choice.template) or USUAL[choice.note_type]


def text_of(session: WorkSession, choice: Choice, marker: str) -> Text:
    """Return the text that the record makes now."""
    template = template_of(choice)
    if template == FULL and choice.note_type == COLLEAGUES:
        kept = record.note_of(session)
        content = kept.text.removesuffix(session.reference) + marker
        return Text(content=content, is_short=kept.is_short)
    telling = _telling(session, choice, template)
    told, is_short = record.for_note(session, details="details" in template.sections)
    content = note.render(told, telling, marker)
    if not is_short and size_of(content) > NOTE_BYTES:
        told, is_short = record.shortened(session), True
        content = note.render(told, telling, marker)
    return Text(content=content, is_short=is_short, left_out=_left_out(told, choice))


def told_to_customer(session: WorkSession, choice: Choice, told: str, marker: str) -> str:
    """Return the note for the customer with these words in place of the steps."""
    kept, _ = record.for_note(session, details=False)
    telling = _telling(session, choice, template_of(choice))
    return note.render(replace(kept, steps=(), resolution=told), telling, marker)


def _telling(session: WorkSession, choice: Choice, template: NoteTemplate) -> note.Telling:
    return note.Telling(reader=choice.note_type, template=template, values=values_of(session))


def values_of(session: WorkSession) -> Mapping[str, str]:
    """Return what placeholders are filled with, by name, as far as the session knows it."""
    contact = session.psa_ticket_contact
    return {
        "ticket": session.psa_ticket_id,
        "summary": session.psa_ticket_summary,
        "company": session.psa_ticket_company,
        "board": session.psa_ticket_board,
        "status": session.psa_ticket_status,
        "contact": contact,
        "first_name": first_name(contact),
        "engineer": session.engineer.name,
        "email": session.engineer.email,
    }


def first_name(name: str) -> str:
    """Return the first name in a name: "Jane" of "Jane Doe", "Doe, Jane" and "Dr. Jane Doe"."""
    words = [word for word in name.rpartition(",")[2].split() if not word.endswith(".")]
    return words[0] if words else ""


def _left_out(told: SessionRecord, choice: Choice) -> int:
    return len(told.steps) - len(for_reader(told, choice.note_type).steps)
