"""The tickets that were spun off from a session, wherever they are shown."""

from django import template

from sessions_app import spin_off
from sessions_app.models import WorkSession
from tickets.creation_state import Standing

register = template.Library()


@register.simple_tag
def spin_offs_of(session: WorkSession) -> list[Standing]:
    """Return how the session's spin-off tickets stand, the newest first; asks no PSA."""
    return [Standing(tie.creation) for tie in spin_off.of_session(session)]
