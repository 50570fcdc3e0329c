"""`manage.py seed_demo`: fill an empty database with the demo's people and sessions."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from sessions_app import demo


class Command(BaseCommand):
    """Fills the demo; refuses any place that people may really work in."""

    help = "Fill an empty database with the demo (DEMO=1 only; the simulator must be running)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare where the simulator answers."""
        parser.add_argument("--site", default="http://127.0.0.1:9400")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed; the demo's passwords are public, so they must not meet real people."""
        if not settings.DEMO:
            raise CommandError("Set DEMO=1: the demo's log-ins are known to everybody.")
        if User.objects.exists():
            raise CommandError("This database has people already. The demo wants an empty one.")
        demo.seed(options["site"])
