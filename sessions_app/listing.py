"""Which sessions a list shows."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from psa.models import Post
from sessions_app.forms import SessionFilterForm
from sessions_app.models import SessionPost, WorkSession

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


def posts_that_need(user: User) -> QuerySet[SessionPost]:
    """Return the person's posts that failed or are being checked, in note or status.

    What was done later from the same session after all needs nobody any more.
    """
    posted_later = _later(
        post__note_type=OuterRef("post__note_type"), post__state=Post.State.POSTED
    )
    changed_later = _later(post__status_state=Post.StatusState.APPLIED)
    needs = (
        Q(post__state=Post.State.UNKNOWN)
        | Q(post__status_state=Post.StatusState.UNKNOWN)
        | Q(post__state=Post.State.FAILED) & ~Exists(posted_later)
        | Q(post__state=Post.State.POSTED, post__status_state=Post.StatusState.FAILED)
        & ~Exists(changed_later)
    )
    posts = SessionPost.objects.filter(needs, post__posted_by=user)
    return posts.select_related("session", "post").order_by("-post__created_at")


def _later(**done: Any) -> QuerySet[SessionPost]:
    """Return the session's later posts to the same ticket that did this."""
    return SessionPost.objects.filter(
        session=OuterRef("session"),
        post__ticket_id=OuterRef("post__ticket_id"),
        post__created_at__gt=OuterRef("post__created_at"),
        **done,
    )
