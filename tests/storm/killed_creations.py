"""Real processes that create tickets by HTTP and are killed; then the tickets are counted."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from types import SimpleNamespace
from typing import Any

from psa.simulators.connectwise import Simulator
from psa.simulators.connectwise.serve import server

LEASE, SETTLE = 2, 1
# From the moment at which it is about to create one, to its end.
LONGEST = 0.25


class Kills:
    """One process after another that creates a ticket and is killed at some moment of it."""

    def __init__(self, seed: int, database: str, tally: Any) -> None:
        self.dice = random.Random(seed)
        self.simulator = Simulator(seed=seed, tickets=5)
        self.tenant = self.simulator.tenants["northwind"]
        self.database = database
        self.tally = tally

    def run(self, kills: int) -> Any:
        """Kill so many processes, let what they left settle, and count the tickets."""
        with serving(self.simulator) as site:
            self.env = self._environment(site)
            self._done("prepare", site)
            for number in range(kills):
                if number % 2:
                    kind = self.dice.choice(["cut_after", "latency"])
                    self.simulator.faults.add(kind, method="POST", seconds=0.2)
                victim = self._worker("create")
                self._kill(victim)
                self.tally.asked += 1
            self.simulator.faults.clear()
            # What the dead held is free when their leases end.
            time.sleep(LEASE + SETTLE)
            self._done("settle")
            rows = [SimpleNamespace(**row) for row in json.loads(self._done("tell"))]
        self.tally.unwritten = self.tally.asked - len(rows)
        self.tally.judge(rows, list(self.tenant.tickets.values()))
        return self.tally

    def _kill(self, victim: "subprocess.Popen[str]") -> None:
        """Wait until it is at work, and a little longer; then end it as a power cut does."""
        assert victim.stdout is not None
        victim.stdout.readline()
        time.sleep(self.dice.random() * LONGEST)
        if victim.poll() is None:
            victim.send_signal(signal.SIGKILL)
            self.tally.met["processes killed (SIGKILL)"] += 1
        else:
            self.tally.met["processes that were quicker"] += 1
        if victim.wait(10) not in (0, -signal.SIGKILL):
            raise RuntimeError(f"A process ended by itself with {victim.returncode}")
        victim.stdout.close()

    def _environment(self, site: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database,
            "PSA_TRUSTED_SITES": site,
            "POST_LEASE_SECONDS": str(LEASE),
            "POST_SETTLE_SECONDS": str(SETTLE),
        }

    def _worker(self, *what: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.storm.creating", *what]
        return subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, text=True)

    def _done(self, *what: str) -> str:
        """Return what a worker said that was left to finish."""
        worker = self._worker(*what)
        said, _ = worker.communicate(timeout=120)
        if worker.returncode:
            raise RuntimeError(f"{what} ended with {worker.returncode}")
        return said


@contextmanager
def serving(simulator: Simulator) -> Iterator[str]:
    """Serve the simulator on a port of this machine; give its address."""
    http = server(simulator, 0)
    Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{http.port}"
    finally:
        http.shutdown()
        http.server_close()
