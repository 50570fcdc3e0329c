"""Adding accounts and people: by an operator's command, or by an accepted invitation."""

import secrets
from collections.abc import Mapping
from difflib import get_close_matches

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.models import Account, Role, User


class AccountUnknown(Exception):
    """No account has this name or id; the text says which names come near."""


def new_password() -> str:
    """Return a password to be handed over once: 20 characters, about 120 bits."""
    return secrets.token_urlsafe(15)


@transaction.atomic
def create_account(name: str, owner_email: str, password: str) -> Account:
    """Return a new account with its owner.

    Raises ValidationError for a name or e-mail that is taken or malformed, and for a weak
    password; nothing is kept then.
    """
    account = Account(name=name.strip())
    account.full_clean()
    account.save()
    audit.record(account, None, "account.created", account.name)
    create_user(account, owner_email, Role.OWNER, password)
    return account


@transaction.atomic
def create_user(account: Account, email: str, role: Role, password: str) -> User:
    """Return a new person of the account, as an operator adds one.

    Raises ValidationError as `create_account` does.
    """
    user = add(account, email, role, password)
    audit.record(account, None, "user.created", user.email, after={"role": role.label})
    return user


def add(account: Account, email: str, role: str, password: str, name: str = "") -> User:
    """Return a new person of the account; raises ValidationError.

    Without a name it is what stands before the @, until somebody enters a better one.
    """
    email = email.strip().lower()
    name = name or email.partition("@")[0][:150]
    user = User(email=email, name=name, account=account, role=role)
    user.set_password(password)
    user.full_clean()
    validate_password(password, user)
    user.save()
    return user


def set_time_zone(person: User, name: str) -> None:
    """Show this person times in the zone with this name from now on; UTC for ""."""
    person.time_zone = name
    person.save(update_fields=["time_zone"])


def matching(account: Account, wanted: Mapping[str, str]) -> QuerySet[User]:
    """Return the account's people who match, by name, those who may log in first.

    `wanted` may hold `q`, words of name or e-mail, and `show`: active or deactivated.
    """
    found = User.objects.filter(account=account)
    if show := wanted.get("show"):
        found = found.filter(is_active=show == "active")
    for word in wanted.get("q", "").split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return found.order_by("-is_active", "name", "pk")


def account_named(text: str) -> Account:
    """Return the account with this name (in any case) or this id; raises AccountUnknown."""
    accounts = Account.objects.all()
    account = accounts.filter(name__iexact=text.strip()).first()
    if account is None and text.isascii() and text.isdigit():
        account = accounts.filter(pk=min(int(text), 2**63 - 1)).first()
    if account is None:
        raise AccountUnknown(_what_comes_near(text, [str(account) for account in accounts]))
    return account


def _what_comes_near(text: str, names: list[str]) -> str:
    if not names:
        return f"There is no account “{text}”, and none at all yet: use create_account first."
    by_fold = {name.casefold(): name for name in names}
    near = [by_fold[fold] for fold in get_close_matches(text.casefold(), by_fold, n=5)]
    start = f"There is no account “{text}”. "
    if near:
        return start + f"Did you mean {' or '.join(near)}?"
    return start + f"There are: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}."
