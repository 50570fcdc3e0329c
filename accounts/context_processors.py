"""What the shell around every page needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.permissions import Right, may


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the rights that the rail's links depend on, and whether this is the demo."""
    user = getattr(request, "user", None)
    return {
        "may_work": isinstance(user, User) and may(user, Right.WORK),
        "may_administer": isinstance(user, User) and may(user, Right.ADMINISTER),
        "demo": settings.DEMO,
    }
