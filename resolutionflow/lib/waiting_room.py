"""The threads of a process that wait for an answer that somebody else asks for, or for a place.

Each of them is a thread that no other page can use. So there are few places, the last of which
are for parties that hold fewer than two; beyond them nobody waits. Pure.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock

# Places that a party may take although only the reserve is left.
KEPT = 2


def reserve_of(most: int) -> int:
    """Return how many of so many places are for parties that hold fewer than KEPT."""
    return most // 4


class Full(Exception):
    """There is no place to wait in."""


class WaitingRoom:
    """Places to wait in, for the threads of one process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._held: Counter[Hashable] = Counter()
        self._lock = Lock()

    @property
    def taken(self) -> int:
        """How many wait."""
        return self._held.total()

    def others_wait(self, party: Hashable) -> bool:
        """Return whether anybody but the party waits."""
        return self._held.total() > self._held[party]

    @contextmanager
    def place(self, party: Hashable) -> Iterator[None]:
        """Hold a place for the party; raises Full at once where there is none for it."""
        with self._lock:
            few = self._held[party] < KEPT
            if self._held.total() >= self.most - (0 if few else reserve_of(self.most)):
                raise Full
            self._held[party] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held[party] -= 1
                if not self._held[party]:
                    del self._held[party]


# The one of this process; `psa.apps` sets its size.
room = WaitingRoom(8)
