"""What sentences call an account's PSA."""

from accounts.models import User
from psa.models import PsaConnection
from psa.providers import registry


def label_for(user: User | None) -> str:
    """Return the label of the PSA of this person's account.

    Costs a query where several PSAs are known. Before anything is connected it is "your PSA" then.
    """
    return registry.only_label() or _label_of_account(user)


def label_of(connection: PsaConnection | None) -> str:
    """Return the label of the connection's PSA, also where there is no connection (any more)."""
    return registry.label(connection.provider if connection else "")


def _label_of_account(user: User | None) -> str:
    if user is None or user.account_id is None:
        return label_of(None)
    return label_of(PsaConnection.objects.filter(account_id=user.account_id).first())
