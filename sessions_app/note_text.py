"""The text of a note to a session's ticket: what a template makes of the record for its reader."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from accounts.models import Account
from psa.models import Post
from resolutionflow.lib.sizes import NOTE_BYTES, size_of
from sessions_app import record
from sessions_app.export import note
from sessions_app.export.document import SessionRecord
from sessions_app.export.readers import COLLEAGUES, CUSTOMER, for_reader
from sessions_app.export.templates import FULL, SECTIONS, STANDARD, USUAL, NoteTemplate
from sessions_app.models import OwnTemplate, WorkSession

# Said once: a note that only tells what is new leaves it out.
_SAID = ("problem", "resolution", "next_steps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which text is wanted: of which note type, by which template ("" for the usual one).

    With `since` it tells what is new since then.
    """

    note_type: str
    template: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that the record makes, ending with its marker.

    `is_short` says that it had to be cut, `left_out` how many steps its reader does not get.
    """

    content: str
    is_short: bool = False
    left_out: int = 0


def type_of(account: Account, template: str) -> str:
    """Return the note type that the template of this key is meant for, "" for an unknown one."""
    known = find(account, template)
    return known.note_type if known else ""


def find(account: Account, key: str) -> NoteTemplate | None:
    """Return the template of this key: a standard one, or one of the account's by its id."""
    if key in STANDARD:
        return STANDARD[key]
    is_id = key.isascii() and key.isdecimal() and len(key) <= 18
    own = OwnTemplate.objects.filter(account=account, pk=int(key)).first() if is_id else None
    return _of_row(own) if own else None


def offered(account: Account, note_type: str, board: str) -> list[NoteTemplate]:
    """Return the templates for notes of this type to tickets of this board, the usual one first."""
    usual = USUAL[note_type]
    others = [each for each in STANDARD.values() if each.note_type == note_type and each != usual]
    own = OwnTemplate.objects.filter(account=account, note_type=note_type)
    fitting = [each for each in own if not each.boards or board in each.boards]
    return [usual, *others, *map(_of_row, fitting)]


def _of_row(own: OwnTemplate) -> NoteTemplate:
    return NoteTemplate(
        key=str(own.pk),
        name=own.name,
        note_type=own.note_type,
        heading=own.name,
        sections=tuple(name for name in SECTIONS if name in own.sections),
        intro=own.intro,
        outro=own.outro,
    )


def is_gone(session: WorkSession, choice: Choice) -> bool:
    """Return whether the template of the choice was removed."""
    return bool(choice.template) and find(session.account, choice.template) is None


def _template(session: WorkSession, choice: Choice) -> NoteTemplate:
    known = find(session.account, choice.template) if choice.template else None
    return known or USUAL[Post.NoteType(choice.note_type).value]


def text_of(session: WorkSession, choice: Choice, marker: str) -> Text:
    """Return the text that the record makes now; by the usual template where the chosen is gone."""
    template = _template(session, choice)
    if template == FULL and choice.note_type == COLLEAGUES and not choice.since:
        kept = record.note_of(session)
        content = kept.text.removesuffix(session.reference) + marker
        return Text(content=content, is_short=kept.is_short)
    telling = _telling(session, choice, template)
    details = "details" in template.sections
    told, is_short = record.for_note(session, since=choice.since, details=details)
    content = note.render(told, telling, marker)
    if not is_short and size_of(content) > NOTE_BYTES:
        told, is_short = record.shortened(session, since=choice.since), True
        content = note.render(told, telling, marker)
    return Text(content=content, is_short=is_short, left_out=_left_out(told, choice))


def told_to_customer(session: WorkSession, choice: Choice, told: str, marker: str) -> str:
    """Return the note for the customer with these words in place of the steps."""
    kept, _ = record.for_note(session, details=False)
    telling = _telling(session, choice, _template(session, choice))
    return note.render(replace(kept, steps=(), resolution=told), telling, marker)


def news_of(session: WorkSession, choice: Choice, since: datetime) -> str:
    """Return what the choice's reader gets of what came into the record since then, for a note."""
    template = _template(session, choice)
    telling = _telling(session, replace(choice, since=since), template)
    details = "details" in template.sections
    told, is_short = record.for_note(session, since=since, details=details)
    text = note.sections_alone(told, telling)
    if not is_short and size_of(text) > NOTE_BYTES // 2:
        text = note.sections_alone(record.shortened(session, since=since), telling)
    return text


def _telling(session: WorkSession, choice: Choice, template: NoteTemplate) -> note.Telling:
    if choice.since:
        template = replace(template, sections=_new_sections(session, choice, template))
    return note.Telling(reader=choice.note_type, template=template, values=values_of(session))


def _new_sections(session: WorkSession, choice: Choice, template: NoteTemplate) -> tuple[str, ...]:
    """Return the sections of a text that tells what is new since the choice's moment."""
    since, ended = choice.since, session.completed_at
    said = {"problem"} if since and ended and ended > since else {*_SAID}
    if choice.note_type == CUSTOMER:
        said.discard("next_steps")  # a customer is always told what comes next
    return tuple(name for name in template.sections if name not in said)


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
