"""The product's processes as deploy/ starts them, and a simulated ConnectWise beside them."""

import base64
import json
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psa.simulators.connectwise import Simulator
from resolutionflow.lib.processes import Processes
from tests.staging import usage

ROOT = Path(__file__).resolve().parents[2]
WEB_PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated ConnectWise that runs as a process of its own."""

    url: str

    @classmethod
    def start(
        cls, processes: Processes, port: int, *, tickets: int, latency_ms: int = 0
    ) -> "Simulated":
        """Start one on this port of loopback; wait for the port before you use it."""
        processes.start(
            "simulate_connectwise", "--port", str(port),
            "--tickets", str(tickets), "--latency-ms", str(latency_ms),
        )  # fmt: skip
        return cls(f"http://127.0.0.1:{port}")

    @property
    def api_url(self) -> str:
        """Where it takes calls."""
        return f"{self.url}/v4_6_release/apis/3.0"

    def api_headers(self) -> dict[str, str]:
        """Return what signs a call to it, as the demo's tenant."""
        tenant = Simulator(tickets=0).tenants["northwind"]
        login = f"{tenant.company_id}+{tenant.public_key}:{tenant.private_key}"
        signed = base64.b64encode(login.encode()).decode()
        return {"Authorization": f"Basic {signed}", "clientId": tenant.client_id}

    def control(self, what: str, body: Any = None, method: str | None = None) -> Any:
        """Ask the simulator's own addresses (`psa.simulators.connectwise.control`)."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.url}/__simulator__/{what}"
        request = urllib.request.Request(url, data=data, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None


@dataclass(frozen=True, slots=True)
class Web:
    """The web server: gunicorn with several processes."""

    url: str
    pid: int

    @classmethod
    def start(cls, processes: Processes, port: int, public_url: str = "") -> "Web":
        """Start it as deploy/ does, on this port of loopback; return once it takes requests."""
        main = processes.start_web(port, public_url)
        processes.wait_for_port(port)
        return cls(f"http://127.0.0.1:{port}", main.pid)

    def workers(self) -> list[int]:
        """Return the ids of the processes that answer requests."""
        return usage.children(self.pid)

    def serves(self) -> bool:
        """Return whether all processes are there and wait for requests."""
        workers = self.workers()
        return len(workers) == WEB_PROCESSES and all(map(usage.takes_connections, workers))

    def memory(self) -> dict[int, float]:
        """Return the resident memory of each process that answers requests, in MiB."""
        return {pid: usage.resident(pid) for pid in self.workers()}

    def cpu_seconds(self) -> float:
        """Return the processor time that these processes have used."""
        return sum(usage.cpu_seconds(pid) for pid in self.workers())
