"""Which sessions a list shows."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from psa.models import Post
from sessions_app.forms import SessionFilterForm
from sessions_app.models import WorkSession

_SEARCHED = ("title", "client_name", "reference", "psa_ticket_id")


def matching(
    sessions: QuerySet[WorkSession], user: User, wanted: Mapping[str, str]
) -> QuerySet[WorkSession]:
    """Return the sessions that match, the newest first.

    `wanted` is the filter of SessionFilterForm: q, status, who; what it lacks matches all.
    """
    if wanted.get("who") == SessionFilterForm.MINE:
        sessions = sessions.filter(engineer=user)
    match wanted.get("status"):
        case None | "":
            pass
        case "open":
            sessions = sessions.filter(completed_at=None)
        case outcome:
            sessions = sessions.filter(outcome=outcome)
    for word in wanted.get("q", "").removeprefix("#").split():
        sessions = sessions.filter(_found(word))
    return sessions.order_by("-started_at", "pk")


def _found(word: str) -> Q:
    """Return the condition that one of the searched fields holds the word."""
    found = Q()
    for name in _SEARCHED:
        found |= Q(**{f"{name}__icontains": word})
    return found


def open_sessions_of(user: User) -> QuerySet[WorkSession]:
    """Return the person's sessions that are still being worked on, the latest work first."""
    return WorkSession.objects.filter(engineer=user, completed_at=None).order_by("-updated_at")


def posts_that_need(user: User) -> QuerySet[Post]:
    """Return the person's posts that failed or are being checked, in note or status.

    Those of sessions, and the notes from tickets' panels. What was done later from the same
    session after all needs nobody any more, nor does a note that another one replaced.
    """
    needs = (
        Q(state=Post.State.UNKNOWN)
        | Q(status_state=Post.StatusState.UNKNOWN)
        | Q(state=Post.State.FAILED, replaced=False)
        & ~_later(note_type=OuterRef("note_type"), state=Post.State.POSTED)
        | Q(state=Post.State.POSTED, status_state=Post.StatusState.FAILED)
        & ~_later(status_state=Post.StatusState.APPLIED)
    )
    posts = Post.objects.filter(needs, posted_by=user)
    return posts.select_related("session_post__session").order_by("-created_at")


def _later(**done: Any) -> Q:
    """Return the condition that a later post of the same session to the same ticket did this."""
    later = Post.objects.filter(
        ticket_id=OuterRef("ticket_id"),
        created_at__gt=OuterRef("created_at"),
        session_post__session=OuterRef("session_post__session"),
        **done,
    )
    return Q(Exists(later))
