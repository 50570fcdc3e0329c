"""Child processes that belong together: started, watched and ended as one."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom
from typing import BinaryIO

# Above what services are known to use, and below /proc/sys/net/ipv4/ip_local_port_range.
PORTS = range(20_000, 32_000)


class ProcessEnded(Exception):
    """A process that should run has ended, or never came up; its own message says why."""


def free_port() -> int:
    """Return a port of loopback that is free, for a process that may take seconds to listen on it.

    It lies below those that Linux gives to outgoing connections, one of which might take it
    meanwhile. Raises OSError if none of a hundred is free.
    """
    for port in SystemRandom().sample(PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port of loopback is free")


def port_answers(port: int) -> bool:
    """Return whether something listens on this port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Processes:
    """`manage.py` commands and application servers; leaving the block ends them all.

    env: the children's whole environment. directory: where they run. log: the file that
    takes what they say; without one it goes where this process's own words go.
    """

    def __init__(self, env: dict[str, str], directory: Path, log: Path | None = None) -> None:
        self.env = env
        self.directory = directory
        self.log = log
        self.running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Processes":
        """Start with none."""
        return self

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a `manage.py` command that keeps running, and return its process."""
        return self.start_command(sys.executable, "manage.py", *arguments)

    def start_module(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a module of ours that keeps running without Django, and return its process."""
        return self.start_command(sys.executable, "-m", *arguments)

    def start_web(self, port: int, public_url: str = "") -> subprocess.Popen[bytes]:
        """Start the application server on loopback, and return its main process.

        `public_url` is where people see it, if a proxy stands in front.
        """
        self.env["BIND"] = f"127.0.0.1:{port}"
        self.env["PUBLIC_URL"] = public_url or f"http://127.0.0.1:{port}"
        return self.start_command(
            sys.executable, "-m", "gunicorn", "-c", "python:resolutionflow.gunicorn",
            "--log-level", "warning", "resolutionflow.wsgi",
        )  # fmt: skip

    def start_command(self, *command: str) -> subprocess.Popen[bytes]:
        """Start any command that keeps running, and return its process."""
        with self._words() as words:
            # A session of their own: Ctrl-C reaches the parent only, which ends them in order.
            process = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                env=self.env,
                cwd=self.directory,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def finish(self, *arguments: str) -> None:
        """Run a `manage.py` command to its end; raise ProcessEnded when it fails."""
        command = [sys.executable, "manage.py", *arguments]
        with self._words() as words:
            done = subprocess.run(  # noqa: S603
                command, env=self.env, cwd=self.directory, stdout=words, stderr=words, check=False
            )
        if done.returncode:
            raise ProcessEnded(f"`{arguments[0]}` failed; its message is {self._place}.")

    @contextmanager
    def _words(self) -> Iterator[BinaryIO | None]:
        """Open where the children's words go; None for where this process's own go."""
        if self.log is None:
            yield None
            return
        with self.log.open("ab") as words:
            yield words

    @property
    def _place(self) -> str:
        return f"in {self.log}" if self.log else "above"

    def refuse_if_one_ended(self) -> None:
        """Raise ProcessEnded when a process that should run has ended."""
        for process in self.running:
            if process.poll() is not None:
                raise ProcessEnded(f"A part ended by itself; its message is {self._place}.")

    def wait_for_port(self, port: int, seconds: float = 60) -> None:
        """Return once something listens on the port; raise ProcessEnded if it never does."""
        deadline = time.monotonic() + seconds
        while not port_answers(port):
            self.refuse_if_one_ended()
            if time.monotonic() > deadline:
                raise ProcessEnded(f"Nothing answers on port {port} after {seconds:.0f} seconds.")
            time.sleep(0.1)

    def wait(self) -> None:
        """Return on Ctrl-C; raise ProcessEnded when a part ends by itself."""
        try:
            while True:
                self.refuse_if_one_ended()
                time.sleep(0.5)
        except KeyboardInterrupt:
            return

    def __exit__(self, *_: object) -> None:
        """End everything that still runs, newest first."""
        for process in reversed(self.running):
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
