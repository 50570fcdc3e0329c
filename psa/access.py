"""The account's way into its PSA, as views and other rooms ask for it."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest

from accounts.access import account_of
from accounts.models import Account, User
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


def get_people(account: Account, ids: Iterable[int]) -> dict[int, User]:
    """Return these people of the account by id, or raise Http404 if one is not of it."""
    wanted = set(ids)
    people = {user.pk: user for user in account.users.filter(pk__in=wanted)}
    if people.keys() != wanted:
        raise Http404
    return people
