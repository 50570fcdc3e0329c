"""A small stand-in for systemd: it runs units as they are written, ours and Debian's.

A container has no systemd. What the page's `systemctl` lines say is carried out here: a
unit's ExecStart under its User with its EnvironmentFile, without privileges, under its system
call filter (confine.py), started again when it dies. Mounts and namespaces are left out.
"""

import configparser
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from threading import Event, Lock, Thread

UNITS = Path("/etc/systemd/system")
DEBIANS = Path("/lib/systemd/system")
# Before anything of the application can be imported, and under another user: a file alone.
CONFINE = Path(__file__).with_name("confine.py")
# What the page stops and starts besides the application, and which a container starts otherwise.
ELSEWHERE = ("redis-server",)
SYSTEMCTL = """#!/usr/bin/env python3
import socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect({path!r})
line.sendall(" ".join(sys.argv[1:]).encode())
line.shutdown(socket.SHUT_WR)
answer = line.makefile().read()
sys.exit(answer or 0)
"""


class Unit:
    """One service, kept running."""

    def __init__(self, name: str, directory: Path) -> None:
        template, at, self._instance = name.partition("@")
        folder = DEBIANS if at else UNITS
        parsed = configparser.RawConfigParser(strict=False)
        parsed.optionxform = str  # type: ignore[method-assign, assignment]
        self._file = folder / f"{template}{at}.service"
        parsed.read(self._file)
        self._service = parsed["Service"]
        self._directory = directory
        self._stop = Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self._start()
        Thread(target=self._keep, daemon=True).start()

    @property
    def pid(self) -> int:
        """The main process."""
        if self.process is None:
            raise RuntimeError("The unit does not run.")
        return self.process.pid

    def stop(self) -> None:
        """End it as systemd does: politely, and by force after its time."""
        self._stop.set()
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            # 0 is systemd's word for a wait without an end.
            self.process.wait(float(self._service["TimeoutStopSec"]) or None)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _keep(self) -> None:
        while not self._stop.wait(0.2):
            if self.process is None or self.process.poll() is None:
                continue
            # systemd ends what a killed main process leaves behind.
            _end_group(self.process.pid)
            time.sleep(float(self._service.get("RestartSec", "0.1")))
            if not self._stop.is_set():
                self._start()

    def _start(self) -> None:
        user = self._service["User"]
        self._make_runtime_directory(user)
        with (self._directory / "units.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self._become(user), *shlex.split(self._text("ExecStart"))],
                cwd=self._service.get("WorkingDirectory", "/"),
                env={"PATH": os.environ["PATH"], **self._environment()},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    def _text(self, name: str) -> str:
        return self._service[name].replace("%i", self._instance)

    def _become(self, user: str) -> list[str]:
        # Unlike runuser, setpriv becomes the command: its number is the one to kill.
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        become += ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
        if self._instance:
            return become
        confine = self._directory / CONFINE.name
        shutil.copy(CONFINE, confine)
        return [*become, "/usr/bin/python3", str(confine), str(self._file)]

    def _make_runtime_directory(self, user: str) -> None:
        if "RuntimeDirectory" in self._service:
            directory = Path("/run") / self._text("RuntimeDirectory")
            directory.mkdir(exist_ok=True)
            shutil.chown(directory, user, user)
            directory.chmod(int(self._service["RuntimeDirectoryMode"], 8))

    def _environment(self) -> dict[str, str]:
        if "EnvironmentFile" not in self._service:
            return {}
        lines = Path(self._service["EnvironmentFile"]).read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


class Init:
    """Answers the page's `systemctl`."""

    def __init__(self, directory: Path) -> None:
        self.units: dict[str, Unit] = {}
        self._directory = directory
        self._lock = Lock()
        path = directory / "init.socket"
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        command = directory / "bin" / "systemctl"
        command.parent.mkdir()
        command.write_text(SYSTEMCTL.format(path=str(path)))
        command.chmod(0o755)
        self.path = str(command.parent)
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            line, _ = self._socket.accept()
            with line:
                words = line.makefile().read().split()
                try:
                    self._obey(*words)
                except Exception as problem:
                    line.sendall(f"systemctl: {problem!r}".encode())

    def _obey(self, verb: str, *names: str) -> None:
        with self._lock:
            for name in (each for each in names if not each.startswith("-")):
                if name == "nginx":
                    _proxy()
                elif name not in ELSEWHERE and not name.endswith(".timer"):
                    self._unit(verb, name)

    def _unit(self, verb: str, name: str) -> None:
        if verb in ("stop", "restart") and name in self.units:
            self.units.pop(name).stop()
        if verb in ("enable", "start", "restart") and name not in self.units:
            self.units[name] = Unit(name, self._directory)

    def stop(self) -> None:
        """End all units and the proxy; the last started first, as what it needs ends after it."""
        for unit in reversed(self.units.values()):
            unit.stop()
        stop_proxy()


def _proxy() -> None:
    """Start nginx, or let it read its configuration again."""
    running = subprocess.run(["nginx", "-s", "reload"], check=False, capture_output=True)
    if running.returncode:
        subprocess.run(["nginx"], check=True)


def stop_proxy() -> None:
    """End nginx, if it runs."""
    subprocess.run(["nginx", "-s", "quit"], check=False, capture_output=True)


def _end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
