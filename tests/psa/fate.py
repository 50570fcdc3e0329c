"""What befalls a write, as Hypothesis draws it: faults of the PSA, death, and a slow machine."""

from datetime import UTC, datetime, timedelta

from psa.simulators.connectwise import ConnectionCut
from tests.psa.outbox.fake_psa import Killed
from tests.simulated import Patience

READ_TIMEOUT = 15.0
FAULTS = (
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
    "hang_then_store",
)
# Longer than the client waits, and shorter than it waits plus POST_SETTLE.
SECONDS = {"latency": 4.0, "hang_then_store": 20.0}


class WaitingPatience(Patience):
    """A caller whose waiting takes its time, and who leaves when the time is up."""

    def __init__(self, clock) -> None:
        super().__init__()
        self.clock = clock

    def __call__(self, seconds: float) -> None:
        before = self.waited
        super().__call__(seconds)
        self.clock.time += timedelta(seconds=max(0.0, min(seconds, READ_TIMEOUT - before)))
        if self.waited > READ_TIMEOUT:
            raise ConnectionCut("the caller has gone")


class FusedClock:
    """Tells the time; after `fuse` more looks at it, the process is dead."""

    def __init__(self) -> None:
        self.time = datetime(2026, 4, 21, 9, 10, tzinfo=UTC)
        self.fuse: int | None = None

    def step(self) -> None:
        """Take one step of the process, perhaps its last."""
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.fuse = None
                raise Killed

    def look(self) -> datetime:
        self.step()
        return self.time


class Meddled:
    """A provider during whose calls other things happen."""

    def __init__(self, provider, clock, meddle) -> None:
        self.provider, self.clock, self.meddle = provider, clock, meddle

    def __getattr__(self, name):
        call = getattr(self.provider, name)

        def meddled(*args, **kwargs):
            self.clock.step()
            self.meddle(name, before=True)
            try:
                return call(*args, **kwargs)
            finally:
                self.meddle(name, before=False)
                self.clock.step()

        return meddled
