"""What sentences call an account's PSA."""

from accounts.models import User
from psa.models import PsaConnection
from psa.providers import registry
from psa.providers.setup import Setup


def label_for(user: User | None) -> str:
    """Return the label of the PSA of this person's account.

    Costs a query where several PSAs are known. Before anything is connected it is "your PSA" then.
    """
    setup = registry.only_setup() or _setup_of_account(user)
    return setup.label if setup else registry.label("")


def short_for(user: User | None) -> str:
    """Return what stands before a ticket's number, as `label_for` finds it; "" for no PSA."""
    setup = registry.only_setup() or _setup_of_account(user)
    return setup.short if setup else ""


def label_of(connection: PsaConnection | None) -> str:
    """Return the label of the connection's PSA, also where there is no connection (any more)."""
    return registry.label(connection.provider if connection else "")


def _setup_of_account(user: User | None) -> Setup | None:
    if user is None or user.account_id is None:
        return None
    connection = PsaConnection.objects.filter(account_id=user.account_id).first()
    return connection.setup if connection else None
