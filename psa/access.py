"""The account's way into its PSA, as views and other rooms ask for it."""

from django.http import Http404, HttpRequest

from accounts.access import account_of
from accounts.models import Account
from psa.models import PsaConnection


def connection_of(account: Account) -> PsaConnection | None:
    """Return the connection that the account works with; None also while it is paused."""
    return PsaConnection.objects.filter(account=account, is_active=True).first()


def stored_connection(account: Account) -> PsaConnection | None:
    """Return the account's connection for those who administer it, paused or not."""
    return PsaConnection.objects.filter(account=account).first()


def get_connection(request: HttpRequest) -> PsaConnection:
    """Return the connection of the account that the request works in, or raise Http404."""
    connection = stored_connection(account_of(request))
    if connection is None:
        raise Http404
    return connection
