"""What the text of a note was begun from, and how much newer the session's record is by now.

A draft keeps a digest of the record that its text was made of, and when that was. As long as nobody
changed the text it follows the record; once somebody did, the dialog says what happened since.
"""

from datetime import datetime
from hashlib import sha256

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from sessions_app.models import WorkSession


def origin_of(generated: str, marker: str, at: datetime | None = None) -> str:
    """Return what a form keeps of the text that it opens with, such as "3f2a…@2026-04-21T09:40Z".

    The marker does not count: a text that is posted anew gets another one.
    """
    return f"{_digest(generated, marker)}@{(at or timezone.now()).isoformat()}"


def is_untouched(content: str, origin: str, marker: str) -> bool:
    """Return whether the text is still the one that the form opened with."""
    return bool(origin) and _digest(content, marker) == origin.partition("@")[0]


def news_since(session: WorkSession, origin: str, generated: str, marker: str) -> str:
    """Return in a sentence how much newer the record is than the origin, "" where it is not.

    `generated` is the note that the record makes now, with this marker.
    """
    begun = _moment(origin)
    if begun is None or is_untouched(generated, origin, marker):
        return ""
    changed = session.steps.filter(removed_at=None, updated_at__gt=begun).count()
    removed = session.steps.filter(removed_at__gt=begun).count()
    said = [
        f"{count} {'step was' if count == 1 else 'steps were'} {what}"
        for count, what in ((changed, "added or changed"), (removed, "removed"))
        if count
    ]
    if session.completed_at and session.completed_at > begun:
        said.append("the session was completed")
    if not said:
        said.append("its details were changed")
    return f"The record is newer than this text: {' and '.join(said)}."


def _digest(text: str, marker: str) -> str:
    plain = text.replace("\r\n", "\n").replace(marker, "")
    return sha256(plain.strip().encode(errors="surrogatepass")).hexdigest()[:32]


def _moment(origin: str) -> datetime | None:
    try:
        begun = parse_datetime(origin.partition("@")[2])
    except ValueError:
        return None
    return begun if begun and timezone.is_aware(begun) else None
