"""What the ticket was told already: up to when, and whether a text says the same again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Left
from django.utils import timezone

from psa.models import Post
from sessions_app import note_origin
from sessions_app.models import SessionPost, WorkSession

# Of the ticket's notes from here, the newest; of each so many characters.
_COMPARED = 20
_LONGEST = 20_000
# The share of words that two texts have in common where they are nearly equal.
_NEARLY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The last note of one type: which moment of the record it told, and what came since then."""

    moment: datetime
    steps: int
    has_ended: bool

    @property
    def is_news(self) -> bool:
        """Whether anything came since then."""
        return bool(self.steps) or self.has_ended


def last_told(session: WorkSession, note_type: str) -> Since | None:
    """Return up to when the ticket was told by a note of this type, None where there is none."""
    ties = SessionPost.objects.filter(
        session=session, post__note_type=note_type, post__ticket_id=session.psa_ticket_id
    ).exclude(post__state=Post.State.FAILED)
    tie = ties.select_related("post").defer(*_TEXTS).order_by("-post__created_at").first()
    if tie is None:
        return None
    origin = note_origin.read(tie.begun_from, note_type)
    return since(session, origin.moment or tie.post.created_at)


_TEXTS = ("post__content", "post__stored_content", "post__generated_content")


def since(session: WorkSession, moment: datetime) -> Since:
    """Return what came into the record since then."""
    steps = session.steps.filter(removed_at=None, updated_at__gt=moment).count()
    has_ended = bool(session.completed_at and session.completed_at > moment)
    return Since(moment=moment, steps=steps, has_ended=has_ended)


def said_already(session: WorkSession, content: str, marker: str) -> str:
    """Return in a sentence which note of the ticket says the same or nearly so, "" for none."""
    wanted = _words(content, marker)
    if not wanted:
        return ""
    for post in _posts(session):
        shared = _share(wanted, _words(post.begins, post.marker))
        if shared >= _NEARLY:
            much = "The same text" if shared == 1 else "Nearly the same text"
            return f"{much} was posted {_at(post.created_at)} as {post.get_note_type_display()}."
    return ""


def _posts(session: WorkSession) -> Iterable[Any]:
    sent = Post.objects.filter(
        account_id=session.account_id,
        connection=session.psa_connection_id,
        ticket_id=session.psa_ticket_id,
    ).exclude(state=Post.State.FAILED)
    return (
        sent.defer("content", "stored_content", "generated_content")
        .annotate(begins=Left("content", _LONGEST))
        .order_by("-created_at")[:_COMPARED]
    )


def _words(text: str, marker: str) -> Counter[str]:
    text = text[:_LONGEST]
    return Counter((text.replace(marker, "") if marker else text).split())


def _share(one: Counter[str], other: Counter[str]) -> float:
    """Return how much of the longer of two texts the other one holds too, from 0 to 1."""
    longer = max(one.total(), other.total())
    return (one & other).total() / longer if longer else 0.0


def _at(moment: datetime) -> str:
    is_today = moment.date() == timezone.now().date()
    return f"at {moment:%H:%M} UTC" if is_today else f"on {moment:%Y-%m-%d at %H:%M} UTC"
