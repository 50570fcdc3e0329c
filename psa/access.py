"""The account's way into its PSA, as views and other rooms ask for it."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.access import account_of, reachable, user_of
from accounts.models import Account, User
from accounts.permissions import Right, may
from psa.models import MemberRequest, Post, PsaConnection, TicketCreation


def connection_of(account: Account) -> PsaConnection | None:
    """Return the connection that the account works with; None also while it is paused."""
    return PsaConnection.objects.filter(account=account, is_active=True).first()


class NotConnected(Exception):
    """The account has no connection to work with; `psa/middleware.py` answers with the page."""

    def __init__(self) -> None:
        super().__init__(
            "There is no PSA connection. An administrator can set one up under Account, "
            "Integrations."
        )


def working_connection(account: Account) -> PsaConnection:
    """Return the connection that the account works with, or raise NotConnected.

    For every view that needs one. Who can do without asks `connection_of`.
    """
    connection = connection_of(account)
    if connection is None:
        raise NotConnected
    return connection


def stored_connection(account: Account) -> PsaConnection | None:
    """Return the account's connection for those who administer it, paused or not."""
    return PsaConnection.objects.filter(account=account).first()


def get_connection(request: HttpRequest) -> PsaConnection:
    """Return the connection of the account that the request works in, or raise Http404."""
    connection = stored_connection(account_of(request))
    if connection is None:
        raise Http404
    return connection


def get_member_request(request: HttpRequest, request_id: int) -> MemberRequest:
    """Return what somebody of the account asked to be, or raise Http404."""
    requests = MemberRequest.objects.select_related("user", "connection__account")
    return get_object_or_404(requests, pk=request_id, connection=get_connection(request))


def get_people(account: Account, ids: Iterable[int]) -> dict[int, User]:
    """Return these people of the account by id, or raise Http404 if one is not of it."""
    wanted = set(ids)
    people = {user.pk: user for user in account.users.filter(pk__in=wanted)}
    if people.keys() != wanted:
        raise Http404
    return people


def get_post(request: HttpRequest, post_id: UUID) -> Post:
    """Return this post of the own account (any, for a super admin), or raise Http404."""
    posts = Post.objects.select_related("connection", "session_post__session")
    return get_object_or_404(reachable(request, posts), pk=post_id)


def get_creation(request: HttpRequest, creation_id: UUID, right: Right) -> TicketCreation:
    """Return a new ticket that somebody of the account asked for, with its connection.

    Raises Http404 for another account's (the same as for none), PermissionDenied in the own
    account without the right.
    """
    rows = TicketCreation.objects.select_related("connection")
    creation = get_object_or_404(reachable(request, rows), pk=creation_id)
    if not may(user_of(request), right):
        raise PermissionDenied
    return creation
