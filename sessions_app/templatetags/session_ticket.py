"""What the ticket's header and the post history of a session need, wherever they are shown."""

from dataclasses import dataclass
from typing import Any

from django import template

from psa.access import connection_of
from sessions_app import history, linking, worked
from sessions_app.models import WorkSession

register = template.Library()


@dataclass(frozen=True, kw_only=True)
class TicketHeader:
    """The header's state: linked, removed (its connection is gone), free, or unconnected."""

    state: str
    web_url: str = ""
    is_paused: bool = False
    has_connection: bool = False
    last: history.Entry | None = None


@register.simple_tag
def ticket_header(session: WorkSession) -> TicketHeader:
    """Return what the header shows; asks no PSA."""
    has_connection = connection_of(session.account) is not None
    if not session.psa_ticket_id:
        return TicketHeader(
            state="free" if has_connection else "unconnected", has_connection=has_connection
        )
    if session.psa_connection is None:
        return TicketHeader(state="removed", has_connection=has_connection)
    return TicketHeader(
        state="linked",
        web_url=linking.web_url(session),
        is_paused=not session.psa_connection.is_active,
        has_connection=has_connection,
        last=history.last_of(session),
    )


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
