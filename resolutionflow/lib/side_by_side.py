"""Several things that take their time, waited for together."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any


def side_by_side(*asks: Callable[[], Any]) -> list[Future[Any]]:
    """Return the calls in order when all of them have ended; `result()` gives or raises.

    Each runs in a thread and in a copy of this one's context, so that logs and the measured
    waiting are the request's. They must not use the database.
    """
    with ThreadPoolExecutor(len(asks)) as pool:
        return [pool.submit(copy_context().run, ask) for ask in asks]
