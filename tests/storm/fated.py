"""A storm in one process: a simulated PSA behind the door, a clock in the hand, and fate.

The same seed tells the same story, and nothing sleeps.
"""

import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any, ClassVar
from unittest.mock import patch

import httpx

from tests.staging.connected import connect

FAULTS = (
    "refuse",
    "cut_before",
    "cut_after",
    "error_before",
    "error_after",
    "not_json",
    "rate_limited",
    "forbidden",
    "unauthorized",
    "hang_then_store",
    "latency",
)
# What hung is done after the caller gave up, and before it is looked for.
SECONDS = {"latency": 4.0, "hang_then_store": 20.0}


class Fated(ABC):
    """People's processes that may die at any step, their ConnectWise, and a second worker.

    `met` counts what befell them. `looks` are the provider's calls that look for what was sent.
    """

    looks: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, account: Any, engineer: Any, seed: int, *, tickets: int) -> None:
        from psa.outbox.runtime import Runtime
        from psa.simulators.connectwise import Simulator
        from tests.psa.fate import FusedClock, WaitingPatience

        self.account, self.engineer = account, engineer
        self.dice = random.Random(seed)
        self.clock = FusedClock()
        self.patience = WaitingPatience(self.clock)
        self.simulator = Simulator(
            seed=seed, tickets=tickets, clock=lambda: self.clock.time, sleep=self.patience
        )
        self.tenant = self.simulator.tenants["northwind"]
        self.world = Runtime(now=self.clock.look, jitter=lambda: 0.5, provider_of=self._provider)
        self.met: Counter[str] = Counter()
        self.rival = False

    @abstractmethod
    def _work(self) -> None:
        """Do what a worker does in one pass."""

    def _add_faults(self, methods: list[str]) -> None:
        """Let up to two requests of these methods go wrong; what was to go wrong before, goes."""
        self.simulator.faults.clear()
        for _ in range(self.dice.choice([0, 0, 1, 1, 2])):
            kind, method = self.dice.choice(FAULTS), self.dice.choice(methods)
            self.simulator.faults.add(kind, method=method, seconds=SECONDS.get(kind), retry_after=9)

    def _as_process(self, work: Any, fuse: int | None = None) -> None:
        """Do it as a process that dies when its fuse has burnt down."""
        from tests.psa.outbox.fake_psa import Killed

        self.clock.fuse = fuse
        try:
            work()
        except Killed:
            self.met["processes that died"] += 1
        finally:
            self.clock.fuse = None

    @contextmanager
    def _installed(self) -> Iterator[None]:
        """Put this ConnectWise behind the door, and its clock where time is told."""
        from django.test import override_settings

        from psa import opened
        from psa.providers.connectwise.client import ConnectWiseClient
        from psa.providers.gate import Gate
        from tests.simulated import SITE, SimulatorTransport

        def gate(house: Any) -> Gate:
            return Gate(house, clock=lambda: self.clock.time.timestamp())

        def transport(*_: Any, **__: Any) -> httpx.BaseTransport:
            return SimulatorTransport(self.simulator, self.patience)

        with ExitStack() as stack:
            stack.enter_context(override_settings(PSA_TRUSTED_SITES=[SITE]))
            for where, what in (
                ("resolutionflow.lib.safe_http.transport_factory", transport),
                ("psa.providers.registry.Gate", gate),
            ):
                stack.enter_context(patch(where, what))
            defaults = ConnectWiseClient.__init__.__kwdefaults__
            stack.enter_context(patch.dict(defaults or {}, {"sleep": lambda _seconds: None}))
            self.connection = connect(self.account, SITE, self.tenant)
            stack.callback(opened.forget, self.connection.pk)
            yield

    def _provider(self, connection: Any) -> Any:
        from psa import opened
        from tests.psa.fate import Meddled

        return Meddled(opened.open_provider(connection), self.clock, self._meddle)

    def _meddle(self, method: str, *, before: bool) -> None:
        """A second worker, in the middle of the first one's call."""
        if before and method in self.looks:
            self.met[f"asked: {method}"] += 1
        if before or not self.rival:
            return
        self.rival = False
        fuse, self.clock.fuse = self.clock.fuse, None
        self.met["a second worker meanwhile"] += 1
        if self.dice.random() < 0.3:
            self.clock.time += timedelta(seconds=40)
        self._work()
        self.clock.fuse = fuse
