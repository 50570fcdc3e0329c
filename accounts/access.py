"""The gate at the front of every view: whose account, and with which right.

Views start here, before they look anything up. Everybody works in the own account. A super
admin stands outside: lists show all accounts until one is chosen, objects open wherever they
belong, and a page that needs one account uses the chosen one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from accounts.models import Account, Invitation, User
from accounts.permissions import Right, may, may_give

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

_CHOSEN = "account_id"


class AccountNotChosen(Exception):
    """A super admin opened a page that needs one account; the middleware asks which."""


def user_of(request: HttpRequest) -> User:
    """Return the person who is logged in (the middleware let nobody else through)."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def account_of(request: HttpRequest) -> Account:
    """Return the account that this request works in.

    Raises AccountNotChosen for a super admin who has to choose between several first.
    """
    user = user_of(request)
    if user.is_superuser:
        return chosen_account(request) or _only_account()
    if user.account is None:  # pragma: no cover - a database constraint forbids it
        raise PermissionDenied
    return user.account


def chosen_account(request: HttpRequest) -> Account | None:
    """Return the account that a super admin chose, None without a choice that still exists."""
    chosen: int | None = request.session.get(_CHOSEN)
    return Account.objects.filter(pk=chosen).first() if chosen else None


def choose_account(request: HttpRequest, account: Account | None) -> None:
    """Work in this account from now on, or in none in particular."""
    request.session[_CHOSEN] = account.pk if account else None


def _only_account() -> Account:
    accounts = list(Account.objects.all()[:2])
    if len(accounts) != 1:
        raise AccountNotChosen
    return accounts[0]


def scoped(request: HttpRequest, queryset: QuerySet[M], field: str = "account") -> QuerySet[M]:
    """Return the rows that a list shows: those of the account, or of all for a super admin.

    `field` is the path from the row to its account, as a filter names it.
    """
    user = user_of(request)
    account: Any = user.account_id
    if user.is_superuser:
        account = chosen_account(request)
    if account is None and user.is_superuser:
        return queryset
    return queryset.filter(**{field: account})


def reachable(request: HttpRequest, queryset: QuerySet[M], field: str = "account") -> QuerySet[M]:
    """Return the rows that may be opened by their address; a super admin may open any."""
    user = user_of(request)
    return queryset if user.is_superuser else queryset.filter(**{field: user.account_id})


def get_person(request: HttpRequest, user_id: int, right: Right) -> User:
    """Return somebody of the account, for a person who has this right.

    Raises Http404 for somebody of another account, or of none, PermissionDenied without the
    right. To change an owner takes one: `permissions.may_give` knows.
    """
    people = User.objects.exclude(account=None).select_related("account")
    person = get_object_or_404(reachable(request, people), pk=user_id)
    if not may(user_of(request), right):
        raise PermissionDenied
    return person


def get_person_to_change(request: HttpRequest, user_id: int) -> User:
    """Return somebody whose role and log-in this person may change; raises as `get_person`."""
    person = get_person(request, user_id, Right.ADMINISTER)
    if not may_give(user_of(request), person.role):
        raise PermissionDenied
    return person


def get_invitation(request: HttpRequest, invitation_id: int) -> Invitation:
    """Return an invitation that this person may change; raises as `get_person`."""
    invitations = Invitation.objects.select_related("account")
    invitation = get_object_or_404(reachable(request, invitations), pk=invitation_id)
    if not may_give(user_of(request), invitation.role):
        raise PermissionDenied
    return invitation


def requires(right: Right) -> Callable[[View[P]], View[P]]:
    """Refuse the view with 403 unless the person has the right."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may(user_of(request), right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return gated

    return decorate
