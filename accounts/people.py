"""Adding accounts and people, as the commands and later the team page do it."""

import secrets
from difflib import get_close_matches

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

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
    create_user(account, owner_email, Role.OWNER, password)
    return account


def create_user(account: Account, email: str, role: Role, password: str) -> User:
    """Return a new person of the account; raises ValidationError as `create_account` does.

    The name is what stands before the @ until somebody enters a better one.
    """
    email = email.strip().lower()
    user = User(email=email, name=email.partition("@")[0][:150], account=account, role=role)
    user.set_password(password)
    user.full_clean()
    validate_password(password, user)
    user.save()
    return user


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
