"""What a ticket's row and head need, wherever they are shown."""

from uuid import UUID, uuid4

from django import template

from psa.providers.types import Ticket
from tickets import about

register = template.Library()


@register.filter
def about_headers(ticket: Ticket | str) -> str:
    """Return what is known of a ticket as the headers that htmx sends along; "" of none."""
    return about.headers_of(ticket) if isinstance(ticket, Ticket) else ""


@register.simple_tag
def new_request_id() -> UUID:
    """Return the id of one wish: a form that is sent twice with it does its work once."""
    return uuid4()
