"""What pages call the PSA that the reader's account works with."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from accounts.models import User
from psa.labels import label_for, short_for

register = template.Library()


@register.simple_tag(takes_context=True)
def psa_label(context: template.Context) -> SafeString:
    """Return the label of the PSA, also inside `only`."""
    return escape(label_for(_reader(context)))


@register.simple_tag(takes_context=True)
def psa_short(context: template.Context) -> SafeString:
    """Return what stands before the number of a ticket of the PSA."""
    return escape(short_for(_reader(context)))


def _reader(context: template.Context) -> User | None:
    user = getattr(getattr(context, "request", None), "user", None)
    return user if isinstance(user, User) else None
