"""What is besieged: gunicorn with two processes, PostgreSQL, two Redis, and hostile PSAs.

Everything is on loopback and exists for this run only. The settings are a production's: no
DEBUG, no demo, a host of its own, HTTPS ended by a proxy (`tests.siege.visitor`).
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from resolutionflow.lib.processes import ProcessEnded, Processes, free_port
from tests.siege.redis import Redis
from tests.siege.visitor import HOST, URL, Visitor
from tests.staging.database import let_go_of_the_database, postgres_server, throw_away
from tests.staging.entrance import is_logged_in
from tests.staging.stage import ROOT, WEB_PROCESSES, Simulated, Web

PASSWORD = "the walls are high and old"
ACCOUNTS = ("Aster", "Borage", "Clover")
# The owner administers, the two engineers work; the viewer only looks.
PEOPLE = {"owner": "owner", "engineer": "engineer", "colleague": "engineer", "viewer": "viewer"}
SUPER_ADMIN = "root@siege.test"
# Never a PSA, whatever an operator trusts by mistake: what clouds tell their machines.
METADATA = (
    "http://169.254.169.254",
    "http://[fd00:ec2::254]",
    "http://168.63.129.16",
    "http://[64:ff9b::a9fe:a9fe]",
    "http://[2002:a9fe:a9fe::1]",
    "http://[::ffff:169.254.169.254]",
)


@dataclass(frozen=True, slots=True)
class HostilePsa:
    """A PSA that attacks when it is told to (`tests.hostile`), in a process of its own."""

    url: str

    def attack(self, name: str) -> None:
        """Answer every call so from now on."""
        httpx.put(f"{self.url}/__hostile__/{name}", timeout=10).raise_for_status()

    def be_honest(self) -> None:
        """Answer as the simulated ConnectWise behind it."""
        httpx.delete(f"{self.url}/__hostile__/", timeout=10).raise_for_status()

    def seen(self) -> list[list[str]]:
        """Return method and target of the requests so far."""
        seen: list[list[str]] = httpx.get(f"{self.url}/__hostile__/", timeout=10).json()["seen"]
        return seen


@dataclass
class Installation:
    """What runs, and how to reach it."""

    processes: Processes
    web: Web
    port: int
    simulated: Simulated
    psas: dict[str, HostilePsa]
    cache: Redis
    counters: Redis
    log: Path
    letters: Path

    def visitor(self, address: str = "198.51.100.7") -> Visitor:
        """Return a new browser, which is not logged in."""
        return Visitor(self.port, address)

    def logged_in(self, email: str, address: str = "203.0.113.5") -> Visitor:
        """Return a browser in which this person is logged in."""
        visitor = self.visitor(address)
        answer = visitor.log_in(email, PASSWORD)
        if not is_logged_in(answer):
            raise RuntimeError(f"{email} was not let in: {answer.status_code}")
        return visitor


def email_of(account: str, person: str) -> str:
    """Return the log-in name of this person of the account."""
    return f"{person}@{account.lower()}.test"


@contextmanager
def installation() -> Iterator[Installation]:
    """Build it, and remove it at the end. Needs PostgreSQL and redis-server."""
    server = postgres_server()
    if not server:
        raise SystemExit("The siege needs PostgreSQL: set TEST_DATABASE_URL or DATABASE_URL.")
    with (
        tempfile.TemporaryDirectory() as name,
        throw_away(server, f"siege_{os.getpid()}") as database,
    ):
        directory = Path(name)
        outer = {each: os.environ[each] for each in ("PATH", "HOME", "LANG") if each in os.environ}
        with Processes(outer, ROOT, directory / "siege.log") as processes:
            try:
                built = _built(processes, directory, database)
            except ProcessEnded as ended:
                raise SystemExit(
                    f"{ended}\n{(directory / 'siege.log').read_text()[-2000:]}"
                ) from ended
            yield built
        let_go_of_the_database()


def _built(processes: Processes, directory: Path, database: str) -> Installation:
    ports = {account: free_port() for account in ACCOUNTS}
    simulator_port = free_port()
    cache, counters = Redis(processes), Redis(processes)
    cache.start()
    counters.start()
    letters = directory / "letters"
    letters.mkdir()
    processes.env |= _settings(database, directory, ports) | {
        "REDIS_URL": cache.url,
        "COUNTERS_REDIS_URL": counters.url,
    }
    os.environ |= processes.env
    simulated = Simulated.start(processes, simulator_port, tickets=200)
    processes.finish("migrate", "--verbosity", "0")
    processes.finish("collectstatic", "--no-input", "--verbosity", "0")
    processes.wait_for_port(simulator_port)
    for port in ports.values():
        processes.start_module("tests.hostile", "--port", str(port), "--upstream", simulated.url)
    psas = {account: HostilePsa(f"http://127.0.0.1:{port}") for account, port in ports.items()}
    _people(psas)
    web_port = free_port()
    web = Web.start(processes, web_port, public_url=URL)
    for port in ports.values():
        processes.wait_for_port(port)
    return Installation(
        processes, web, web_port, simulated, psas, cache, counters,
        directory / "siege.log", letters,
    )  # fmt: skip


def _settings(database: str, directory: Path, ports: dict[str, int]) -> dict[str, str]:
    aster, borage, clover = (f"http://127.0.0.1:{ports[name]}" for name in ACCOUNTS)
    # Clover's PSA is Clover's alone.
    trusted = [aster, borage, f"Clover={clover}", *METADATA]
    return {
        "DJANGO_SETTINGS_MODULE": "resolutionflow.settings",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "CREDENTIAL_KEYS": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": HOST,
        "PUBLIC_URL": URL,
        "CSRF_TRUSTED_ORIGINS": URL,
        "DATABASE_URL": database,
        "STATIC_ROOT": str(directory / "static"),
        "MEDIA_ROOT": str(directory / "files"),
        "EMAIL_URL": f"filemail:///{directory}/letters",
        "WEB_PROCESSES": str(WEB_PROCESSES),
        "PSA_TRUSTED_SITES": ",".join(trusted),
        "RATE_LIMIT_SEARCH": "100000/m",
        "RATE_LIMIT_TICKET": "100000/m",
        "RATE_LIMIT_QUEUE": "100000/m",
    }


def _people(psas: dict[str, HostilePsa]) -> None:
    """Create the accounts with their people and connections, and a super admin."""
    import django

    django.setup()
    from django.contrib.auth.hashers import make_password

    from accounts.models import Account, User
    from tests.staging.connected import connect

    hashed = make_password(PASSWORD)  # once: it is slow on purpose
    for name, psa in psas.items():
        account = Account.objects.create(name=name)
        people = [
            User(
                email=email_of(name, person), name=f"{name} {person}", role=role,
                account=account, password=hashed,
            )
            for person, role in PEOPLE.items()
        ]  # fmt: skip
        User.objects.bulk_create(people)
        connect(account, psa.url)
    User.objects.create(email=SUPER_ADMIN, name="Root", is_superuser=True, password=hashed)


def account_of(name: str) -> Any:
    """Return the account of this name; Django is set up once the installation is built."""
    from accounts.models import Account

    return Account.objects.get(name=name)
