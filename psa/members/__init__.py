"""Who of our people is who in the PSA.

`matching` finds pairs by e-mail, `mapping` writes them down, `listing` shows them.
"""

from accounts.models import User
from psa.models import MemberMapping, PsaConnection


def mapping_of(connection: PsaConnection, user: User) -> MemberMapping | None:
    """Return which PSA member this person is mapped to, or None."""
    return MemberMapping.objects.filter(connection=connection, user=user).first()


def member_id_of(connection: PsaConnection, user: User) -> str | None:
    """Return the id of the PSA member that this person is mapped to, or None."""
    mapping = mapping_of(connection, user)
    return mapping.external_member_id if mapping else None
