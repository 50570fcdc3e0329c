"""Roles changed, people deactivated and brought back, an account handed to its next owner.

Whoever decides is looked at again under a lock on the account's owners: two owners who take
the role from each other at the same moment never leave an account without one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from accounts import audit, invitations, log_ins, notices
from accounts.models import Account, Role, User
from accounts.permissions import may_give
from accounts.signals import person_left


class TeamRefused(Exception):
    """The change was not made; the sentence says why, and what to do instead."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class _Locked:
    """Who decides about whom in which account, as it stands until the change is committed."""

    actor: User
    person: User
    account: Account
    owners: list[User]

    def keep_an_owner(self) -> None:
        """Refuse what would leave the account without an active owner."""
        if self.owners == [self.person]:
            raise TeamRefused(
                f"{self.person} is the only owner. Make somebody else an owner first, "
                "so that the account is not locked."
            )

    def record(self, action: str, *, before: dict[str, str], after: dict[str, str]) -> None:
        """Write the change into the audit."""
        audit.record(self.account, self.actor, action, str(self.person), before=before, after=after)


def change_role(actor: User, person: User, role: Role, seen: str) -> None:
    """Give the person this role; `seen` is the one that the form showed. Raises TeamRefused."""
    with _locked(actor, person) as locked:
        before = Role(locked.person.role)
        if before == role:
            return
        if before != seen:
            raise TeamRefused(
                f"Somebody made {person} {before.label} meanwhile. Look again before you change it."
            )
        if not may_give(locked.actor, role):
            raise TeamRefused(f"Only an owner makes somebody {role.label}.")
        locked.keep_an_owner()
        _write(locked.person, person, role=role)
        notices.tell(
            locked.person,
            f"{locked.actor} made you {role.label} in {locked.account}. Before, you were "
            f"{before.label}.",
        )
        invitations.withdraw_those_of(locked.actor, locked.person)
        locked.record(
            "user.role_changed", before={"role": before.label}, after={"role": role.label}
        )


def deactivate(actor: User, person: User) -> None:
    """End the person's log-ins at once and let nobody in under this address any more.

    What the person wrote and posted stays; see `signals.person_left` for what goes. Raises
    TeamRefused.
    """
    with _locked(actor, person) as locked:
        if not locked.person.is_active:
            return
        locked.keep_an_owner()
        _write(locked.person, person, is_active=False, log_in_epoch=locked.person.log_in_epoch + 1)
        log_ins.end_all(locked.person)
        invitations.withdraw_those_of(locked.actor, locked.person)
        person_left.send(sender=User, person=locked.person)
        locked.record("user.deactivated", before={"active": "yes"}, after={"active": "no"})


def reactivate(actor: User, person: User) -> None:
    """Let the person log in again, with the role and password of before. Raises TeamRefused."""
    with _locked(actor, person) as locked:
        if locked.person.is_active:
            return
        _write(locked.person, person, is_active=True)
        locked.record("user.reactivated", before={"active": "no"}, after={"active": "yes"})


def transfer(actor: User, person: User) -> None:
    """Make the person the owner in the actor's place, who stays as an admin.

    Raises TeamRefused.
    """
    with _locked(actor, person) as locked:
        if locked.actor not in locked.owners:
            raise TeamRefused("Only an owner of this account can transfer it.")
        if not locked.person.is_active:
            raise TeamRefused(f"{person} is deactivated. Re-activate them first.")
        _write(locked.person, person, role=Role.OWNER)
        _write(locked.actor, actor, role=Role.ADMIN)
        notices.tell(
            locked.person, f"{locked.actor} made you the owner of {locked.account} in their place."
        )
        notices.tell(
            locked.actor, f"You made {person} the owner of {locked.account}. You are Admin now."
        )
        invitations.withdraw_those_of(locked.actor, locked.actor)
        audit.record(
            locked.account,
            locked.actor,
            "account.transferred",
            locked.account.name,
            before={"owner": str(actor)},
            after={"owner": str(person)},
        )


@contextmanager
def _locked(actor: User, person: User) -> Iterator[_Locked]:
    """Hold both people and all owners as they stand now; raises TeamRefused."""
    if actor == person:
        raise TeamRefused("This is your own log-in. Another owner or admin changes it for you.")
    if person.is_superuser:
        raise TeamRefused("A super admin belongs to no team. Only the server's operators can help.")
    with transaction.atomic():
        owners = Q(account=person.account_id, role=Role.OWNER)
        rows = {
            row.pk: row
            for row in User.objects.select_for_update(no_key=True)
            .filter(owners | Q(pk__in=[actor.pk, person.pk]))
            .order_by("pk")
        }
        acting, concerned = rows[actor.pk], rows[person.pk]
        if not may_give(acting, concerned.role):
            raise TeamRefused(f"You may not change {person} any more. Ask an owner.")
        account = Account.objects.get(users=person)
        active = [
            row
            for row in rows.values()
            if row.role == Role.OWNER and row.is_active and row.account_id == account.pk
        ]
        yield _Locked(acting, concerned, account, active)


def _write(locked: User, shown: User, **values: object) -> None:
    """Write the values to the row, and to the object that the caller shows."""
    for name, value in values.items():
        setattr(locked, name, value)
        setattr(shown, name, value)
    locked.save(update_fields=list(values))
