"""The processes that are measured: simulator, database, web server with two processes."""

import base64
import contextlib
import json
import os
import socket
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from psycopg import sql

from psa.simulators.connectwise import Simulator
from resolutionflow.lib.processes import Processes

ROOT = Path(__file__).resolve().parents[2]
WEB_PROCESSES = 2
ENGINEER = "erin@northwind.example"
_CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything answers, and the process of the web server."""

    web_url: str
    simulator_url: str
    web_pid: int

    def control(self, what: str, body: Any = None, method: str | None = None) -> Any:
        """Ask the simulator's own addresses."""
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.simulator_url}/__simulator__/{what}"
        request = urllib.request.Request(url, data=data, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            text = answer.read()
        return json.loads(text) if text else None

    def connections(self) -> int:
        """Return how many TCP connections the simulator has accepted for calls."""
        return int(self.control("connections")["accepted"])

    @property
    def api_url(self) -> str:
        """Where the simulator takes calls."""
        return f"{self.simulator_url}/v4_6_release/apis/3.0"

    def api_headers(self) -> dict[str, str]:
        """Return what signs a call to the simulator."""
        tenant = Simulator(tickets=0).tenants["northwind"]
        login = f"{tenant.company_id}+{tenant.public_key}:{tenant.private_key}"
        signed = base64.b64encode(login.encode()).decode()
        return {"Authorization": f"Basic {signed}", "clientId": tenant.client_id}

    def ticket_ids(self) -> list[str]:
        """Return the numbers of the newest thousand tickets, newest first."""
        newest = {"orderBy": "id desc", "pageSize": "1000", "fields": "id"}
        answer = httpx.get(
            f"{self.api_url}/service/tickets", params=newest, headers=self.api_headers()
        )
        return [str(ticket["id"]) for ticket in answer.raise_for_status().json()]

    def workers(self) -> list[int]:
        """Return the process ids that answer requests."""
        children = Path(f"/proc/{self.web_pid}/task/{self.web_pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def memory(self) -> dict[int, float]:
        """Return the resident memory of each web process in MiB."""
        return {pid: _resident(pid) for pid in self.workers()}

    def cpu_seconds(self) -> float:
        """Return the processor time that the web processes have used."""
        return sum(_cpu(pid) for pid in self.workers())


@contextlib.contextmanager
def stage(*, tickets: int, latency_ms: int) -> Iterator[Stage]:
    """Build the demo on a database of its own, and end and remove everything afterwards.

    On the server of TEST_DATABASE_URL (or DATABASE_URL) if that is PostgreSQL, else SQLite.
    This process sees the same database through Django.
    """
    port, simulator_port = _free_port(), _free_port()
    with tempfile.TemporaryDirectory() as directory, database(Path(directory)) as url:
        os.environ.update(_environment(url, simulator_port))
        env = _demo_environment(Path(directory), simulator_port)
        with Processes(env, ROOT) as processes:
            yield _built(processes, port, simulator_port, tickets, latency_ms)
        let_go_of_the_database()


def password() -> str:
    """Return the demo people's password; Django must be set up."""
    from accounts.demo import PASSWORD

    return PASSWORD


def _built(
    processes: Processes, port: int, simulator_port: int, tickets: int, latency_ms: int
) -> Stage:
    processes.start(
        "simulate_connectwise", "--port", str(simulator_port),
        "--tickets", str(tickets), "--latency-ms", str(latency_ms),
    )  # fmt: skip
    processes.finish("migrate", "--verbosity", "0")
    processes.finish("collectstatic", "--no-input", "--verbosity", "0")
    processes.wait_for_port(simulator_port, seconds=180)
    simulator_url = f"http://127.0.0.1:{simulator_port}"
    processes.finish("seed_demo", "--site", simulator_url)
    web = processes.start_web(port)
    processes.wait_for_port(port)
    return Stage(f"http://127.0.0.1:{port}", simulator_url, web.pid)


def _environment(database: str, simulator_port: int) -> dict[str, str]:
    """Return what the measured processes and this one have in common."""
    return {
        "DJANGO_SETTINGS_MODULE": "resolutionflow.settings",
        "DATABASE_URL": database,
        "DEMO_DATABASE_URL": database,
        "PSA_TRUSTED_SITES": f"http://127.0.0.1:{simulator_port}",
        "LOG_LEVEL": "WARNING",
        "RATE_LIMIT_SEARCH": "1000000/m",
        "RATE_LIMIT_TICKET": "1000000/m",
        "RATE_LIMIT_POST": "1000000/m",
        "RATE_LIMIT_QUEUE": "1000000/m",
    }


def _demo_environment(directory: Path, simulator_port: int) -> dict[str, str]:
    """Return the environment of `make demo`, with as many web processes as production has."""
    import django

    django.setup()
    from sessions_app.management.commands.demo import demo_environment

    env = demo_environment(directory, simulator_port)
    return {**env, "WEB_PROCESSES": str(WEB_PROCESSES)}


@contextlib.contextmanager
def database(directory: Path) -> Iterator[str]:
    """Name a new database by its address, and remove it afterwards."""
    server = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{directory}/demo.sqlite3"
        return
    name = f"bench_{os.getpid()}"
    _administer(server, "CREATE DATABASE {}", name)
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _administer(server, "DROP DATABASE {} WITH (FORCE)", name)


def _administer(server: str, statement: str, name: str) -> None:
    maintenance = urlsplit(server)._replace(path="/postgres").geturl()
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def let_go_of_the_database() -> None:
    """Close this process's connections: a database in use cannot be removed."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        getattr(connection, "close_pool", lambda: None)()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS
