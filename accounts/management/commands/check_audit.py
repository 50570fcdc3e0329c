"""Checks whether an account's audit is whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import audit, people
from accounts.management.operator import told_to_operators


class Command(BaseCommand):
    """check_audit ACCOUNT"""

    help = "Check that no entry of an account's audit was changed or removed; status 1 if one was."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which account."""
        parser.add_argument("account", help="the account's name or id")

    def handle(self, **options: Any) -> None:
        """Read the chain from its start."""
        with told_to_operators():
            account = people.account_named(options["account"])
        verification = audit.verify(account)
        if not verification.is_whole:
            raise CommandError(f"The audit of {account} is broken. {verification.problem}")
        self.stdout.write(f"The audit of {account} is whole: {verification.entries} entries.")
