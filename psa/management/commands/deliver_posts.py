"""Send what waits in the outbox, and find out what became of uncertain sendings."""

import logging
import signal
from threading import Event, Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from psa import posting

logger = logging.getLogger(__name__)


# A call that hangs holds one of them; the posts of other PSAs go on in the others.
THREADS = 4


class Command(BaseCommand):
    """Several may run side by side; none sends the same post as another."""

    help = (
        "Sends what waits in the outbox and reconciles what is unknown. Loops until SIGTERM or "
        "SIGINT, which ends it after the post that is being sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare --once."""
        parser.add_argument(
            "--once", action="store_true", help="work off what is due now, then end"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Work off the outbox, once or until told to stop."""
        stop = Event()
        before = {
            number: signal.signal(number, lambda *_: stop.set())
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            if options["once"]:
                self._once(stop)
            else:
                self._loop(stop)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _loop(self, stop: Event) -> None:
        """Work in several threads until told to stop, this one among them."""
        logger.info("outbox.started")
        others = [Thread(target=posting.run_until, args=(stop,)) for _ in range(THREADS - 1)]
        for thread in others:
            thread.start()
        posting.run_until(stop)
        for thread in others:
            thread.join()
        logger.info("outbox.stopped")

    def _once(self, stop: Event) -> None:
        """Repeat bounded passes until one finds nothing to do."""
        total = 0
        while not stop.is_set():
            done = posting.run_batch(keep_going=lambda: not stop.is_set())
            if not done:
                break
            total += done
        self.stdout.write(f"{total} post{'' if total == 1 else 's'} worked on.")
