"""How many calls may wait for a PSA at once, and when one that does not answer is left alone.

Every call holds a thread of ours, and a PSA that hangs holds it for many seconds. So a
connection has a few places, and a process has some more for all its connections: one PSA that
hangs never takes the threads that other pages, and other accounts, live on. A full house that
moves is waited for briefly; one that stands still refuses at once.

After several failures in a row the gate closes: calls are refused without being sent, and
every few seconds one is let through to see whether the PSA is back. It opens for all with the
first answer. Whatever is refused here was surely not sent.

Each process has gates of its own: what `deliver_posts` meets closes no page's gate.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from psa.providers.errors import Busy, NotAnswering
from resolutionflow.lib.waiting import waiting

# Fewer than the door's pool has sockets: a call that passed never waits for one.
CALLS = 8
# Seconds that a call waits for a place.
PATIENCE = 2.0
# Seconds: when every call in the way is older, the house stands still.
STILL = 2.0
# So many failures in a row, within so many seconds, close the gate: more than one page's calls
# and their repeats.
FAILURES = 8
WINDOW = 60.0
# Seconds between two calls that are let through a closed gate.
REST = 10.0


class House:
    """The places of one process: for calls in flight, and for calls that wait for a place.

    A call holds a thread whether it is in flight or waits: what is not used by the one can be
    used by the other, up to both together.
    """

    def __init__(self, *, calls: int = CALLS, waiting: int = CALLS) -> None:
        self.most_calls = calls
        self.most_together = calls + waiting
        self.calls: set[Call] = set()
        self.waiting = 0
        self.changed = threading.Condition()

    @property
    def is_full(self) -> bool:
        """Whether no further call may even wait."""
        return len(self.calls) + self.waiting >= self.most_together


class Call:
    """One call in flight; who makes it says how it ended. Unsaid counts as neither."""

    def __init__(self, gate: "Gate", began: float, *, is_probe: bool) -> None:
        self.gate = gate
        self.began = began
        self.is_probe = is_probe
        self.answered: bool | None = None


class Gate:
    """The way to one PSA; shared by the threads of a process.

    `clock` counts seconds, `now` tells the aware time for people.
    """

    def __init__(
        self,
        house: House,
        *,
        calls: int = CALLS,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._house = house
        self._calls = calls
        self._patience = patience
        self._clock = clock
        self._now = now
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._silent_since: datetime | None = None
        self._answered_at = float("-inf")
        self._next_probe: float | None = None
        self._probing = False

    @contextmanager
    def call(self) -> Iterator[Call]:
        """Hold a place while a call is under way.

        Raises Busy when there is none, and NotAnswering while the gate is closed.
        """
        call = self._enter()
        try:
            yield call
        finally:
            self._leave(call)

    def _enter(self) -> Call:
        with self._house.changed:
            self._refuse_if_closed()
            self._find_place()
            # It may have closed while this call waited for its place.
            self._refuse_if_closed()
            call = Call(self, self._clock(), is_probe=self._next_probe is not None)
            self._probing = self._probing or call.is_probe
            self._house.calls.add(call)
            return call

    def _leave(self, call: Call) -> None:
        with self._house.changed:
            self._house.calls.discard(call)
            if call.is_probe:
                self._probing = False
            if call.answered:
                self._open()
            elif call.answered is False and call.began >= self._answered_at:
                # Older failures say nothing: it has answered since that call began.
                self._count_failure(call)
            self._house.changed.notify_all()

    # --- Places ----------------------------------------------------------------------

    def _find_place(self) -> None:
        """Return once there is a place for this call; raises Busy."""
        house = self._house
        if not self._in_the_way():
            return
        if house.is_full or self._stands_still():
            raise Busy()
        house.waiting += 1
        try:
            with waiting():
                found = house.changed.wait_for(lambda: not self._in_the_way(), self._patience)
        finally:
            house.waiting -= 1
        if not found:
            raise Busy()

    def _in_the_way(self) -> list[Call]:
        """Return the calls that hold the place this one needs; none where there is one."""
        own = [call for call in self._house.calls if call.gate is self]
        if len(own) >= self._calls:
            return own
        everybody = list(self._house.calls)
        return everybody if len(everybody) >= self._house.most_calls else []

    def _stands_still(self) -> bool:
        now = self._clock()
        return all(now - call.began > STILL for call in self._in_the_way())

    # --- Closing and opening ---------------------------------------------------------

    def _refuse_if_closed(self) -> None:
        """Raise NotAnswering, unless the gate is open or it is time for a probe."""
        if self._next_probe is None or self._silent_since is None:
            return
        if self._probing or self._clock() < self._next_probe:
            raise NotAnswering(self._silent_since)

    def _open(self) -> None:
        self._failures.clear()
        self._silent_since = self._next_probe = None
        self._answered_at = self._clock()

    def _count_failure(self, call: Call) -> None:
        now = self._clock()
        if not self._failures:
            self._silent_since = self._now()
        self._failures.append(now)
        many = len(self._failures) == FAILURES and now - self._failures[0] <= WINDOW
        if many or call.is_probe:
            self._next_probe = now + REST
