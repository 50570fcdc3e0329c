"""What the Update Ticket dialog opens with: the record's text, or what was typed last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from psa import time_form
from psa.models import Post
from psa.outbox import approval
from psa.outbox.approval import Use
from resolutionflow.lib.ids import uuid_of
from sessions_app import drafts, note_identity, note_origin, note_text, note_told
from sessions_app.models import WorkSession
from sessions_app.note_identity import before_marker, marker_in, renewed
from sessions_app.note_origin import Origin
from sessions_app.note_text import Choice, Text

Values = dict[str, Any]


NEW, ALL = "new", "all"
# Fields of the form that are about the ticket, whatever text goes with them. Which files go is
# decided for the text's reader.
_OF_THE_TEXT = {"request_id", "note_type", "content", "begun_from", "files"}
BESIDE_THE_TEXT = tuple(name for name in approval.names(Use.DRAFT) if name not in _OF_THE_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which text a person asks for; what is empty stays as it was left, or is the usual."""

    note_type: str = ""
    template: str = ""
    scope: str = ""

    @classmethod
    def of(cls, session: WorkSession, query: Mapping[str, str]) -> "Asked":
        """Return what an address or a form asks for; what is none of ours asks for nothing."""
        template, scope = query.get("template", "")[:40], query.get("scope", "")
        note_type = query.get("note_type", "")
        if note_type not in Post.NoteType.values:
            note_type = note_text.type_of(session.account, template)
        scope = scope if scope in (NEW, ALL) else ""
        return cls(note_type=note_type, template=template, scope=scope)


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
    unless the person starts `anew`; else what the session's record makes, of which only what is
    new since the last note of this type.
    """
    if mending:
        values = renewed(session, user, _values_of(mending))
        return values | ({"note_type": asked.note_type} if asked.note_type else {})
    last = drafts.load_note(user, session)
    note_type = asked.note_type or last.get("note_type", "")
    if note_type not in Post.NoteType.values:
        note_type = Post.NoteType.INTERNAL_ANALYSIS.value
    typed = {} if anew else _typed(session, user, note_type)
    beside = {name: last[name] for name in BESIDE_THE_TEXT if name in last}
    values = renewed(session, user, {**typed, "note_type": note_type, **beside})
    origin = note_origin.read(values.get("begun_from"), note_type)
    if typed and (note_text.is_gone(session, origin.choice) or not is_untouched(session, typed)):
        return {**values, "restored": True, "is_kept": _is_other(asked, origin)}
    # Somebody chose a note type or a status; the text follows the record.
    kept = origin.choice if typed and origin.choice.note_type == note_type else None
    return {**values, **begun(session, _choose(session, note_type, asked, kept), values)}


def _choose(session: WorkSession, note_type: str, asked: Asked, kept: Choice | None) -> Choice:
    """Return which text to begin with: what is asked for, else as it was, else what is new."""
    template = asked.template or (kept.template if kept else "")
    if note_text.is_gone(session, Choice(note_type=note_type, template=template)):
        template = ""
    if asked.scope == ALL:
        return Choice(note_type=note_type, template=template)
    told = note_told.last_told(session, note_type)
    is_wanted = told and (told.is_news or asked.scope == NEW)
    since = told.moment if told and is_wanted else None
    return Choice(note_type=note_type, template=template, since=since)


def begun(session: WorkSession, choice: Choice, values: Values) -> Values:
    """Return the text that the record makes now, and from what it was begun.

    `values` are a form's, with the id of its note.
    """
    marker = marker_in(session, values)
    text = note_text.text_of(session, choice, marker)
    return {
        "content": text.content,
        "is_begun": True,
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
    return note_origin.read(values.get("begun_from"), type_in(values))


def type_in(values: Values) -> str:
    """Return the note type of a form's values, that of colleagues where it names none."""
    note_type = str(values.get("note_type") or "")
    usual = Post.NoteType.INTERNAL_ANALYSIS.value
    return note_type if note_type in Post.NoteType.values else usual


def news(session: WorkSession, values: Values) -> str:
    """Return how much newer the record is than what the form's text was begun from, "" if not."""
    origin = origin_in(values)
    if origin.moment is None or uuid_of(values.get("request_id")) is None:
        return ""
    marker = marker_in(session, values)
    if note_text.is_gone(session, origin.choice):
        return note_origin.news_since(session, origin.moment, details=False)
    if origin.is_text(now(session, values).content, marker):
        return ""
    return note_origin.news_since(session, origin.moment)


def with_news(session: WorkSession, user: User, values: Values) -> Values:
    """Return a form's values with what came since its text was begun, before its last line."""
    values = renewed(session, user, values)
    origin, marker = origin_in(values), marker_in(session, values)
    added = note_text.news_of(session, origin.choice, origin.moment) if origin.moment else ""
    content = before_marker(str(values.get("content", "")), added, marker)
    current = now(session, values).content
    begun_from = note_origin.written(current, marker, origin.choice)
    return {**values, "content": content, "begun_from": begun_from, "restored": True}


def now(session: WorkSession, values: Values) -> Text:
    """Return the text that a form would have been begun with now."""
    return note_text.text_of(session, origin_in(values).choice, marker_in(session, values))


def _is_other(asked: Asked, origin: Origin) -> bool:
    """Return whether another text was asked for than the one that somebody edited."""
    choice = origin.choice
    is_other = bool(asked.template) and asked.template != choice.template
    scope = NEW if choice.since else ALL
    return is_other or (bool(asked.scope) and asked.scope != scope)


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
        "files": " ".join(map(str, wish["files"])) or "none",
        "request_id": str(post.request_id),
        "begun_from": post.session_post.begun_from,
    }
