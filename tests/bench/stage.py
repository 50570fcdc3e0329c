"""What is measured: the demo's web server with two processes, and its simulated ConnectWise."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from resolutionflow.lib.processes import Processes, free_port
from tests.staging.database import let_go_of_the_database, postgres_server, throw_away
from tests.staging.stage import ROOT, WEB_PROCESSES, Simulated, Web

__all__ = ["ENGINEER", "WEB_PROCESSES", "Stage", "database", "password", "stage"]

ENGINEER = "erin@northwind.example"


@dataclass(frozen=True, slots=True)
class Stage:
    """The two that run."""

    web: Web
    simulated: Simulated

    def connections(self) -> int:
        """Return how many TCP connections the simulator has accepted for calls."""
        return int(self.simulated.control("connections")["accepted"])

    def ticket_ids(self) -> list[str]:
        """Return the numbers of the newest thousand tickets, newest first."""
        newest = {"orderBy": "id desc", "pageSize": "1000", "fields": "id"}
        answer = httpx.get(
            f"{self.simulated.api_url}/service/tickets",
            params=newest,
            headers=self.simulated.api_headers(),
        )
        return [str(ticket["id"]) for ticket in answer.raise_for_status().json()]


@contextlib.contextmanager
def stage(
    *,
    tickets: int,
    latency_ms: int,
    web_processes: int = WEB_PROCESSES,
    trusted: Sequence[str] = (),
) -> Iterator[Stage]:
    """Build the demo on a database of its own, and end and remove everything afterwards.

    On the server of TEST_DATABASE_URL (or DATABASE_URL) if that is PostgreSQL, else SQLite.
    This process sees the same database through Django. `trusted`: origins beside the simulator.
    """
    simulator_port = free_port()
    with tempfile.TemporaryDirectory() as directory, database(Path(directory)) as url:
        os.environ.update(_environment(url, simulator_port, trusted))
        env = _demo_environment(Path(directory), simulator_port, web_processes)
        with Processes(env, ROOT) as processes:
            yield _built(processes, simulator_port, tickets, latency_ms)
        let_go_of_the_database()


def password() -> str:
    """Return the demo people's password; Django must be set up."""
    from accounts.demo import PASSWORD

    return PASSWORD


def _built(processes: Processes, port: int, tickets: int, latency_ms: int) -> Stage:
    simulated = Simulated.start(processes, port, tickets=tickets, latency_ms=latency_ms)
    processes.finish("migrate", "--verbosity", "0")
    processes.finish("collectstatic", "--no-input", "--verbosity", "0")
    processes.wait_for_port(port, seconds=180)
    processes.finish("seed_demo", "--site", simulated.url)
    return Stage(Web.start(processes, free_port()), simulated)


def _environment(database: str, simulator_port: int, trusted: Sequence[str]) -> dict[str, str]:
    """Return what the measured processes and this one have in common."""
    return {
        "DJANGO_SETTINGS_MODULE": "resolutionflow.settings",
        # For the same keys as the demo's processes: this one seals credentials for them.
        "DEMO": "1",
        "DATABASE_URL": database,
        "DEMO_DATABASE_URL": database,
        "PSA_TRUSTED_SITES": ",".join([f"http://127.0.0.1:{simulator_port}", *trusted]),
        "LOG_LEVEL": "WARNING",
        "RATE_LIMIT_SEARCH": "1000000/m",
        "RATE_LIMIT_TICKET": "1000000/m",
        "RATE_LIMIT_POST": "1000000/m",
        "RATE_LIMIT_WRITE": "1000000/m",
        "RATE_LIMIT_QUEUE": "1000000/m",
    }


def _demo_environment(directory: Path, simulator_port: int, web_processes: int) -> dict[str, str]:
    """Return the environment of `make demo`, with so many web processes."""
    import django

    django.setup()
    from sessions_app.management.commands.demo import demo_environment

    env = demo_environment(directory, simulator_port)
    trusted = os.environ["PSA_TRUSTED_SITES"]
    return {**env, "WEB_PROCESSES": str(web_processes), "PSA_TRUSTED_SITES": trusted}


@contextlib.contextmanager
def database(directory: Path) -> Iterator[str]:
    """Name a new database by its address, and remove it afterwards."""
    server = postgres_server()
    if not server:
        yield f"sqlite:///{directory}/demo.sqlite3"
        return
    with throw_away(server, f"bench_{os.getpid()}") as url:
        yield url
