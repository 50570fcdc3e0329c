"""`rotate_credentials`: seal every stored credential with the first of CREDENTIAL_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from psa import keys
from psa.credentials import CredentialsUnreadable
from psa.models import PsaConnection


class Command(BaseCommand):
    """Row by row, each in its own transaction: a run that was cut off goes on where it was."""

    help = "Re-encrypts stored credentials with the first of CREDENTIAL_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the counts; exit status 1 if some could not be read."""
        resealed = unchanged = 0
        unreadable: list[str] = []
        rows = PsaConnection.objects.order_by("account__name")
        for connection_id, account in list(rows.values_list("pk", "account__name")):
            try:
                changed = keys.reseal(connection_id)
            except CredentialsUnreadable:
                unreadable.append(account)
                continue
            except PsaConnection.DoesNotExist:
                continue
            resealed += changed
            unchanged += not changed
        self.stdout.write(
            f"{resealed} re-encrypted, {unchanged} under the first key already, "
            f"{len(unreadable)} unreadable."
        )
        if unreadable:
            raise CommandError(
                f"No key of CREDENTIAL_KEYS opens the credentials of: {', '.join(unreadable)}. "
                "Add the key that sealed them, or have them entered again."
            )
