"""What rows and pages tell the parts of a ticket, wherever one is shown."""

from django import template

from psa.providers.types import Ticket
from tickets import about

register = template.Library()


@register.filter
def about_query(ticket: Ticket | str) -> str:
    """Return what is known of a ticket as the query of an address; "" of none."""
    return about.query_of(ticket) if isinstance(ticket, Ticket) else ""
