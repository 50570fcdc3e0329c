"""Another e-mail address for a log-in, which its person confirms through a link.

Whoever asks for it, the person or an administrator, changes nothing: the link leads to a page
that wants the person's password. An address decides who somebody is in the PSA, so nobody
takes one that they cannot read, or that an administrator did not give them.
"""

from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.core import signing
from django.db import IntegrityError, transaction

from accounts import audit, notices
from accounts.models import User

VALID_FOR = timedelta(days=1)
_SALT = "accounts.emails"


class EmailRefused(Exception):
    """No link was made, or nothing was changed; the sentence says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class LinkOver(Exception):
    """The link leads nowhere, or not any more."""


@transaction.atomic
def make_link(actor: User, person: User, email: str) -> str:
    """Return the token of a link with which the person takes this address.

    It works for a day, until their address or their log-ins change. Raises EmailRefused.
    """
    email = email.strip().lower()
    if person.is_superuser and actor != person:
        raise EmailRefused("A super admin belongs to no team. Only they change their address.")
    if not person.is_active:
        raise EmailRefused(f"{person} is deactivated. Re-activate them first.")
    if email == person.email:
        raise EmailRefused("This is the address already. Enter the new one.")
    _keep_free(email)
    if person.account:
        change = {"before": {"e-mail": person.email}, "after": {"e-mail": email}}
        audit.record(person.account, actor, "user.email_link_made", str(person), **change)
    held = [person.pk, person.email, email, person.log_in_epoch]
    return signing.dumps(held, salt=_SALT)


def opened_by(token: str) -> tuple[User, str]:
    """Return who takes which address with this token. Raises LinkOver."""
    try:
        held = signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        raise LinkOver from None
    user_id, before, email, epoch = held
    people = User.objects.filter(is_active=True).select_related("account")
    person = people.filter(pk=user_id, email=before, log_in_epoch=epoch).first()
    if person is None:
        raise LinkOver
    return person, email


def confirm(token: str, password: str) -> User:
    """Give the person of this token the address; return them.

    Raises LinkOver, and EmailRefused for a wrong password and an address taken meanwhile.
    """
    person, email = opened_by(token)
    # Outside of the transaction: it takes a while on purpose.
    if not check_password(password, person.password):
        raise EmailRefused("That is not your password. Enter it again.")
    try:
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=person.pk)
            person, email = opened_by(token)
            before, person.email = person.email, email
            person.save(update_fields=["email"])
            _tell(person, before)
    except IntegrityError:
        raise EmailRefused(_TAKEN) from None
    return person


_TAKEN = "Another log-in has this address, and an address has only one. Use another."


def _keep_free(email: str) -> None:
    if User.objects.filter(email=email).exists():
        raise EmailRefused(_TAKEN)


def _tell(person: User, before: str) -> None:
    notices.tell(
        person,
        f"You log in as {person.email} from now on. Before, your address was {before}.",
        also_to=[before],
    )
    if person.account:
        change = {"before": {"e-mail": before}, "after": {"e-mail": person.email}}
        audit.record(person.account, person, "user.email_changed", str(person), **change)
