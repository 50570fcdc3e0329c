"""A Redis of the installation's own, on a port of loopback, with a password."""

import secrets
import shutil
import subprocess
from dataclasses import dataclass, field

from resolutionflow.lib.processes import Processes, free_port


@dataclass
class Redis:
    """One instance. It keeps nothing on the disk."""

    processes: Processes
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_hex(16))
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it is, with its password."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and return once it answers. Needs redis-server on the path."""
        command = shutil.which("redis-server")
        if command is None:
            raise SystemExit("The siege needs redis-server on the path.")
        self._process = self.processes.start_command(
            command, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--requirepass", self.password,
        )  # fmt: skip
        self.processes.wait_for_port(self.port)

    def stop(self) -> None:
        """End it as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self.processes.running.remove(self._process)
            self._process = None
