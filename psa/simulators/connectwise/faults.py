"""Things that go wrong on the way, on request or at random from a seed.

latency         wait, then work as usual
refuse          no connection
cut_before      the connection ends before the work is done
cut_after       … after the work is done: the caller cannot know
error_before    5xx, nothing done            error_after     5xx, but it was done
rate_limited    429 with Retry-After         unauthorized / forbidden   401 / 403
not_json        the work is done, the answer is a proxy's HTML page
slow_body       the work is done, the answer comes in drops over `seconds`
hang_then_store no answer in time; the work is done `seconds` later
"""

import random
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

KINDS = (
    "latency",
    "refuse",
    "cut_before",
    "cut_after",
    "error_before",
    "error_after",
    "rate_limited",
    "unauthorized",
    "forbidden",
    "not_json",
    "slow_body",
    "hang_then_store",
)
_SECONDS = {"latency": 1.0, "slow_body": 2.0, "hang_then_store": 30.0}


class ConnectionCut(ConnectionError):
    """In-process stand-in for a socket that was closed in the middle of a request."""


class ConnectionRefused(ConnectionError):
    """In-process stand-in for a host that takes no connection."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is to go wrong with one request."""

    kind: str
    seconds: float
    status: int
    retry_after: int | str


@dataclass
class _Rule:
    fault: Fault
    times: int | None
    method: str | None
    path: re.Pattern[str] | None
    rate: float = 1.0

    def covers(self, method: str, path: str) -> bool:
        if self.method is not None and self.method.upper() != method:
            return False
        return self.path is None or self.path.search(path) is not None


class Faults:
    """The rules in force; the first that covers a request is used up by it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []
        self._dice: random.Random | None = None
        self._random: tuple[float, Sequence[_Rule]] = (0.0, ())

    def add(
        self,
        kind: str,
        times: int | None = 1,
        method: str | None = None,
        path: str | re.Pattern[str] | None = None,
        **details: Any,
    ) -> None:
        """Let `kind` happen to the next `times` requests (None: to all) that it covers.

        `path`: a regular expression (or simply a part of the path). Details: `seconds`, `status`,
        `retry_after` (seconds or an HTTP date). Raises ValueError for unknown kinds.
        """
        pattern = re.compile(path) if isinstance(path, str) else path
        with self._lock:
            self._rules.append(_Rule(_fault(kind, **details), times, method, pattern))

    def random(
        self,
        seed: int,
        rate: float = 0.2,
        kinds: Sequence[str] = KINDS,
        method: str | None = None,
        **details: Any,
    ) -> None:
        """From now on let something of `kinds` happen to that part of the requests."""
        rules = [_Rule(_fault(kind, **details), None, method, None) for kind in kinds]
        with self._lock:
            self._dice = random.Random(seed)  # noqa: S311 - dice, not secrets
            self._random = (rate, rules)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._rules.clear()
            self._dice = None

    def take(self, method: str, path: str) -> Fault | None:
        """Return what shall happen to this request, and count it."""
        with self._lock:
            for rule in self._rules:
                if rule.covers(method, path):
                    self._use(rule)
                    return rule.fault
            return self._roll(method, path)

    def _use(self, rule: _Rule) -> None:
        if rule.times is not None:
            rule.times -= 1
            if rule.times <= 0:
                self._rules.remove(rule)

    def _roll(self, method: str, path: str) -> Fault | None:
        rate, rules = self._random
        if self._dice is None or not rules or self._dice.random() >= rate:
            return None
        rule = self._dice.choice(rules)
        return rule.fault if rule.covers(method, path) else None


def _fault(
    kind: str,
    seconds: float | None = None,
    status: int = 500,
    retry_after: int | str = 30,
) -> Fault:
    if kind not in KINDS:
        raise ValueError(f"unknown kind of fault: {kind}")
    delay = _SECONDS.get(kind, 0.0) if seconds is None else seconds
    return Fault(kind, delay, status, retry_after)
