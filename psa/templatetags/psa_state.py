"""How an account's integration stands, for the account's front page."""

from typing import Any

from django import template

from accounts.models import Account
from psa.access import stored_connection
from psa.members.listing import unmapped_count

register = template.Library()


@register.inclusion_tag("psa/_card.html")
def integrations_card(account: Account) -> dict[str, Any]:
    """Show whether the account is connected, and how many are not mapped. Asks no PSA."""
    connection = stored_connection(account)
    return {
        "connection": connection,
        "unmapped": unmapped_count(connection) if connection else 0,
    }
