"""How people are called where two of an account have the same name: by their e-mail as well."""

from collections import Counter
from collections.abc import Callable

from django.http import HttpRequest

from accounts.models import User

_SEEN = "_shared_names"


def shared_names(account_id: int | None) -> frozenset[str]:
    """Return the names that more than one person of the account has, folded."""
    if account_id is None:
        return frozenset()
    names = User.objects.filter(account_id=account_id).order_by().values_list("name", flat=True)
    counted = Counter(name.casefold() for name in names)
    return frozenset(name for name, times in counted.items() if times > 1)


def shared_on(request: HttpRequest, account_id: int | None) -> frozenset[str]:
    """Return the same, read once for all that a page shows."""
    seen: dict[int | None, frozenset[str]] = request.__dict__.setdefault(_SEEN, {})
    if account_id not in seen:
        seen[account_id] = shared_names(account_id)
    return seen[account_id]


def told_apart(person: User, shared: frozenset[str], name: str = "") -> str:
    """Return the person's name, with the e-mail where others are called the same.

    `name` is what they were called at the time, if that is what is shown.
    """
    shown = name or str(person)
    is_known = shown.casefold() not in shared and (not name or name == person.name)
    return shown if is_known or shown == person.email else f"{shown} ({person.email})"


def labels_of(account_id: int | None) -> Callable[[User], str]:
    """Return what calls each person of the account in a list to choose from."""
    shared = shared_names(account_id)
    return lambda person: told_apart(person, shared)
