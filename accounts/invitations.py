"""Invitations: made, renewed, withdrawn, and accepted once.

Who joins is decided by the link. Whoever may not give a role may not see a link that gives it.
"""

from collections.abc import Iterable

from django.core.signing import BadSignature
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit, people
from accounts.models import Account, Invitation, Role, User
from accounts.models.invitation import a_week_from_now, new_nonce, signer
from accounts.permissions import may_give

# More than anybody invites at once; the team page shows all of them.
MOST_OPEN = 100


class InvitationRefused(Exception):
    """Nobody was invited; the sentence says why, beside the form's `field` ("" for all)."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        self.sentence = sentence
        super().__init__(sentence)


class InvitationUnknown(Exception):
    """No invitation has this link."""


class InvitationOver(Exception):
    """The link was good once; the sentence says why it is not, and what to do."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def open_ones(account: Account) -> QuerySet[Invitation]:
    """Return the invitations that were neither accepted nor withdrawn, the newest first."""
    return Invitation.objects.filter(
        account=account, accepted_at=None, withdrawn_at=None
    ).select_related("invited_by")


def invite(account: Account, actor: User, email: str, role: Role) -> Invitation:
    """Return an open invitation for the address; one that was open already is renewed.

    Raises InvitationRefused.
    """
    email = email.strip().lower()
    if not may_give(actor, role):
        raise InvitationRefused("role", f"Only an owner invites somebody as {role.label}.")
    if known := User.objects.filter(email=email).first():
        raise InvitationRefused("email", _already_there(known, account))
    try:
        with transaction.atomic():
            known_one = open_ones(account).filter(email=email).select_for_update(of=("self",))
            invitation = known_one.first()
            if invitation is None:
                _keep_room(account)
                invitation = Invitation.objects.create(
                    account=account, email=email, role=role, invited_by=actor
                )
                sent = {"role": role.label}
                audit.record(account, actor, "invitation.sent", email, after=sent)
            else:
                _renew(invitation, actor, role)
    except IntegrityError:
        # Another administrator invited the same address at the same moment.
        raise InvitationRefused("email", "This address was invited just now. Reload.") from None
    return invitation


def renew(invitation: Invitation, actor: User) -> Invitation:
    """Give the invitation a new link for another week; the old link ends.

    Returns it as it stands now. Raises InvitationRefused.
    """
    with transaction.atomic():
        locked = _still_open(invitation, actor)
        _renew(locked, actor, Role(locked.role))
        return locked


def withdraw(invitation: Invitation, actor: User) -> None:
    """End the link. Raises InvitationRefused."""
    with transaction.atomic():
        _withdraw([_still_open(invitation, actor)], actor)


def withdraw_those_of(actor: User, person: User) -> None:
    """End the links that somebody made to a role that they may not give any more."""
    account = Account.objects.get(users=person)
    made = open_ones(account).filter(invited_by=person).select_for_update(of=("self",))
    _withdraw([each for each in made if not may_give(person, each.role)], actor)


def opened_by(token: str) -> Invitation:
    """Return the open invitation of this link. Raises InvitationUnknown or InvitationOver."""
    try:
        key, _, nonce = signer().unsign(token).partition("-")
        invitation = Invitation.objects.select_related("account", "invited_by").get(pk=int(key))
    except (BadSignature, Invitation.DoesNotExist):
        raise InvitationUnknown from None
    if invitation.accepted_at:
        raise InvitationOver("This invitation was used already. Log in with your password.")
    if invitation.withdrawn_at:
        raise InvitationOver(f"This invitation was withdrawn. {_ASK}")
    if invitation.nonce != nonce:
        raise InvitationOver("A newer link replaced this one. Use the last one you were sent.")
    if invitation.is_expired:
        raise InvitationOver(f"This invitation has expired. {_ASK}")
    return invitation


def accept(token: str, name: str, password: str) -> User:
    """Return the new person; the link has done its work then.

    Raises InvitationUnknown and InvitationOver, and ValidationError for a weak password.
    """
    try:
        with transaction.atomic():
            key = opened_by(token).pk
            # Looked at again under the lock: a double click joins once.
            Invitation.objects.select_for_update().get(pk=key)
            invitation = opened_by(token)
            if User.objects.filter(email=invitation.email).exists():
                raise InvitationOver(_HAS_LOG_IN)
            account = invitation.account
            user = people.add(account, invitation.email, invitation.role, password, name)
            invitation.accepted_at = timezone.now()
            invitation.save(update_fields=["accepted_at"])
            role = {"role": Role(invitation.role).label}
            audit.record(account, user, "invitation.accepted", user.email, after=role)
    except IntegrityError:
        raise InvitationOver(_HAS_LOG_IN) from None
    return user


_ASK = "Ask who invited you for a new one."
_HAS_LOG_IN = "There is a log-in with this address already. Log in with its password."


def _already_there(known: User, account: Account) -> str:
    if known.account_id != account.pk:
        return (
            "This address has a log-in outside this account, and an address has only one. "
            "Invite another address."
        )
    if known.is_active:
        return f"{known} belongs to the team already, as {known.get_role_display()}."
    return f"{known} belongs to the team but is deactivated. Re-activate them instead."


def _keep_room(account: Account) -> None:
    if open_ones(account).count() >= MOST_OPEN:
        raise InvitationRefused(
            "", f"{MOST_OPEN} invitations are open. Withdraw those that nobody needs any more."
        )


def _still_open(invitation: Invitation, actor: User) -> Invitation:
    """Return the row, locked. Raises InvitationRefused."""
    locked = (
        open_ones(invitation.account)
        .filter(pk=invitation.pk)
        .select_for_update(of=("self",))
        .first()
    )
    if locked is None:
        raise InvitationRefused("", "This invitation was accepted or withdrawn meanwhile.")
    if not may_give(actor, locked.role):
        raise InvitationRefused("", "Only an owner changes an owner's invitation.")
    return locked


def _renew(invitation: Invitation, actor: User, role: Role) -> None:
    """Make a new link; the caller holds the row."""
    if not may_give(actor, invitation.role):
        raise InvitationRefused("email", "An owner invited this address as an owner already.")
    before = {"role": Role(invitation.role).label}
    invitation.role, invitation.invited_by = role, actor
    invitation.nonce, invitation.expires_at = new_nonce(), a_week_from_now()
    invitation.save()
    audit.record(
        invitation.account,
        actor,
        "invitation.renewed",
        invitation.email,
        before=before,
        after={"role": role.label},
    )


def _withdraw(invitations: Iterable[Invitation], actor: User) -> None:
    for invitation in invitations:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
        role = {"role": Role(invitation.role).label}
        audit.record(
            invitation.account, actor, "invitation.withdrawn", invitation.email, before=role
        )
