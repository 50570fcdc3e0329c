"""Super admins stand outside all accounts, so no page changes them: operators do, by command."""

from django.db import transaction

from accounts import log_ins
from accounts.models import User


class SuperAdminUnknown(Exception):
    """No super admin has this address; the text says what to do."""


def deactivate(email: str) -> User:
    """End the super admin's log-ins and let nobody in under this address any more.

    Raises SuperAdminUnknown.
    """
    return _write(email, is_active=False)


def reactivate(email: str) -> User:
    """Let the super admin log in again, with the password of before; raises as `deactivate`."""
    return _write(email, is_active=True)


@transaction.atomic
def _write(email: str, *, is_active: bool) -> User:
    super_admins = User.objects.filter(is_superuser=True).select_for_update()
    person = super_admins.filter(email=email.strip().lower()).first()
    if person is None:
        raise SuperAdminUnknown(
            f"There is no super admin “{email}”. People of an account are deactivated on its "
            "Team page; createsuperuser makes a super admin."
        )
    if person.is_active != is_active:
        person.is_active = is_active
        person.log_in_epoch += 1
        person.save(update_fields=["is_active", "log_in_epoch"])
        log_ins.end_all(person)
    return person
