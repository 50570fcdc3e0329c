"""Counts events in moving windows: in Redis, or in this process where Redis does not answer.

Of a rule "10 in a minute" no minute ever holds more than 10, whenever it is taken to begin.
`limits` keeps the events in Redis; one Lua script decides and counts, so that processes never
let two pass where one is left.
"""

import logging
import math
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any, Protocol, TypeVar

from django.conf import settings
from limits import RateLimitItem
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Names that one process keeps events of at most; some 10 MB.
MOST_IN_PROCESS = 20_000
# Seconds that a Redis which failed is left alone, so that an outage does not slow each request.
PAUSE_AFTER_FAILURE = 5
_REDIS_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    # By default the client sleeps between three more attempts, which takes seconds.
    "retry": Retry(NoBackoff(), 0),
}


class Windows(Protocol):
    """Somewhere that events are counted; each answer is the seconds to wait, 0 for none."""

    def hit(self, rule: RateLimitItem, key: str) -> int:
        """Count an event if the rule allows one now."""

    def peek(self, rule: RateLimitItem, key: str) -> int:
        """Answer as `hit` would, and count nothing."""

    def forget(self, rule: RateLimitItem, key: str) -> None:
        """Forget the events of this key."""

    def answers(self) -> bool:
        """Return whether events can be counted here now."""


class RedisWindows:
    """Events in Redis, shared by all processes. Every call may raise RedisError."""

    def __init__(self, url: str, prefix: str = "rf") -> None:
        self._storage = RedisStorage(url, key_prefix=prefix, **_REDIS_OPTIONS)
        self._limiter = MovingWindowRateLimiter(self._storage)

    def hit(self, rule: RateLimitItem, key: str) -> int:
        """Count an event if the rule allows one now."""
        return 0 if self._limiter.hit(rule, key) else self._seconds(rule, key)

    def peek(self, rule: RateLimitItem, key: str) -> int:
        """Answer as `hit` would, and count nothing."""
        return 0 if self._limiter.test(rule, key) else self._seconds(rule, key)

    def forget(self, rule: RateLimitItem, key: str) -> None:
        """Forget the events of this key."""
        self._limiter.clear(rule, key)

    def answers(self) -> bool:
        """Return whether Redis can be reached."""
        return bool(self._storage.check())

    def _seconds(self, rule: RateLimitItem, key: str) -> int:
        left = self._limiter.get_window_stats(rule, key).reset_time - time.time()
        return max(1, min(math.ceil(left), rule.get_expiry()))


@dataclass(slots=True)
class _Events:
    """When each event of one key was, and for how many seconds they count."""

    seconds: int
    times: "array[float]" = field(default_factory=lambda: array("d"))

    def drop_old(self, now: float) -> None:
        oldest = next((n for n, at in enumerate(self.times) if at > now - self.seconds), None)
        del self.times[:oldest]


class ProcessWindows:
    """Events in this process alone, in bounded memory."""

    def __init__(self, most: int = MOST_IN_PROCESS) -> None:
        self._most = most
        self._lock = Lock()
        self._events: dict[str, _Events] = {}

    def __len__(self) -> int:
        return len(self._events)

    def hit(self, rule: RateLimitItem, key: str) -> int:
        """Count an event if the rule allows one now."""
        now = time.monotonic()
        with self._lock:
            wait = self._wait(rule, key, now)
            if not wait:
                self._of(rule, key, now).times.append(now)
            return wait

    def peek(self, rule: RateLimitItem, key: str) -> int:
        """Answer as `hit` would, and count nothing."""
        with self._lock:
            return self._wait(rule, key, time.monotonic())

    def forget(self, rule: RateLimitItem, key: str) -> None:
        """Forget the events of this key."""
        with self._lock:
            self._events.pop(rule.key_for(key), None)

    def answers(self) -> bool:
        """Return True: memory is always there."""
        return True

    def _wait(self, rule: RateLimitItem, key: str, now: float) -> int:
        events = self._events.get(rule.key_for(key)) or _Events(rule.get_expiry())
        events.drop_old(now)
        if len(events.times) < rule.amount:
            return 0
        first = events.times[0] if events.times else now
        # In this order: `now + seconds - now` may be a little more than `seconds`.
        return max(1, math.ceil(first - now + rule.get_expiry()))

    def _of(self, rule: RateLimitItem, key: str, now: float) -> _Events:
        name = rule.key_for(key)
        if name not in self._events:
            if len(self._events) >= self._most:
                self._make_room(now)
            self._events[name] = _Events(rule.get_expiry())
        return self._events[name]

    def _make_room(self, now: float) -> None:
        """Drop what is over; if that is not enough, the half that holds the fewest events.

        Who floods the memory with new names drops other new names, and never one that is close
        to its limit.
        """
        for events in self._events.values():
            events.drop_old(now)
        alive = [(name, events) for name, events in self._events.items() if events.times]
        if len(alive) >= self._most:
            alive.sort(key=lambda item: len(item[1].times))
            alive = alive[self._most // 2 :]
        self._events = dict(alive)


class Counters:
    """Counts in Redis, and in this process while Redis fails or where there is none."""

    def __init__(self, shared: Windows | None) -> None:
        self._shared = shared
        self._own = ProcessWindows()
        self._shared_again_at = 0.0

    def hit(self, rule: RateLimitItem, key: str) -> int:
        """Count an event; return 0, or the seconds until the next one is allowed."""
        return self._ask(lambda windows: windows.hit(rule, key))

    def peek(self, rule: RateLimitItem, key: str) -> int:
        """Return what `hit` would, and count nothing."""
        return self._ask(lambda windows: windows.peek(rule, key))

    def forget(self, rule: RateLimitItem, key: str) -> None:
        """Forget the events of this key."""
        self._ask(lambda windows: windows.forget(rule, key))

    def answers(self) -> bool:
        """Return whether events are counted where they should be."""
        return (self._own if self._shared is None else self._shared).answers()

    def _ask(self, question: Callable[[Windows], T]) -> T:
        if self._shared is not None and time.monotonic() >= self._shared_again_at:
            try:
                return question(self._shared)
            except RedisError:
                self._shared_again_at = time.monotonic() + PAUSE_AFTER_FAILURE
                logger.exception("Redis does not answer: rate limits count in this process alone")
        return question(self._own)


def counters() -> Counters:
    """Return the counters of this process's settings."""
    return _counters(settings.COUNTERS_REDIS_URL)


@lru_cache(maxsize=4)
def _counters(url: str) -> Counters:
    return Counters(RedisWindows(url) if url else None)
