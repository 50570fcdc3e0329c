"""What the shell around every page needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.access import chosen_account
from accounts.models import User
from accounts.permissions import Right, may


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return whose account this is, the rights that the rail's links depend on, and the demo."""
    user = getattr(request, "user", None)
    return {
        "account_name": _account_name(request, user) if isinstance(user, User) else "",
        "may_work": isinstance(user, User) and may(user, Right.WORK),
        "may_administer": isinstance(user, User) and may(user, Right.ADMINISTER),
        "demo": settings.DEMO,
    }


def _account_name(request: HttpRequest, user: User) -> str:
    if user.is_superuser:
        return str(chosen_account(request) or "All accounts")
    return str(user.account)
