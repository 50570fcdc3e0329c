"""Adds a person to an account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import people
from accounts.management.operator import add_password_argument, password_from, told_to_operators
from accounts.models import Role


class Command(BaseCommand):
    """create_user ACCOUNT EMAIL --role owner|admin|engineer|viewer [--password-env VAR]"""

    help = "Add a person to an account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what the contract promises."""
        parser.add_argument("account", help="the account's name or id")
        parser.add_argument("email")
        parser.add_argument("--role", required=True, help=" | ".join(Role.values))
        add_password_argument(parser)

    def handle(self, **options: Any) -> None:
        """Create the person."""
        if options["role"] not in Role.values:
            known = ", ".join(Role.values)
            raise CommandError(f"There is no role “{options['role']}”. There are: {known}.")
        password, show = password_from(options["password_env"])
        with told_to_operators():
            account = people.account_named(options["account"])
            role = Role(options["role"])
            user = people.create_user(account, options["email"], role, password)
        self.stdout.write(f"Created {role.label.lower()} {user.email} in {account.name}")
        if show:
            self.stdout.write(f"One-time password, shown only now: {password}")
