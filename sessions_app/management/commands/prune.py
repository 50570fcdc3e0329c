"""Forget by age what nobody needs any more: unsubmitted texts and ended log-ins."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import log_ins
from sessions_app import drafts

# Whoever comes back to a form after half a year does not look for its half sentence.
DRAFT_DAYS = 180


class Command(BaseCommand):
    """Harmless at any time and as often as one likes; once a day is enough."""

    help = (
        "Removes drafts that nobody has touched for a long time, and log-ins that have ended. "
        "Sessions, posts, changes of tickets and the audit are never removed. What the cache "
        "holds expires by itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --draft-days."""
        parser.add_argument(
            "--draft-days",
            type=int,
            default=DRAFT_DAYS,
            metavar="DAYS",
            help=f"how long an untouched draft is kept (default {DRAFT_DAYS}, at least 1)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Remove what is too old, and say how much that was."""
        days = options["draft_days"]
        if days < 1:
            raise CommandError("--draft-days must be 1 or more: drafts of today are being typed.")
        now = timezone.now()
        forgotten = drafts.prune(now - timedelta(days=days))
        ended = log_ins.prune(now)
        self.stdout.write(f"{forgotten} old drafts and {ended} ended log-ins removed.")
