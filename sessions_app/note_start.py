"""What the Update Ticket dialog opens with: the record's text, or what was typed last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from psa import time_form
from psa.models import Post
from psa.outbox import approval
from resolutionflow.lib.ids import uuid_of
from sessions_app import drafts, note_identity, note_origin, note_text
from sessions_app.models import WorkSession
from sessions_app.note_identity import marker_in, renewed
from sessions_app.note_origin import Origin
from sessions_app.note_text import Choice, Text

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which text a person asks for; what is empty stays as it was left, or is the usual."""

    note_type: str = ""
    template: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Return what an address or a form asks for; what is none of ours asks for nothing."""
        template = query.get("template", "")[:40]
        note_type = query.get("note_type", "")
        if note_type not in Post.NoteType.values:
            note_type = note_text.type_of(template)
        return cls(note_type=note_type, template=template)


def start_with(
    session: WorkSession,
    user: User,
    asked: Asked = Asked(),
    *,
    mending: Post | None = None,
    anew: bool = False,
) -> Values:
    """Return the values that the dialog opens with.

    The text of a failed post that is being mended; else what was typed last for this note type,
    unless the person starts `anew`; else what the session's record makes.
    """
    if mending:
        values = renewed(session, user, _values_of(mending))
        return values | ({"note_type": asked.note_type} if asked.note_type else {})
    last = drafts.load_note(user, session)
    note_type = asked.note_type or last.get("note_type", "")
    if note_type not in Post.NoteType.values:
        note_type = Post.NoteType.INTERNAL_ANALYSIS.value
    typed = {} if anew else _typed(session, user, note_type)
    # The status is chosen for the ticket, whatever text goes with it.
    values = {**typed, "note_type": note_type, **_status_of(last)}
    values = renewed(session, user, values)
    origin = note_origin.read(values.get("begun_from"), note_type)
    if typed and not is_untouched(session, typed):
        return {**values, "restored": True, "is_kept": _is_other(asked, origin)}
    # Somebody chose a note type or a status; the text follows the record.
    kept = origin.choice.template if typed and origin.choice.note_type == note_type else ""
    choice = Choice(note_type=note_type, template=asked.template or kept)
    return {**values, **begun(session, choice, values)}


def begun(session: WorkSession, choice: Choice, values: Values) -> Values:
    """Return the text that the record makes now, and from what it was begun.

    `values` are a form's, with the id of its note.
    """
    marker = marker_in(session, values)
    text = note_text.text_of(session, choice, marker)
    return {
        "content": text.content,
        "is_short": text.is_short,
        "left_out": text.left_out,
        "begun_from": note_origin.written(text.content, marker, choice),
    }


def is_untouched(session: WorkSession, values: Values) -> bool:
    """Return whether a form's text is still the one that it opened with."""
    origin = origin_in(values)
    return origin.is_text(values.get("content", ""), marker_in(session, values))


def origin_in(values: Values) -> Origin:
    """Return what the text of a form was begun from."""
    return note_origin.read(values.get("begun_from"), str(values.get("note_type") or ""))


def news(session: WorkSession, values: Values) -> str:
    """Return how much newer the record is than what the form's text was begun from, "" if not."""
    origin = origin_in(values)
    if origin.moment is None or uuid_of(values.get("request_id")) is None:
        return ""
    marker = marker_in(session, values)
    if origin.is_text(now(session, values).content, marker):
        return ""
    return note_origin.news_since(session, origin.moment)


def now(session: WorkSession, values: Values) -> Text:
    """Return the text that a form would have been begun with now."""
    return note_text.text_of(session, origin_in(values).choice, marker_in(session, values))


def _is_other(asked: Asked, origin: Origin) -> bool:
    """Return whether another text was asked for than the one that somebody edited."""
    return bool(asked.template) and asked.template != origin.choice.template


def _status_of(values: Values) -> Values:
    names = ("update_status_id", "seen_status_id")
    return {name: values[name] for name in names if name in values}


def _typed(session: WorkSession, user: User, note_type: str) -> Values:
    """Return the draft, unless it is the left-over of a note that is on its way or posted."""
    values: Values = dict(drafts.load_note(user, session, note_type))
    request_id = uuid_of(values.get("request_id"))
    post = note_identity.post_of(session, request_id) if request_id else None
    sent = post is not None and post.state != Post.State.FAILED
    if post and sent and values.get("content", "").replace("\r\n", "\n") == post.content:
        return {}
    return values


def _values_of(post: Post) -> Values:
    wish = approval.wish_of(post)
    return {
        **wish,
        **time_form.values_of(wish["time"]),
        "request_id": str(post.request_id),
        "begun_from": post.session_post.begun_from,
    }
