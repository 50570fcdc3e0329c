"""The posts of one session; how each is shown is `psa.history.entry`'s to say."""

from django.db.models import QuerySet

from psa.history.entry import Entry
from psa.models import Post
from sessions_app.models import WorkSession

__all__ = ["Entry", "entries_of", "last_of"]


def entries_of(session: WorkSession) -> list[Entry]:
    """Return the session's posts, the newest first."""
    return [Entry(post) for post in _posts_of(session)]


def last_of(session: WorkSession) -> Entry | None:
    """Return the last post to the ticket that the session is linked to now."""
    post = _posts_of(session).filter(ticket_id=session.psa_ticket_id).first()
    return Entry(post) if post else None


def _posts_of(session: WorkSession) -> QuerySet[Post]:
    return Post.objects.filter(session_post__session=session).order_by("-created_at", "-pk")
