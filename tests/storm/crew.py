"""The processes of the storm: started, killed, started again.

After a kill the next one waits until the killed process serves again: on a busy machine a
storm would otherwise only ever meet processes that are starting.
"""

import os
import random
import signal
import subprocess
from collections import Counter
from contextlib import suppress
from threading import Event, Thread

from resolutionflow.lib.processes import Processes, free_port
from tests.staging.stage import Simulated, Web
from tests.staging.usage import is_connected


class Crew:
    """The simulator, the web server and two workers."""

    def __init__(self, processes: Processes, simulator_port: int, tickets: int = 100) -> None:
        """Start them all, and return once they answer."""
        self._processes = processes
        self.simulated = Simulated.start(processes, simulator_port, tickets=tickets)
        processes.wait_for_port(simulator_port)
        self.web = Web.start(processes, free_port())
        # Nobody kills these two: without them there is nothing to show.
        self._steady = tuple(processes.running)
        self._workers: dict[str, subprocess.Popen[bytes]] = {}
        for name in ("worker 1", "worker 2"):
            self._start_worker(name)

    def _start_worker(self, name: str) -> None:
        self._workers[name] = self._processes.start("deliver_posts")

    def is_up(self) -> bool:
        """Whether those that nobody kills still run."""
        return all(process.poll() is None for process in self._steady)

    def serves(self) -> bool:
        """Whether every process is there and at work."""
        return self.web.serves() and all(
            is_connected(worker.pid) for worker in self._workers.values()
        )

    def kill_web_worker(self, dice: random.Random) -> bool:
        """Kill one process that answers requests; gunicorn starts another."""
        workers = self.web.workers()
        return bool(workers) and _kill(dice.choice(workers))

    def kill_worker(self, name: str) -> bool:
        """Kill one `deliver_posts` and start it again."""
        killed = _kill(self._workers[name].pid)
        self._workers[name].wait()
        self._start_worker(name)
        return killed


def _kill(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


class Killer(Thread):
    """Kills a random one of the crew again and again."""

    def __init__(self, crew: Crew, seed: int) -> None:
        super().__init__(daemon=True)
        self.crew, self.dice = crew, random.Random(seed)
        self.ended = Event()
        self.kills: Counter[str] = Counter()

    def run(self) -> None:
        """Kill one to three seconds after all are at work."""
        while self._all_serve() and not self.ended.wait(self.dice.uniform(1.0, 3.0)):
            victim = self.dice.choice(["web worker", "web worker", "worker 1", "worker 2"])
            if victim == "web worker":
                killed = self.crew.kill_web_worker(self.dice)
            else:
                killed = self.crew.kill_worker(victim)
            self.kills[victim.partition(" ")[0] if "web" in victim else "deliver_posts"] += killed

    def _all_serve(self) -> bool:
        """Wait until every process is at work; return False once the storm is over."""
        while not self.crew.serves():
            if self.ended.wait(0.2):
                return False
        return True

    def end(self) -> None:
        """Let everybody live."""
        self.ended.set()
        self.join()
