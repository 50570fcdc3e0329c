"""Send what waits in the outboxes, and find out what became of uncertain sendings and changes."""

import logging
import signal
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from psa import changes, creation, keys, posting

logger = logging.getLogger(__name__)


# A call that hangs holds one of them; the posts of other PSAs go on in the others.
THREADS = 4
# New tickets, and reading how changes of tickets came out, must not hold up posts: a thread each.
# So has forgetting keys that were kept for a day.
OTHERS = (creation.run_batch, changes.run_batch, keys.run_batch)


class Command(BaseCommand):
    """Several may run side by side; none sends the same post as another."""

    help = (
        "Sends what waits in the outbox and reconciles what is unknown: posts, new tickets and "
        "changes of tickets. Loops until SIGTERM or SIGINT, which ends it after the post that is "
        "being sent."
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
        others += [
            Thread(target=posting.run_until, args=(stop,), kwargs={"batch": batch})
            for batch in OTHERS
        ]
        for thread in others:
            thread.start()
        posting.run_until(stop)
        for thread in others:
            thread.join()
        logger.info("outbox.stopped")

    def _once(self, stop: Event) -> None:
        """Repeat bounded passes until one finds nothing to do."""
        posts = self._work_off(stop, posting.run_batch)
        self.stdout.write(f"{posts} post{'' if posts == 1 else 's'} worked on.")
        if created := self._work_off(stop, creation.run_batch):
            self.stdout.write(f"{created} new ticket{'' if created == 1 else 's'} worked on.")
        if settled := self._work_off(stop, changes.run_batch):
            self.stdout.write(f"{settled} change{'' if settled == 1 else 's'} of tickets checked.")
        self._work_off(stop, keys.run_batch)

    def _work_off(self, stop: Event, batch: Callable[..., int]) -> int:
        total = 0
        while not stop.is_set():
            done = batch(keep_going=lambda: not stop.is_set())
            if not done:
                break
            total += done
        return total
