"""Time entries as My day shows them."""

from django import template

from psa.history.time import TimeShown
from psa.models import TimeEntry

register = template.Library()


@register.filter
def shown(entry: TimeEntry) -> TimeShown:
    """Return the entry in words, with what can be done about it."""
    return TimeShown(entry)
