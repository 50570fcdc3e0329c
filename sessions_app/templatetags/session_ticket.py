"""What the ticket's header and the post history of a session need, wherever they are shown."""

from typing import Any

from django import template

from sessions_app import history, worked
from sessions_app import ticket_header as header
from sessions_app.models import WorkSession

register = template.Library()


@register.simple_tag
def ticket_header(session: WorkSession) -> header.TicketHeader:
    """Return what the header shows; asks no PSA."""
    return header.of(session)


@register.simple_tag
def worked_of(session: WorkSession) -> worked.Worked:
    """Return how long the session was worked, and how its clock stands."""
    return worked.of(session)


@register.simple_tag
def posts_of(session: WorkSession, page: int | str = 1) -> dict[str, Any]:
    """Return a page of the session's post history, the newest first, and which page is next."""
    number = page if isinstance(page, int) else 1
    entries, has_older = history.entries_of(session, number)
    return {"entries": entries, "older": number + 1 if has_older else 0}


@register.simple_tag
def text_of(entry: history.Entry) -> str:
    """Return the post's text, of a list's entry as far as the list has read it."""
    return entry.beginning or entry.post.content


@register.filter
def is_long(text: str) -> bool:
    """Return whether a post's text is more than a list of posts shows."""
    return len(text) > history.MOST_OF_A_TEXT
