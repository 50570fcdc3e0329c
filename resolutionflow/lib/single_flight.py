"""Answers kept in the cache, fetched once however many ask at the same moment.

Within a process the first who asks fetches, and the others get that answer or its failure.
Between processes a lock in the cache lets one fetch; the others look for its answer for a
while, and then rather ask twice than wait for a process that died. Failures are not kept.

Answers belong to a group. Its keys carry a generation, so that forgetting the group takes
one write, and leaves the old answers to expire unread.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from functools import partial
from threading import Lock
from typing import Any, TypeVar
from uuid import uuid4

from django.core.cache import cache
from redis.exceptions import RedisError

from resolutionflow.lib.waiting import waiting
from resolutionflow.lib.waiting_room import room

logger = logging.getLogger(__name__)

T = TypeVar("T")

# Seconds. The lock outlives the longest call (safe_http.TOTAL), should its owner die.
LOCK_SECONDS = 30
PATIENCE = 5.0
LOOK_EVERY = 0.05
# Seconds that everybody may wait for an answer that was asked for just now; whoever waits longer
# needs a place in the waiting room of the process. Once a group had nobody's answer ready in that
# time, all who wait for it need a place, until it answers: else each of a page's questions would
# hold the thread for so long again, and a crowd would hold all threads.
FREE_WAIT = 1.0

_sleep = time.sleep
_clock = time.monotonic


class _Flight(Future[Any]):
    """An answer that is being fetched, and since when."""

    def __init__(self) -> None:
        super().__init__()
        self.began = _clock()


_flights: dict[str, _Flight] = {}
_slow_groups: set[str] = set()
_guard = Lock()


def remembered(
    group: str,
    name: str,
    fetch: Callable[[], tuple[T, int]],
    *,
    before_waiting: Callable[[], None] = lambda: None,
) -> T:
    """Return the answer that is kept under this name, or fetch and keep it.

    `fetch` returns the answer (not None) and for how many seconds to keep it; what it raises
    reaches everybody who waits for it in this process. `before_waiting` is called before
    waiting for somebody else's answer, to let go of what others may need meanwhile. Raises Full
    where that takes more than FREE_WAIT, or the group is known to be slow, and too many threads
    wait already. Without
    a cache everything is fetched, still once at a time per process; the outage is logged.
    """
    get: Callable[[], T]
    try:
        key = f"{group}:{_generation(group)}:{name}"
        known: T | None = cache.get(key)
        get = partial(_fetch_alone, key, group, fetch, before_waiting)
    except RedisError:
        logger.exception("Nothing is remembered: the cache does not answer")
        # Nor is it asked for a lock: that would wait for it once more.
        key, known, get = f"{group}::{name}", None, lambda: fetch()[0]
    if known is not None:
        return known
    with _guard:
        mine = key not in _flights
        flight = _flights.setdefault(key, _Flight())
    if mine:
        return _lead(flight, key, group, get)
    before_waiting()
    answer: T = _follow(flight, group)
    return answer


def known(group: str, name: str) -> Any:
    """Return the answer that is kept under this name; None where none is, and nothing is asked."""
    try:
        return cache.get(f"{group}:{_generation(group)}:{name}")
    except RedisError:
        logger.exception("Nothing is remembered: the cache does not answer")
        return None


def forget(group: str) -> None:
    """Let the next question to each name of the group be fetched anew.

    Also where a fetch is under way: its answer is kept for the generation that asked.
    """
    try:
        cache.set(_generation_key(group), uuid4().hex, timeout=None)
    except RedisError:
        logger.exception("Nothing is forgotten: the cache does not answer")


def _follow(flight: "_Flight", group: str) -> Any:
    """Return the answer that somebody else in this process fetches. Raises Full."""
    try:
        with waiting():
            return flight.result(max(0.0, flight.began + _free_wait(group) - _clock()))
    except TimeoutError:
        # Of the flight's own failures one may be a TimeoutError, too.
        if flight.done():
            raise
    _slow_groups.add(group)
    with room.place(group, is_slow=True), waiting():
        return flight.result()


def _free_wait(group: str) -> float:
    return 0.0 if group in _slow_groups else FREE_WAIT


def _lead(flight: _Flight, key: str, group: str, get: Callable[[], T]) -> T:
    """Fetch for everybody in this process who asks for the key meanwhile."""
    try:
        answer = get()
    except BaseException as failure:
        flight.set_exception(failure)
        raise
    else:
        _slow_groups.discard(group)
        flight.set_result(answer)
        return answer
    finally:
        with _guard:
            del _flights[key]


def _fetch_alone(
    key: str, group: str, fetch: Callable[[], tuple[T, int]], before_waiting: Callable[[], None]
) -> T:
    """Fetch and keep, unless another process does so at this moment."""
    token = uuid4().hex
    try:
        known: T | None = _wait_for_turn(key, token, group, before_waiting)
    except RedisError:
        return fetch()[0]
    if known is not None:
        return known
    try:
        answer, seconds = fetch()
        _keep(key, answer, seconds)
        return answer
    finally:
        _unlock(key, token)


def _wait_for_turn(key: str, token: str, group: str, before_waiting: Callable[[], None]) -> Any:
    """Return the answer of whoever was first, or None when it is for us to fetch it."""
    free_looks = int(_free_wait(group) / LOOK_EVERY)
    with ExitStack() as held:
        for look in range(int(PATIENCE / LOOK_EVERY)):
            if cache.add(f"{key}:lock", token, timeout=LOCK_SECONDS):
                break
            if look == free_looks:
                _slow_groups.add(group)
                held.enter_context(room.place(group, is_slow=True))
            before_waiting()
            with waiting():
                _sleep(LOOK_EVERY)
            known = cache.get(key)
            if known is not None:
                return known
    # Somebody may have kept it between our first look and the lock.
    return cache.get(key)


def _keep(key: str, answer: object, seconds: int) -> None:
    try:
        cache.set(key, answer, timeout=seconds)
    except RedisError:
        logger.exception("Nothing is kept: the cache does not answer")


def _unlock(key: str, token: str) -> None:
    """Give the lock back if it is still ours; it may have expired and be another's."""
    try:
        if cache.get(f"{key}:lock") == token:
            cache.delete(f"{key}:lock")
    except RedisError:
        logger.exception("A lock stays until it expires: the cache does not answer")


def _generation(group: str) -> str:
    generation = cache.get_or_set(_generation_key(group), lambda: uuid4().hex, timeout=None)
    return str(generation)


def _generation_key(group: str) -> str:
    return f"{group}:generation"
