"""Django's development server; the checks see the address that it is told to listen on."""

from typing import Any

from django.conf import settings
from whitenoise.runserver_nostatic.management.commands.runserver import Command as BaseCommand


class Command(BaseCommand):  # type: ignore[misc]  # WhiteNoise has no types
    """Refuses, as every start does, to show DEBUG's pages to other machines."""

    def inner_run(self, *args: Any, **options: Any) -> None:
        """Run the checks and serve: `runserver 0.0.0.0:8000` is no secret of the command line."""
        settings.BIND = [f"{self.addr}:{self.port}"]
        super().inner_run(*args, **options)
