"""How long a request waited for somebody else's server: time that is not our own.

Counted at the socket, so that everything around it (building a request, its pool, reading
JSON) counts as ours.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

_clock = time.perf_counter


class Waited:
    """Sums up the seconds in which at least one call was waiting; thread-safe.

    Calls side by side count once: what a person waits for is the longest of them.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._waiting = 0
        self._since = 0.0
        self._lock = Lock()

    def begin(self) -> None:
        """Count one more call that waits."""
        with self._lock:
            if not self._waiting:
                self._since = _clock()
            self._waiting += 1

    def end(self) -> None:
        """Count one call less."""
        with self._lock:
            self._waiting -= 1
            if not self._waiting:
                self.seconds += _clock() - self._since


_waited: ContextVar[Waited | None] = ContextVar("waited", default=None)


@contextmanager
def measured() -> Iterator[Waited]:
    """Add up what is waited inside, also by threads that run in a copy of this context."""
    waited = Waited()
    token = _waited.set(waited)
    try:
        yield waited
    finally:
        _waited.reset(token)


@contextmanager
def waiting() -> Iterator[None]:
    """Count the time inside as waiting; where nobody measures, do nothing."""
    waited = _waited.get()
    if waited is None:
        yield
        return
    waited.begin()
    try:
        yield
    finally:
        waited.end()
