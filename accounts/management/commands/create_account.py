"""Creates a tenant and its owner."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts import people
from accounts.management.operator import add_password_argument, password_from, told_to_operators


class Command(BaseCommand):
    """create_account NAME --owner EMAIL [--password-env VAR]"""

    help = "Create a new account and its owner."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what the contract promises."""
        parser.add_argument("name", help="the account's name, as its people know it")
        parser.add_argument("--owner", required=True, metavar="EMAIL")
        add_password_argument(parser)

    def handle(self, **options: Any) -> None:
        """Create both or nothing."""
        password, show = password_from(options["password_env"])
        with told_to_operators():
            account = people.create_account(options["name"], options["owner"], password)
        self.stdout.write(f"Created account {account.pk}: {account.name}")
        self.stdout.write(f"Owner: {account.users.get().email}")
        if show:
            self.stdout.write(f"One-time password, shown only now: {password}")
