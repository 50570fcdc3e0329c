"""The threads of a process that wait for an answer that somebody else asks for, or for a place.

Each of them is a thread that no other page can use. So there are few places, and beyond them
nobody waits. One party leaves a quarter of them to others, and one that is known to be slow holds
a quarter at most, so that what is slow for two parties leaves places to a third. Pure.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock


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
    def place(self, party: Hashable, *, is_slow: bool = False) -> Iterator[None]:
        """Hold a place for the party; raises Full at once where there is none for it."""
        quarter = self.most // 4
        share = max(1, quarter if is_slow else self.most - quarter)
        with self._lock:
            if self._held[party] >= share or self._held.total() >= self.most:
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
