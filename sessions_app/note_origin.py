"""What the text of a note was begun from, and how much newer the session's record is by now.

A draft keeps a digest of the record's text that it began with, when that was, and which text was
chosen. As long as nobody changed the text it follows the record; once somebody did, the dialog says
what happened since.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from psa.models import Post
from sessions_app.models import WorkSession
from sessions_app.note_text import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a text was begun from; without a moment nothing is known of it."""

    digest: str = ""
    moment: datetime | None = None
    choice: Choice

    def is_text(self, text: str, marker: str) -> bool:
        """Return whether this is the text that was begun with, whatever marker it has."""
        return bool(self.digest) and digest_of(text, marker) == self.digest


def written(text: str, marker: str, choice: Choice, at: datetime | None = None) -> str:
    """Return what a form keeps of the text that it opens with.

    That is "<digest>@<moment>@<note type>@<template>@<since>". The marker does not count: a text
    that is posted anew gets another one.
    """
    moments = (at or timezone.now(), choice.since)
    moment, since = (each.isoformat() if each else "" for each in moments)
    return "@".join((digest_of(text, marker), moment, choice.note_type, choice.template, since))


def read(origin: object, note_type: str) -> Origin:
    """Return what a form kept; where it does not say which text it was, that of the note type."""
    digest, moment, kept_type, template, since, *_ = f"{origin or ''}@@@@".split("@")
    choice = Choice(
        note_type=_type_of(kept_type) or note_type, template=template, since=_moment(since)
    )
    return Origin(digest=digest, moment=_moment(moment), choice=choice)


def news_since(session: WorkSession, begun: datetime, *, details: bool = True) -> str:
    """Return in a sentence what came into the record since then.

    Without `details` "" where neither a step nor the end came.
    """
    changed = session.steps.filter(removed_at=None, updated_at__gt=begun).count()
    removed = session.steps.filter(removed_at__gt=begun).count()
    said = [
        f"{count} {'step was' if count == 1 else 'steps were'} {what}"
        for count, what in ((changed, "added or changed"), (removed, "removed"))
        if count
    ]
    if session.completed_at and session.completed_at > begun:
        said.append("the session was completed")
    if not said and details:
        said.append("its details were changed")
    if not said:
        return ""
    return f"The record is newer than this text: {' and '.join(said)}."


def digest_of(text: str, marker: str) -> str:
    """Return by what a text is known again, whatever marker it has."""
    plain = text.replace("\r\n", "\n")
    plain = plain.replace(marker, "") if marker else plain
    return sha256(plain.strip().encode(errors="surrogatepass")).hexdigest()[:32]


def _type_of(name: str) -> str:
    return name if name in Post.NoteType.values else ""


def _moment(text: str) -> datetime | None:
    try:
        begun = parse_datetime(text)
    except ValueError:
        return None
    return begun if begun and timezone.is_aware(begun) else None
