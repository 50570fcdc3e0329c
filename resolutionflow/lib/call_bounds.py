"""What calls through the HTTP door may take: seconds until a deadline, and bytes.

Bounds inside others never extend them: what is read inside counts for all that are around it.
They are kept in a context variable, so that threads which run in a copy of the caller's context
(`side_by_side`) share them.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from threading import Lock

# Seconds.
TOTAL = 25.0
# Bytes of all answers together: a list has several pages.
MOST_TOGETHER = 96 * 1024 * 1024

_clock = time.monotonic


class Bounds:
    """A deadline in so many seconds, and how many bytes may still be read; thread-safe."""

    def __init__(self, seconds: float = TOTAL, most_bytes: int = MOST_TOGETHER) -> None:
        around = _bounds.get()
        ends = _clock() + seconds
        self.ends: float = ends if around is None else min(ends, around.ends)
        self._around = around
        self._left = most_bytes
        self._lock = Lock()

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Bound what is done inside. A generator applies them anew for each of its steps."""
        token = _bounds.set(self)
        try:
            yield
        finally:
            _bounds.reset(token)

    def take(self, size: int) -> bool:
        """Count bytes that were read, and return whether they were still allowed."""
        with self._lock:
            self._left -= size
            allowed = self._left >= 0
        return (self._around is None or self._around.take(size)) and allowed

    @property
    def are_spent(self) -> bool:
        """Whether more was read than these bounds allow."""
        return self._left < 0

    def allow(self, more: int) -> None:
        """Allow more bytes, as far as the bounds around these do."""
        with self._lock:
            self._left += more


_bounds: ContextVar[Bounds | None] = ContextVar("call_bounds", default=None)


def deadline(seconds: float = TOTAL) -> AbstractContextManager[None]:
    """Bound everything done through the door inside, in seconds and bytes."""
    return Bounds(seconds).applied()


def time_left() -> float:
    """Return the seconds until the deadline (TOTAL where none is set)."""
    bounds = _bounds.get()
    return TOTAL if bounds is None else bounds.ends - _clock()


def step(timeout: float | None, late: type[Exception]) -> float:
    """Return the seconds that one step may take; raises `late` when none are left."""
    left = time_left()
    if left <= 0:
        raise late("The deadline of the call has passed.")
    return left if timeout is None else min(timeout, left)


def take(size: int) -> bool:
    """Count bytes that were read, and return whether all bounds around here allow them."""
    bounds = _bounds.get()
    return bounds is None or bounds.take(size)
