"""What Quick create says before anything was typed."""

from django import template
from django.conf import settings

from resolutionflow.lib import claude

register = template.Library()


@register.simple_tag
def who_reads() -> str:
    """Return who will read a request, and what becomes of it on the way."""
    if not claude.is_on():
        return "Claude is not set up here: the built-in matcher reads it, and your text stays here."
    reader = "Claude reads it."
    if settings.DEMO and settings.ANTHROPIC_BASE_URL:
        reader = "The demo's stand-in reads it, not Claude."
    return f"{reader} What looks like a password or a key is hidden before it leaves."
