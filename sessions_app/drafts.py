"""Text that was typed but not submitted, kept on the server per person and form.

A browser may close, a log-in may end, a machine may break: the form comes back as it stood.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count, Sum

from accounts.models import User
from psa.outbox import approval
from psa.outbox.approval import Use
from resolutionflow.lib.ids import uuid_of
from resolutionflow.lib.sizes import NOTE_BYTES, in_words, size_of, too_large
from sessions_app.models import Draft, WorkSession

# Of one draft: what the largest form takes, and some for its short fields.
MOST_BYTES_OF_ONE = NOTE_BYTES + 10_000
# Of one person, in all their forms.
MOST = 200
MOST_BYTES = 5_000_000


class NotKept(Exception):
    """The draft is beyond a bound and was not kept; what was kept before stays."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


# What each form keeps; anything else that is sent along is not kept.
FIELDS: dict[str, tuple[str, ...]] = {
    Draft.Form.SESSION: ("title", "client_name", "problem", "ticket_id"),
    Draft.Form.DETAILS: ("title", "client_name", "problem", "seen"),
    Draft.Form.STEP: (
        "kind",
        "audience",
        "title",
        "outcome",
        "notes",
        "command_output",
        "request_id",
    ),
    Draft.Form.EDIT: ("kind", "audience", "title", "outcome", "notes", "command_output", "seen"),
    Draft.Form.COMPLETE: ("outcome", "resolution", "next_steps"),
    Draft.Form.POST: approval.names(Use.DRAFT),
    Draft.Form.ASSIST: ("question",),
}
FIELDS[Draft.Form.TICKET] = (
    *("summary", "company", "company_name", "board", "status", "type", "subtype", "item"),
    *("priority", "contact", "contact_name", "owner", "description", "sources"),
)
# Chosen by a click or made by us: alone they are nothing that somebody typed.
_NOT_TYPED = {"kind", "audience", "request_id", "seen"}
_NOT_TYPED |= {*FIELDS[Draft.Form.TICKET]} - {"summary", "description"}
_NOT_TYPED |= {*FIELDS[Draft.Form.POST]} - {*approval.names(Use.TYPED)}


def edit_form(step_id: int) -> str:
    """Return the name of the form that edits this step."""
    return f"{Draft.Form.EDIT}-{step_id}"


def ticket_form(turn_id: str, card: str) -> str:
    """Return the name of the form of a new ticket that a card proposed."""
    return f"{Draft.Form.TICKET}-{turn_id}-{card}"


def is_ticket(form: str) -> bool:
    """Return whether this is a form of a new ticket, a card's or any other."""
    return _kind(form) == Draft.Form.TICKET


def is_known(session: WorkSession, form: str) -> bool:
    """Return whether this is a form of the session's page that keeps drafts."""
    kind = _kind(form)
    if kind == Draft.Form.EDIT:
        return bool(session.steps.filter(pk=form.partition("-")[2]).exists())
    return kind in FIELDS and form != Draft.Form.SESSION


def save(user: User, session: WorkSession | None, form: str, sent: Mapping[str, str]) -> None:
    """Keep what the form holds now; a form without any text keeps nothing. Raises NotKept."""
    values = {name: _storable(sent[name]) for name in FIELDS[_kind(form)] if sent.get(name)}
    if uuid_of(values.get("request_id")) is None:
        values.pop("request_id", None)
    if form == Draft.Form.POST:
        _set_aside(user, session, values.get("note_type", ""))
    if not values.keys() - _NOT_TYPED:
        discard(user, session, form)
    elif not (form == Draft.Form.STEP and session and _was_added(session, values)):
        size = size_of(*values.values())
        _check_room(user, session, form, size)
        Draft.objects.update_or_create(
            user=user, session=session, form=form, defaults={"values": values, "size": size}
        )


def try_to_save(
    user: User, session: WorkSession | None, form: str, sent: Mapping[str, str]
) -> bool:
    """Keep what the form holds where that is possible, and return whether it was."""
    try:
        save(user, session, form, sent)
    except NotKept:
        return False
    return True


def load(user: User, session: WorkSession | None, form: str) -> dict[str, str]:
    """Return what was typed last, empty if nothing waits."""
    draft = Draft.objects.filter(user=user, session=session, form=form).first()
    return draft.values if draft else {}


