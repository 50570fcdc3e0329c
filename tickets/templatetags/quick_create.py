"""What Quick create says before anything was typed."""

from django import template

from resolutionflow.lib import claude

register = template.Library()


@register.simple_tag
def claude_is_on() -> bool:
    """Return whether Claude reads requests here."""
    return claude.is_on()
