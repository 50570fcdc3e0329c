"""What was asked and what was answered, for tests to read."""

import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

KEPT = 100_000


@dataclass
class Entry:
    """One request. `status` is None while it is at work, and for ever if it was cut."""

    at: datetime
    tenant: str
    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the entry as JSON can carry it."""
        return {**asdict(self), "at": self.at.isoformat()}


class Journal(list[Entry]):
    """Entries in the order of arrival; the oldest go when there are more than `KEPT`."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()

    def record(self, entry: Entry) -> Entry:
        """Add an entry and return it; thread-safe."""
        with self._lock:
            self.append(entry)
            if len(self) > KEPT:
                del self[: KEPT // 10]
        return entry

    def of(self, method: str, path: str = "") -> list[Entry]:
        """Return the entries of one method whose path contains `path`."""
        return [entry for entry in self if entry.method == method and path in entry.path]
