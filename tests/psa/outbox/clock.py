"""The clock of the outbox's tests."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Stands still until told otherwise."""

    def __init__(self) -> None:
        self.time = datetime(2026, 4, 21, 9, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def tick(self, **by) -> None:
        """Let time pass: `seconds=5`, as for a timedelta."""
        self.time += timedelta(**by)
