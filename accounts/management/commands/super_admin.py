"""Deactivates a super admin, or lets them log in again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import super_admins


class Command(BaseCommand):
    """super_admin EMAIL deactivate|reactivate"""

    help = "Deactivate a super admin, whom no page can change, or let them log in again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare whom, and what is to be done."""
        parser.add_argument("email")
        parser.add_argument("change", choices=["deactivate", "reactivate"])

    def handle(self, **options: Any) -> None:
        """Make the change."""
        change = getattr(super_admins, options["change"])
        try:
            person = change(options["email"])
        except super_admins.SuperAdminUnknown as error:
            raise CommandError(str(error)) from error
        state = "can log in" if person.is_active else "is logged out everywhere and cannot log in"
        self.stdout.write(f"Super admin {person.email} {state}.")
