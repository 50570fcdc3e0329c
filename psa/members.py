"""Who of our people is who in the PSA."""

from accounts.models import User
from psa.models import MemberMapping, PsaConnection


def member_id_of(connection: PsaConnection, user: User) -> str | None:
    """Return the id of the PSA member that this person is mapped to, or None."""
    mapping = MemberMapping.objects.filter(connection=connection, user=user).first()
    return mapping.external_member_id if mapping else None
