"""The posts of one session; how each is shown is `psa.history.entry`'s to say."""

from django.db.models import QuerySet
from django.db.models.functions import Left

from psa.history.entry import Entry, to_show
from psa.models import DOCUMENTS, STATUS_CHANGE, TIME_ENTRY, Post
from sessions_app.models import WorkSession

__all__ = ["Entry", "entries_of", "last_of"]

MOST_SHOWN = 50
# Characters. A longer text is a click away, so that fifty long notes make no long page.
MOST_OF_A_TEXT = 10_000
_TEXTS = ("content", "stored_content", "generated_content")


def entries_of(session: WorkSession, page: int = 1) -> tuple[list[Entry], bool]:
    """Return a page of the session's posts, the newest first, and whether there are older ones.

    Each entry knows how its text begins, and by one character more whether it goes on.
    """
    first = (max(page, 1) - 1) * MOST_SHOWN
    posts = to_show(_posts_of(session)).annotate(begins=Left("content", MOST_OF_A_TEXT + 1))
    found = list(posts[first : first + MOST_SHOWN + 1])
    return [Entry(post, post.begins) for post in found[:MOST_SHOWN]], len(found) > MOST_SHOWN


def last_of(session: WorkSession) -> Entry | None:
    """Return the last post to the ticket that the session is linked to now."""
    posts = _posts_of(session).select_related("posted_by", STATUS_CHANGE, TIME_ENTRY)
    posts = posts.prefetch_related(DOCUMENTS)
    post = posts.filter(ticket_id=session.psa_ticket_id).first()
    return Entry(post) if post else None


def _posts_of(session: WorkSession) -> QuerySet[Post]:
    posts = Post.objects.filter(session_post__session=session).defer(*_TEXTS)
    return posts.order_by("-created_at", "-pk")
