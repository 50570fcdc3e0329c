"""How many calls wait for a PSA at once (bulkhead), and when none is sent (circuit breaker).

Every call holds a thread of ours, and a PSA that hangs holds it for many seconds. So a
connection has a few places, and a process has some more for all its connections, which share
them: one PSA that hangs or is slow never takes the threads that other pages, and other accounts,
live on. Where all places are taken but calls come and go, the next one waits briefly; where they
have stalled it is refused at once.

After several failures in a row the breaker opens: calls are refused without being sent, and
every few seconds one is let through as a probe. The first answer closes it for all. Whatever is
refused here was surely not sent.

Each process has gates of its own: what `deliver_posts` meets closes no page's gate.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from psa.providers.errors import Busy, NotAnswering, OverCapacity
from resolutionflow.lib.waiting import waiting
from resolutionflow.lib.waiting_room import Full, WaitingRoom

# Fewer than the door's pool has sockets: a call that passed never waits for one.
CALLS = 8
# Seconds that a call waits for a place.
PATIENCE = 2.0
# Seconds: where all calls that hold the places are older, waiting for one is in vain.
STALLED_AFTER = 2.0
# Seconds: a connection whose answers take longer, or whose calls do, gets fewer places.
SLOW = 5.0
# So many failures in a row, within so many seconds, open the breaker: more than one page's calls
# and their repeats.
FAILURES = 8
WINDOW = 60.0
# Seconds between two probes.
PROBE_EVERY = 10.0


class Places:
    """The places of one process: for calls in flight, and for calls that wait for a place.

    Connections share them. A quarter of those in flight is kept for connections that hold less
    than that, and a connection that holds none always gets one, of a quarter more if need be.
    """

    def __init__(
        self, *, calls: int = CALLS, waiting: int = CALLS, room: WaitingRoom | None = None
    ) -> None:
        self.most_calls = calls
        self.reserve = max(1, calls // 4)
        self.room = room or WaitingRoom(waiting)
        self.calls: set[Call] = set()
        self.changed = threading.Condition()

    def are_full_for(self, held: int) -> bool:
        """Return whether a connection that holds so many places has to wait for another."""
        if not held:
            return len(self.calls) >= self.most_calls + self.reserve
        return len(self.calls) >= self.most_calls - (0 if held < self.reserve else self.reserve)


class Call:
    """One call in flight; who makes it says how it ended. Unsaid counts as neither."""

    def __init__(self, gate: "Gate", began: float, *, is_probe: bool) -> None:
        self.gate = gate
        self.began = began
        self.is_probe = is_probe
        self.answered: bool | None = None


class Gate:
    """Bulkhead and circuit breaker of one connection; shared by the threads of a process.

    `clock` counts seconds, `now` tells the aware time for people.
    """

    def __init__(
        self,
        places: Places,
        *,
        calls: int = CALLS,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._places = places
        self._calls = calls
        self._patience = patience
        self._clock = clock
        self._now = now
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._silent_since: datetime | None = None
        self._answered_at = float("-inf")
        self._was_slow = False
        self._next_probe: float | None = None
        self._probing = False

    @contextmanager
    def call(self) -> Iterator[Call]:
        """Hold a place while a call is under way.

        Raises Busy or OverCapacity when there is none, and NotAnswering while the breaker is
        open.
        """
        call = self._enter()
        try:
            yield call
        finally:
            self._leave(call)

    def _enter(self) -> Call:
        with self._places.changed:
            self._refuse_if_open()
            self._find_place()
            # The breaker may have opened while this call waited for its place.
            self._refuse_if_open()
            call = Call(self, self._clock(), is_probe=self._next_probe is not None)
            self._probing = self._probing or call.is_probe
            self._places.calls.add(call)
            return call

    def _leave(self, call: Call) -> None:
        with self._places.changed:
            self._places.calls.discard(call)
            if call.is_probe:
                self._probing = False
            if call.answered is not None:
                self._was_slow = self._clock() - call.began > SLOW
            if call.answered:
                self._close()
            elif call.answered is False and call.began >= self._answered_at:
                # Older failures say nothing: it has answered since that call began.
                self._count_failure(call)
            self._places.changed.notify_all()

    # --- Places ----------------------------------------------------------------------

    def _find_place(self) -> None:
        """Return once there is a place for this call; raises Busy or OverCapacity."""
        in_the_way = self._in_the_way()
        if not in_the_way:
            return
        if self._have_stalled(in_the_way):
            raise self._refusal()
        try:
            with self._places.room.place(self, is_slow=self._is_slow(self._own())), waiting():
                found = self._places.changed.wait_for(
                    lambda: not self._in_the_way(), self._patience
                )
        except Full:
            found = False
        if not found:
            raise self._refusal()

    def _in_the_way(self) -> list[Call]:
        """Return the calls of which one has to end before this one begins; none where it may."""
        own = self._own()
        if len(own) >= self._share(own):
            return own
        return list(self._places.calls) if self._places.are_full_for(len(own)) else []

    def _own(self) -> list[Call]:
        return [call for call in self._places.calls if call.gate is self]

    def _share(self, own: list[Call]) -> int:
        """Return how many places this connection may hold now."""
        share = self._calls
        if self._places.room.others_wait(self):
            share = min(share, self._places.most_calls // 2)
        if self._is_slow(own):
            share = min(share, self._places.most_calls // 4)
        return max(1, share)

    def _is_slow(self, own: list[Call]) -> bool:
        now = self._clock()
        return self._was_slow or any(now - call.began > SLOW for call in own)

    def _have_stalled(self, calls: list[Call]) -> bool:
        now = self._clock()
        return all(now - call.began > STALLED_AFTER for call in calls)

    def _refusal(self) -> Busy:
        """Return the error that says whose fault it is that there is no place."""
        own = self._own()
        full = len(own) >= self._calls
        return Busy() if full or (own and self._is_slow(own)) else OverCapacity()

    # --- The breaker -----------------------------------------------------------------

    def _refuse_if_open(self) -> None:
        """Raise NotAnswering, unless the breaker is closed or it is time for a probe."""
        if self._next_probe is None or self._silent_since is None:
            return
        if self._probing or self._clock() < self._next_probe:
            raise NotAnswering(self._silent_since)

    def _close(self) -> None:
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
            self._next_probe = now + PROBE_EVERY
