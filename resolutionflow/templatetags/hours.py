"""Hours as pages show them."""

from datetime import timedelta
from decimal import Decimal

from django import template

from resolutionflow.lib import hours

register = template.Library()


@register.filter
def as_clock(value: timedelta | Decimal) -> str:
    """Return a duration, or decimal hours, as hours and minutes: 0:30."""
    return hours.on_the_clock(hours.of_decimal(value) if isinstance(value, Decimal) else value)


@register.filter
def as_hours(value: timedelta | Decimal) -> str:
    """Return a duration in decimal hours: 0.50."""
    return str(hours.decimal(value) if isinstance(value, timedelta) else value)
