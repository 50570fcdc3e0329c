"""Calls side by side: what a page needs of a PSA costs the time of the slowest call.

One small pool of threads for the whole process. A call for which no thread is free is done
by the caller itself, so that nobody waits for somebody else's slow PSA. Knows no Django; what
runs here must not use the database: the pool's threads would keep its connections.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")

THREADS = 16

_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="side-by-side")


def both(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """Return what both calls return; the first is done on the caller's own thread.

    Both see the caller's context: its deadline, and what its log lines carry. Raises what the
    first raises, else what the second does. Only for reads: a call that is not waited for
    goes on until its deadline.
    """
    other = _pool.submit(copy_context().run, second)
    try:
        mine = first()
    except BaseException:
        other.cancel()
        raise
    return mine, second() if other.cancel() else other.result()


def each(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Return what the calls return, in their order, all done side by side; as `both` does."""
    waiting = list(calls)
    if len(waiting) < 2:
        return [call() for call in waiting]
    first, rest = both(waiting[0], lambda: each(waiting[1:]))
    return [first, *rest]


def settled(*calls: Callable[[], Any]) -> list[Future[Any]]:
    """Return the calls in their order when all of them have ended; `result()` gives or raises.

    The first is done on the caller's own thread: the one that most likely has to wait, so that
    the thread lets go of its database connection before it does.
    """
    return each(partial(_settle, call) for call in calls)


def _settle(call: Callable[[], Any]) -> Future[Any]:
    ended: Future[Any] = Future()
    try:
        ended.set_result(call())
    except Exception as failure:
        ended.set_exception(failure)
    return ended


def later(call: Callable[[], object]) -> Future[object]:
    """Do the call some time soon, apart from the caller's deadline and context."""
    return _pool.submit(call)
