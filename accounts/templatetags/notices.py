"""What a person's own pages say about their log-in."""

from django import template

from accounts import notices
from accounts.models import Notice, User

register = template.Library()


@register.simple_tag
def notices_of(person: User) -> list[Notice]:
    """Return what the person was told lately."""
    return notices.lately(person)