def load_note(user: User, session: WorkSession, note_type: str = "") -> dict[str, str]:
    """Return what was typed last for a note of this type, of any type where none is named."""
    last = load(user, session, Draft.Form.POST)
    if not note_type or (last and last.get("note_type", note_type) == note_type):
        return last
    return load(user, session, _aside(note_type))


def load_all(user: User, session: WorkSession, forms: Collection[str]) -> dict[str, dict[str, str]]:
    """Return what waits in these forms of the session's page, by form, in one query."""
    drafts = Draft.objects.filter(user=user, session=session, form__in=forms)
    return {draft.form: draft.values for draft in drafts}


def any_of_steps(user: User, session: WorkSession) -> bool:
    """Return whether a step that was not saved, or a question, waits on the session's page."""
    others = (Draft.Form.COMPLETE, Draft.Form.DETAILS)
    waiting = Draft.objects.filter(user=user, session=session).exclude(form__in=others)
    return waiting.exclude(form__startswith=Draft.Form.POST).exists()


def discard(user: User, session: WorkSession | None, form: str) -> None:
    """Forget the form's text: it was submitted, or emptied."""
    Draft.objects.filter(user=user, session=session, form=form).delete()


def discard_step(user: User, session: WorkSession, request_id: str) -> None:
    """Forget the text of the step form that was submitted, not that of another tab."""
    draft = Draft.objects.filter(user=user, session=session, form=Draft.Form.STEP).first()
    if draft and draft.values.get("request_id", request_id) == request_id:
        draft.delete()


def prune(before: datetime) -> int:
    """Forget what nobody has touched since then, and return how many forms' texts that were."""
    return Draft.objects.filter(updated_at__lt=before).delete()[0]


def _set_aside(user: User, session: WorkSession | None, note_type: str) -> None:
    """Make room for a note of this type: the last one of another type keeps its own place."""
    mine = Draft.objects.filter(user=user, session=session)
    last = mine.filter(form=Draft.Form.POST).first()
    other = last.values.get("note_type", "") if last else ""
    if last and other and other != note_type:
        mine.filter(form__in=(_aside(other), _aside(note_type))).delete()
        mine.filter(pk=last.pk).update(form=_aside(other))


def _aside(note_type: str) -> str:
    """Return under which name a note waits while one of another type is being written."""
    return f"{Draft.Form.POST}-{note_type}"


def _kind(form: str) -> str:
    """Return which form it is: that of `edit-12` is "edit", of `ticket-7-0` "ticket"."""
    kind, _, rest = form.partition("-")
    if kind == Draft.Form.EDIT or (kind == Draft.Form.TICKET and rest):
        parts = rest.split("-")
        wanted = 1 if kind == Draft.Form.EDIT else 2
        is_whole = len(parts) == wanted and all(
            part.isascii() and part.isdecimal() for part in parts
        )
        return kind if is_whole and len(form) <= 30 else ""
    return form


def _check_room(user: User, session: WorkSession | None, form: str, size: int) -> None:
    """Raise NotKept where the draft is too large, or the person's others leave it no room.

    Two requests at the same moment may go beyond by one draft each, which does no harm.
    """
    if size > MOST_BYTES_OF_ONE:
        raise NotKept(too_large(size, MOST_BYTES_OF_ONE))
    drafts = Draft.objects.filter(user=user)
    known = drafts.filter(session=session, form=form).values_list("size", flat=True).first()
    before = known or 0
    if known is not None and size <= before:
        return
    total = drafts.aggregate(number=Count("pk"), size=Sum("size", default=0))
    if known is None and total["number"] >= MOST:
        raise NotKept(
            f"{MOST} of your texts wait in forms that you left, and no more are kept. Finish or "
            "empty some of them."
        )
    if total["size"] - before + size > MOST_BYTES:
        raise NotKept(
            f"Your texts that wait in forms are {in_words(MOST_BYTES)} together, and no more is "
            "kept. Finish or empty some of them."
        )


def _storable(text: str) -> str:
    """Return the text with line feeds, and NUL as its picture: PostgreSQL stores no NUL."""
    return text.replace("\r\n", "\n").replace("\x00", "␀")


def _was_added(session: WorkSession, values: Mapping[str, str]) -> bool:
    """Return whether this is a late autosave of a step that has been added since."""
    request_id = values.get("request_id")
    step = session.steps.filter(request_id=request_id).first() if request_id else None
    if step is None:
        return False
    typed = {name: value for name, value in values.items() if name not in _NOT_TYPED}
    return all(getattr(step, name).startswith(value.strip()) for name, value in typed.items())
