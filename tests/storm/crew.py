"""The processes of the storm: started, killed, started again."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float = 60.0) -> None:
    """Wait until something answers there; raises TimeoutError."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own loopback
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(url)


class Crew:
    """The simulator, the web server and two workers."""

    def __init__(self, env: Mapping[str, str], log: Path, port: int, simulator_port: int) -> None:
        self.env, self.log = env, log.open("ab")
        self.web_url = f"http://127.0.0.1:{port}"
        self.simulator_url = f"http://127.0.0.1:{simulator_port}"
        self._simulator_port = str(simulator_port)
        self._bind = f"127.0.0.1:{port}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start everything and wait until it answers."""
        self._start("simulator", self._manage("simulate_connectwise", self._simulator_port))
        wait_for(f"{self.simulator_url}/login/companyinfo/northwind")
        gunicorn = [sys.executable, "-m", "gunicorn", "resolutionflow.wsgi", "--bind", self._bind]
        self._start(
            "web",
            [
                *gunicorn,
                "--workers",
                "2",
                "--threads",
                "8",
                "--timeout",
                "60",
                "--no-control-socket",
            ],
        )
        wait_for(f"{self.web_url}/healthz")
        self.start_worker("worker 1")
        self.start_worker("worker 2")

    def start_worker(self, name: str) -> None:
        """Start one `deliver_posts`."""
        self._start(name, [sys.executable, "manage.py", "deliver_posts"])

    def stop(self) -> None:
        """End all of them, politely at first."""
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()

    def is_up(self) -> bool:
        """Whether those that nobody kills still run; without them there is nothing to show."""
        return all(self.running[name].poll() is None for name in ("simulator", "web"))

    def kill_web_worker(self, dice: random.Random) -> bool:
        """Kill one process that answers requests; gunicorn starts another."""
        master = self.running["web"].pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return bool(children) and _kill(int(dice.choice(children)))

    def kill_worker(self, name: str) -> bool:
        """Kill one `deliver_posts` and start it again."""
        killed = _kill(self.running[name].pid)
        self.running[name].wait()
        self.start_worker(name)
        return killed

    def _manage(self, command: str, port: str) -> list[str]:
        return [sys.executable, "manage.py", command, "--port", port, "--tickets", "100"]

    def _start(self, name: str, command: list[str]) -> None:
        self.running[name] = subprocess.Popen(
            command, cwd=ROOT, env=dict(self.env), stdout=self.log, stderr=self.log
        )


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


class Killer(Thread):
    """Kills a random one of the crew again and again."""

    def __init__(self, crew: Crew, seed: int) -> None:
        super().__init__(daemon=True)
        self.crew, self.dice = crew, random.Random(seed)
        self.ended = Event()
        self.kills: Counter[str] = Counter()

    def run(self) -> None:
        """Kill every one to three seconds."""
        while not self.ended.wait(self.dice.uniform(1.0, 3.0)):
            victim = self.dice.choice(["web worker", "web worker", "worker 1", "worker 2"])
            if victim == "web worker":
                killed = self.crew.kill_web_worker(self.dice)
            else:
                killed = self.crew.kill_worker(victim)
            self.kills[victim.partition(" ")[0] if "web" in victim else "deliver_posts"] += killed

    def end(self) -> None:
        """Let everybody live."""
        self.ended.set()
        self.join()
