"""`rotate_credentials`: seal every stored credential with the first of CREDENTIAL_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from psa import keys
from psa.credentials import CredentialsUnreadable
from psa.models import PsaConnection

_BAR = 40


class Command(BaseCommand):
    """Row by row, each in its own transaction: a run that was cut off goes on where it was."""

    help = (
        "Re-encrypts stored credentials with the first of CREDENTIAL_KEYS, all slots of every "
        "connection. May be ended at any moment and started again. Exit status 0: all are under "
        "the first key. 1: some could not be read, which are named, or CREDENTIAL_KEYS is wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how far it is, then the counts; exit status 1 if some could not be read."""
        resealed = unchanged = 0
        unreadable: list[str] = []
        rows = list(PsaConnection.objects.order_by("pk").values_list("pk", "account__name"))
        for number, (connection_id, account) in enumerate(rows, start=1):
            try:
                changed = keys.reseal(connection_id)
            except CredentialsUnreadable:
                unreadable.append(account)
            except PsaConnection.DoesNotExist:
                pass
            else:
                resealed += changed
                unchanged += not changed
            show_progress(self.stdout, number, len(rows))
        self.stdout.write(
            f"{resealed} re-encrypted, {unchanged} under the first key already, "
            f"{len(unreadable)} unreadable."
        )
        if unreadable:
            raise CommandError(
                f"No key of CREDENTIAL_KEYS opens the credentials of: "
                f"{', '.join(sorted(unreadable))}. Add the key that sealed them, or have them "
                "entered again."
            )


def show_progress(out: OutputWrapper, done: int, total: int) -> None:
    """Draw a bar on a terminal; elsewhere, as in a log, write a line for each tenth."""
    if out.isatty():
        bar = "█" * (done * _BAR // total)
        out.write(f"\r{bar:░<{_BAR}} {done} of {total}", ending="\n" if done == total else "")
        out.flush()
    elif total >= 10 and done * 10 // total > (done - 1) * 10 // total:
        out.write(f"{done} of {total}")
        out.flush()
