"""What pages call the PSA that the reader's account works with."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from accounts.models import User
from psa.labels import label_for

register = template.Library()


@register.simple_tag(takes_context=True)
def psa_label(context: template.Context) -> SafeString:
    """Return the label of the PSA, also inside `only`."""
    user = getattr(getattr(context, "request", None), "user", None)
    return escape(label_for(user if isinstance(user, User) else None))
