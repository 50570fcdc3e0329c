"""Send what waits in the outboxes, and find out what became of uncertain sendings and changes."""

import logging
import signal
from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from psa import keys
from psa.outbox import worker
from psa.outbox.kinds import KINDS

logger = logging.getLogger(__name__)


def passes() -> list[worker.Pass]:
    """Return what is repeated in a thread of its own, so that one never holds up another."""
    kinds: list[worker.Pass] = [
        partial(worker.run_batch, kind) for kind in KINDS for _ in range(kind.threads)
    ]
    return [*kinds, keys.run_batch]


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
        first, *rest = passes()
        others = [Thread(target=worker.run_until, args=(stop, each)) for each in rest]
        for thread in others:
            thread.start()
        worker.run_until(stop, first)
        for thread in others:
            thread.join()
        logger.info("outbox.stopped")

    def _once(self, stop: Event) -> None:
        """Repeat bounded passes until one finds nothing to do."""
        for kind in KINDS:
            done = self._work_off(stop, partial(worker.run_batch, kind))
            if done or kind.always_told:
                self.stdout.write(f"{kind.counted(done)} {kind.done}.")
        self._work_off(stop, keys.run_batch)

    def _work_off(self, stop: Event, batch: Callable[..., int]) -> int:
        total = 0
        while not stop.is_set():
            done = batch(keep_going=lambda: not stop.is_set())
            if not done:
                break
            total += done
        return total
