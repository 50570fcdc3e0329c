"""Counters of events in fixed windows: in Redis, or in this process where Redis does not answer.

A window starts with its first event and is over after the rule's period. `limits` keeps the
counters in Redis: one Lua script increments and sets the expiry, so that processes never lose
an event to each other and no counter is left without an end.
"""

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from limits import RateLimitItem
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Counters that one process keeps at most, about 10 MB.
MOST_IN_PROCESS = 20_000
# Seconds that a Redis which failed is left alone, so that an outage does not slow each request.
PAUSE_AFTER_FAILURE = 5
_REDIS_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    # By default the client sleeps between three more attempts, which takes seconds.
    "retry": Retry(NoBackoff(), 0),
}


class ProcessMemory(Storage):
    """Counters of this process, in bounded memory.

    `limits.storage.MemoryStorage` has no bound and may lose events at the end of a window.
    """

    STORAGE_SCHEME = None

    def __init__(self, most: int = MOST_IN_PROCESS) -> None:
        super().__init__()
        self._most = most
        self._lock = Lock()
        self._counters: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Return no exception: memory does not fail."""
        return ()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` events, in a new window of `expiry` seconds if the last one is over."""
        now = time.time()
        with self._lock:
            count, end = self._counters.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + expiry
                self._make_room(now)
            self._counters[key] = count + amount, end
            return count + amount

    def get(self, key: str) -> int:
        """Return how many events the window holds; 0 when it is over."""
        count, end = self._counters.get(key, (0, 0.0))
        return count if end > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, in seconds since the epoch."""
        return self._counters.get(key, (0, time.time()))[1]

    def clear(self, key: str) -> None:
        """Forget the counter."""
        with self._lock:
            self._counters.pop(key, None)

    def reset(self) -> int:
        """Forget every counter; return how many there were."""
        with self._lock:
            there_were = len(self._counters)
            self._counters.clear()
            return there_were

    def check(self) -> bool:
        """Return True: memory always answers."""
        return True

    def _make_room(self, now: float) -> None:
        """Drop what is over; if that is not enough, the half that counted least.

        Somebody who floods the counters with new names drops other new names, and never a
        counter that is close to its limit.
        """
        if len(self._counters) < self._most:
            return
        alive = {key: value for key, value in self._counters.items() if value[1] > now}
        if len(alive) >= self._most:
            alive = dict(sorted(alive.items(), key=lambda item: item[1])[self._most // 2 :])
        self._counters = alive


class Counters:
    """Counts against rules: in the shared storage, and in this process while that fails."""

    def __init__(self, shared: Storage | None) -> None:
        self._shared = FixedWindowRateLimiter(shared) if shared else None
        self._own = FixedWindowRateLimiter(ProcessMemory())
        self._shared_again_at = 0.0

    def hit(self, rule: RateLimitItem, key: str) -> int:
        """Count one event; return the seconds until the next is allowed, 0 if this one is."""
        return self._ask(
            lambda limiter: 0 if limiter.hit(rule, key) else _seconds_left(limiter, rule, key)
        )

    def peek(self, rule: RateLimitItem, key: str) -> int:
        """Return what `hit` would, and count nothing."""
        return self._ask(
            lambda limiter: 0 if limiter.test(rule, key) else _seconds_left(limiter, rule, key)
        )

    def forget(self, rule: RateLimitItem, key: str) -> None:
        """Set the counter back to nothing."""
        self._ask(lambda limiter: limiter.clear(rule, key))

    def answer(self) -> bool:
        """Return whether events are counted where they should be; True without a Redis."""
        return self._shared is None or bool(self._shared.storage.check())

    def _ask(self, question: Callable[[RateLimiter], T]) -> T:
        if self._shared and time.monotonic() >= self._shared_again_at:
            try:
                return question(self._shared)
            except RedisError:
                self._shared_again_at = time.monotonic() + PAUSE_AFTER_FAILURE
                logger.exception("Redis does not answer: rate limits count in this process alone")
        return question(self._own)


def _seconds_left(limiter: RateLimiter, rule: RateLimitItem, key: str) -> int:
    """Return the rest of the window, rounded up; Redis tells whole seconds, rounded."""
    left = int(limiter.get_window_stats(rule, key).reset_time - time.time()) + 1
    return max(1, min(left, rule.get_expiry()))


def counters() -> Counters:
    """Return the counters of this process's settings."""
    return _counters(settings.COUNTERS_REDIS_URL)


@lru_cache(maxsize=4)
def _counters(url: str) -> Counters:
    return Counters(RedisStorage(url, key_prefix="rf", **_REDIS_OPTIONS) if url else None)
