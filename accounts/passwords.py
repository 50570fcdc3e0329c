"""Passwords: changed by who knows the old one, or chosen anew through a link.

A link is made for one person, by an administrator or for who asks under the own address. Its
token is Django's: it works until the password changes, the person logs in or a day has passed.
"""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import QuerySet

from accounts import audit, log_ins, notices
from accounts.models import User


class LinkRefused(Exception):
    """No link was made; the sentence says why, and what to do instead."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class LinkOver(Exception):
    """The link leads to nobody, or not any more."""


class _Tokens(PasswordResetTokenGenerator):
    """Tokens that end with a person's log-ins, so that deactivating ends them as well."""

    key_salt = "accounts.passwords"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.log_in_epoch}"


_tokens = _Tokens()


@transaction.atomic
def make_link(actor: User, person: User) -> str:
    """Return the token of a link to a new password, made by an administrator.

    Raises LinkRefused.
    """
    if actor == person:
        raise LinkRefused("This is your own log-in. Change its password under your name.")
    if person.is_superuser:
        raise LinkRefused("A super admin's password is changed by the server's operators alone.")
    if not person.is_active or person.account is None:
        raise LinkRefused(f"{person} is deactivated. Re-activate them first.")
    audit.record(person.account, actor, "user.password_link_made", str(person))
    return token_for(person)


def token_for(person: User) -> str:
    """Return what lets whoever has it choose this person's password."""
    return _tokens.make_token(person)


def somebody_with(email: str) -> User | None:
    """Return who may be sent a link under this address; super admins are helped by operators."""
    return _people().filter(email=email.strip().lower()).first()


def opened_by(user_id: int, token: str) -> User:
    """Return whose password may be chosen with this token. Raises LinkOver."""
    return _opened(_people(), user_id, token)


@transaction.atomic
def choose(user_id: int, token: str, password: str) -> User:
    """Give the person of this token another password, which ends every log-in there is.

    The password was held to the rules already. Raises LinkOver.
    """
    # Looked at under the lock: a double click chooses once.
    person = _opened(_people().select_for_update(of=("self",)), user_id, token)
    change(person, password)
    return person


@transaction.atomic
def change(person: User, password: str) -> None:
    """Give the person another password, which ends every log-in there is.

    The password was held to the rules already.
    """
    person.set_password(password)
    person.save(update_fields=["password"])
    log_ins.end_all(person)
    notices.tell(person, "Your password was changed, and every other log-in of yours ended.")
    # A super admin stands outside of all accounts, whose audits these are.
    if person.account:
        audit.record(person.account, person, "user.password_changed", str(person))


def _people() -> QuerySet[User]:
    return User.objects.filter(is_active=True).exclude(account=None).select_related("account")


def _opened(people: QuerySet[User], user_id: int, token: str) -> User:
    person = people.filter(pk=user_id).first()
    if person is None or not _tokens.check_token(person, token):
        raise LinkOver
    return person
