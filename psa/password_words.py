"""Which words of an account's PSA somebody would try as a password."""

from typing import Any

from accounts.models import Account
from psa.models import PsaConnection


def words_of(*, account: Account, **kwargs: Any) -> list[str]:
    """Return how the account's PSA, its company and its site are called.

    A receiver of `accounts.signals.password_context`.
    """
    del kwargs
    connection = PsaConnection.objects.filter(account=account).first()
    if connection is None:
        return []
    return [connection.display_name, connection.company_id, connection.site_url]
