"""How a note will be signed, wherever one is written."""

from typing import Any

from django import template

from accounts.access import account_of, user_of
from psa.access import connection_of
from psa.members import mapping_of
from psa.models import PsaConnection

register = template.Library()


@register.inclusion_tag("psa/_signature.html", takes_context=True)
def note_signature(
    context: dict[str, Any], connection: PsaConnection | None = None
) -> dict[str, Any]:
    """Say as whom the PSA will show the author of the person's note. Asks no PSA.

    Without `connection` it is the one of the account that the request works in.
    """
    request = context["request"]
    connection = connection or connection_of(account_of(request))
    user = user_of(request)
    return {
        "mapping": mapping_of(connection, user) if connection else None,
        "may_map": user.account_id is not None,
    }
