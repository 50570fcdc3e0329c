"""Forget by age what nobody needs any more: unsubmitted texts, ended log-ins, removed files."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import log_ins
from sessions_app import drafts
from sessions_app.files import forgetting
from sessions_app.files.store import FilesAway

# Whoever comes back to a form after half a year does not look for its half sentence.
DRAFT_DAYS = 180
# A step that was removed by mistake is missed within weeks.
FILE_DAYS = 30


class Command(BaseCommand):
    """Harmless at any time and as often as one likes; once a day is enough."""

    help = (
        "Removes drafts that nobody has touched for a long time, log-ins that have ended, files "
        "that were removed, alone or with their step, and what is stored but belongs to nothing. "
        "Sessions, posts, changes of tickets and the audit are never removed. What the cache "
        "holds expires by itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare how long each is kept."""
        parser.add_argument(
            "--draft-days",
            type=int,
            default=DRAFT_DAYS,
            metavar="DAYS",
            help=f"how long an untouched draft is kept (default {DRAFT_DAYS}, at least 1)",
        )

        parser.add_argument(
            "--file-days",
            type=int,
            default=FILE_DAYS,
            metavar="DAYS",
            help=f"how long a removed file is kept (default {FILE_DAYS}, at least 1)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Remove what is too old, and say how much that was."""
        days = options["draft_days"]
        if days < 1:
            raise CommandError("--draft-days must be 1 or more: drafts of today are being typed.")
        file_days = options["file_days"]
        if file_days < 1:
            raise CommandError("--file-days must be 1 or more: what is removed can be restored.")
        now = timezone.now()
        forgotten = drafts.prune(now - timedelta(days=days))
        ended = log_ins.prune(now)
        self.stdout.write(f"{forgotten} old drafts and {ended} ended log-ins removed.")
        try:
            files = forgetting.prune(now - timedelta(days=file_days))
        except FilesAway:
            raise CommandError(
                "The storage of files does not answer, or refuses: no more of them were removed. "
                "The log says what it said; run this again later."
            ) from None
        self.stdout.write(f"{files} files removed.")
