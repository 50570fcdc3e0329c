"""What a provider keeps in mind for a short while, so that one page does not ask twice."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The latest values of some keys, for `ttl` seconds; shared by threads, bounded in size."""

    def __init__(
        self, ttl: float, *, size: int = 1000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ttl = ttl
        self._size = size
        self._clock = clock
        self._kept: dict[K, tuple[float, V]] = {}
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """Return the value if it is recent enough, else None."""
        with self._lock:
            at, value = self._kept.get(key, (float("-inf"), None))
        return value if self._clock() - at < self._ttl else None

    def put(self, key: K, value: V) -> V:
        """Keep the value and return it; what was kept first makes room."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (self._clock(), value)
            if len(self._kept) > self._size:
                del self._kept[next(iter(self._kept))]
        return value
