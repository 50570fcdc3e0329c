"""The gate at the front of every view: whose account, and with which right.

Views start here, before they look anything up. A person without an account (a super
admin) works on one account by naming it; until one is named, such pages are 404 to them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.models import Account, User
from accounts.permissions import Right, may

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def user_of(request: HttpRequest) -> User:
    """Return the person who is logged in (the middleware let nobody else through)."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def account_of(request: HttpRequest) -> Account:
    """Return the account that this request works in, or raise Http404."""
    account = user_of(request).account
    if account is None:
        raise Http404
    return account


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
