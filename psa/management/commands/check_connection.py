"""`check_connection ACCOUNT`: does the stored connection work, and what may its key do?"""

from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.people import AccountUnknown, account_named
from psa import connections, rights
from psa.access import stored_connection
from psa.models import PsaConnection
from psa.providers.errors import PsaError
from psa.providers.types import FunctionCheck, Reach, RightCheck, RightsReport

_REACH = {
    Reach.WORKS: "works",
    Reach.READ_ONLY: "READ ONLY",
    Reach.MISSING: "MISSING",
    Reach.NOT_TESTED: "not tested",
}


class Command(BaseCommand):
    """Reads only, unless a ticket to write on is named; prints no secret."""

    help = (
        "Tests an account's stored PSA connection and prints, for each function, what its API key "
        "lacks and where to grant it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the account's name or id, and a ticket that may be written on."""
        parser.add_argument("account", help="name or id of the account")
        parser.add_argument(
            "--write-on-ticket",
            metavar="NUMBER",
            help="also test writing: adds an internal note to this ticket, and sets it to the "
            "status that it has",
        )
        parser.add_argument(
            "--as", dest="email", metavar="EMAIL", help="who asks for it, one of the account"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found; exit status 1 if it cannot connect."""
        connection = _connection_named(options["account"])
        self.stdout.write(
            f"{connection.account}: {connection.setup.product} at {connection.site_url}, "
            f"company {connection.company_id}"
        )
        try:
            report = connections.test(connection)
            self.stdout.write(
                f"Connected to {report.company_name}, version {report.version}, "
                f"in {report.latency_ms} ms."
            )
            if options["write_on_ticket"]:
                self._write(connection, options["write_on_ticket"], options["email"])
            table = rights.check(connection, again=True)
        except PsaError as error:
            raise CommandError(error.sentence) from None
        for line in _lines(table):
            self.stdout.write(line)

    def _write(self, connection: PsaConnection, ticket_id: str, email: str | None) -> None:
        """Write on the ticket, in the name of somebody of the account."""
        people = User.objects.filter(account=connection.account, is_active=True)
        user = people.filter(email=(email or "").strip().lower()).first()
        if user is None:
            raise CommandError("Name somebody of the account who asks for it: --as EMAIL.")
        tried = rights.try_writing(connection, user, ticket_id, uuid4())
        for what, row in (("Note on", tried.note), ("Same status of", tried.status)):
            outcome = f"{what} #{ticket_id}: {row.get_state_display()}. {row.error}"
            self.stdout.write(outcome.strip())


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


def _lines(report: RightsReport) -> list[str]:
    lines = [_line(function) for function in report.functions]
    if report.surplus:
        lines.append("The key reads more than it needs; in its security role set:")
    return lines + [f"  {_where(right)}" for right in report.surplus]


def _line(function: FunctionCheck) -> str:
    line = f"  {_REACH[function.reach]:<12}{function.name}"
    if function.lacking:
        return f"{line} (grant {'; '.join(map(_where, function.lacking))})"
    if function.untested:
        return f"{line} (not known: {'; '.join(map(str, function.untested))})"
    return line


def _where(right: RightCheck) -> str:
    return f"{right.area}, {right.verb} Level: {right.level}"
