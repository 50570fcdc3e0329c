"""`check_connection ACCOUNT`: does the stored connection work, and what may its key do?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.people import AccountUnknown, account_named
from psa import connections
from psa.access import stored_connection
from psa.models import PsaConnection
from psa.providers.errors import PsaError
from psa.providers.types import RightCheck

_ANSWERS = {True: "yes", False: "MISSING", None: "not tested, only a write would show it"}


class Command(BaseCommand):
    """Reads only; prints no secret."""

    help = "Tests an account's stored PSA connection and prints the rights of its API key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the account's name or id."""
        parser.add_argument("account", help="name or id of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found; exit status 1 if it cannot connect."""
        connection = _connection_named(options["account"])
        self.stdout.write(
            f"{connection.account}: {connection.get_provider_display()} at {connection.site_url}, "
            f"company {connection.company_id}"
        )
        try:
            report = connections.test(connection)
            self.stdout.write(
                f"Connected to {report.company_name}, version {report.version}, "
                f"in {report.latency_ms} ms."
            )
            rights = connections.check_rights(connection)
        except PsaError as error:
            raise CommandError(error.sentence) from None
        for check in rights:
            self.stdout.write(_line(check))


def _connection_named(name: str) -> PsaConnection:
    try:
        account = account_named(name)
    except AccountUnknown as error:
        raise CommandError(str(error)) from None
    connection = stored_connection(account)
    if connection is None:
        raise CommandError(
            f"{account} has no PSA connection. An administrator sets one up under Account, "
            "Integrations."
        )
    return connection


def _line(check: RightCheck) -> str:
    return f"  {check.right} ({check.needed_for}): {_ANSWERS[check.granted]}"
