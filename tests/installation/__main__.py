"""`python -m tests.installation`: follow docs/operations.md, then kill every process in turn.

As root on a Debian machine that may be thrown away, with PostgreSQL running: it makes the user,
the database, two Redis, /srv/resolutionflow and /etc/resolutionflow, and removes them. The
machine's PostgreSQL is killed as well, and started again.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from psa.simulators.connectwise import Simulator
from resolutionflow.lib.processes import port_answers
from tests import chromium
from tests.bench.report import Row, table
from tests.installation import proxies, services
from tests.installation.engineer import Engineer, Keys, set_up
from tests.installation.init import Init, stop_proxy
from tests.installation.page import PAGE, block, blocks, section
from tests.staging.stage import Simulated
from tests.staging.usage import children

ROOT = Path(__file__).resolve().parents[2]
APP, SETTINGS = Path("/srv/resolutionflow"), Path("/etc/resolutionflow")
HOST, OWNER = "app.resolutionflow.test", "owner@installed.example"
URL, CERTIFICATE = f"https://{HOST}", SETTINGS / "tls" / "fullchain.pem"
SIMULATOR_PORT = 9471
SIMULATOR = f"http://127.0.0.1:{SIMULATOR_PORT}"
LATENCY_MS = 300
NOTES_A_KILL = 6
SECONDS_DOWN = 3.0
# What the laboratory needs besides the page: the simulator is no public https site.
LABORATORY = f"PSA_TRUSTED_SITES={SIMULATOR}\nRATE_LIMIT_POST=1000/m\nRATE_LIMIT_TICKET=1000/m\n"


@dataclass(frozen=True, slots=True)
class Victim:
    """A process to kill; `revive` starts it again where nothing else does."""

    name: str
    pid: Callable[[], int]
    revive: Callable[[], None] | None = None


def main() -> int:
    """Return 0 if the page holds what it says."""
    if os.geteuid() != 0 or APP.exists() or SETTINGS.exists():
        print("Only as root, and only where ResolutionFlow is not installed.")
        return 2
    with tempfile.TemporaryDirectory() as name, ExitStack() as undo:
        directory = Path(name)
        directory.chmod(0o755)
        undo.callback(_remove)
        init = Init(directory)
        undo.callback(init.stop)
        environment = _prepare(init, undo)
        password = _install(environment)
        keys = _keys()
        set_up(URL, environment["CHROMIUM"], (OWNER, password), keys)
        rows = _kill_in_turn(init, (OWNER, password))
        rows += _back_up_and_restore(environment, (OWNER, password))
        rows += _hold_the_proxies(directory, undo)
    print(table(rows))
    return 0 if all(row.holds for row in rows) else 1


# --- Following the page ----------------------------------------------------------------


def _prepare(init: Init, undo: ExitStack) -> dict[str, str]:
    """Make what the page takes for granted: a name, a certificate, a PSA, a repository."""
    hosts = Path("/etc/hosts")
    before = hosts.read_text()
    hosts.write_text(f"{before}\n127.0.0.1 {HOST}\n")
    undo.callback(hosts.write_text, before)
    CERTIFICATE.parent.mkdir(parents=True)
    _run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST} "
        f"-addext subjectAltName=DNS:{HOST} "
        f"-keyout {CERTIFICATE.parent}/privkey.pem -out {CERTIFICATE} 2>/dev/null",
        dict(os.environ),
    )
    simulator = subprocess.Popen(
        [sys.executable, "manage.py", "simulate_connectwise", "--port", str(SIMULATOR_PORT),
         "--latency-ms", str(LATENCY_MS)],
        cwd=ROOT,
    )  # fmt: skip
    undo.callback(simulator.kill)
    outside = {"DATABASE_URL", "REDIS_URL", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in outside}
    return environment | {
        "PATH": f"{init.path}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "REPOSITORY": ROOT.as_uri(),
        "HOST_NAME": HOST,
        "OWNER": OWNER,
        "CHROMIUM": chromium.path(),
    }


def _install(environment: dict[str, str]) -> str:
    """Run the page's blocks as one shell session, and return the owner's password."""
    install = section("Install", PAGE.read_text())
    *steps, (_, start) = blocks(install)
    laboratory = f"cat >> {SETTINGS}/env <<'LAB'\n{LABORATORY}LAB\n"
    said = _run("\n".join([*(commands for _, commands in steps), laboratory, start]), environment)
    _wait_until(lambda: _answers(f"{URL}/readyz"), "The installation does not become ready.")
    found = re.search(r"One-time password, shown only now: (\S+)", said)
    if found is None:
        raise RuntimeError("create_account printed no password.")
    return found[1]


def _run(commands: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail"], input=commands, env=environment, cwd="/root",
        stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"The page's commands failed:\n{done.stdout}")
    return done.stdout


# --- Killing ---------------------------------------------------------------------------


def _kill_in_turn(init: Init, person: tuple[str, str]) -> list[Row]:
    web, deliver = (init.units[f"resolutionflow-{name}"] for name in ("web", "deliver"))
    cache, counters = (
        init.units[f"redis-server@resolutionflow-{name}"] for name in ("cache", "counters")
    )
    nginx = int(Path("/run/nginx.pid").read_text())
    victims = [
        Victim("first web process", lambda: children(web.pid)[0]),
        Victim("second web process", lambda: children(web.pid)[1]),
        Victim("gunicorn itself", lambda: web.pid),
        Victim("deliver_posts", lambda: deliver.pid),
        Victim("a process of the proxy", lambda: children(nginx)[0]),
        Victim("a process of PostgreSQL", services.postgres_backend),
        Victim("PostgreSQL itself", services.postgres, services.start_postgres),
        Victim("the Redis of caches", lambda: cache.pid),
        Victim("the Redis of counters", lambda: counters.pid),
    ]
    engineer = Engineer(URL, str(CERTIFICATE), person)
    tickets = _tickets()
    rows = []
    for number, victim in enumerate(victims):
        mine = tickets[number * NOTES_A_KILL : (number + 1) * NOTES_A_KILL]
        rows += _kill_one(victim, engineer, mine)
    return rows


def _kill_one(victim: Victim, engineer: Engineer, tickets: list[str]) -> list[Row]:
    """Kill the process while notes are on their way; count what arrived, once and as written."""
    notes = [(ticket, *engineer.write_a_note(ticket)) for ticket in tickets]
    with ThreadPoolExecutor(len(notes)) as desks:
        posting = [desks.submit(engineer.post, address, form) for _, address, form in notes]
        time.sleep(LATENCY_MS / 2000)
        os.kill(victim.pid(), signal.SIGKILL)
        if victim.revive:
            time.sleep(SECONDS_DOWN)
            victim.revive()
        answers = sorted({each.result() for each in posting})
    _wait_until(lambda: _answers(f"{URL}/readyz"), f"Not ready after {victim.name} was killed.")

    def arrived() -> list[int]:
        return [_times(ticket, form["content"]) for ticket, _, form in notes]

    _wait_until(
        lambda: 0 not in arrived(), f"Not all notes arrived after {victim.name} was killed."
    )
    once = arrived().count(1)
    remark = f"answers {answers}"
    return [
        Row(f"{victim.name} killed: notes not there exactly once", len(notes) - once, "", 0, remark)
    ]


def _back_up_and_restore(environment: dict[str, str], person: tuple[str, str]) -> list[Row]:
    page = PAGE.read_text()
    for step in ("backupkey", "backup", "restore"):
        _run(block(step, page), environment)
    _wait_until(lambda: _answers(f"{URL}/healthz"), "Not up after the restore.")
    engineer = Engineer(URL, str(CERTIFICATE), person)
    ticket = _tickets()[-1]
    address, form = engineer.write_a_note(ticket)
    _run("systemctl start resolutionflow-deliver", environment)
    status = engineer.post(address, form)
    _wait_until(lambda: _times(ticket, form["content"]) == 1, "No note after the restore.")
    return [Row("restored: a note posted", status, "", 202, "HTTP status")]


# --- Slow senders ----------------------------------------------------------------------


def _hold_the_proxies(directory: Path, undo: ExitStack) -> list[Row]:
    """Attack nginx as the page installed it, and then Caddy in its place."""
    logs = [Path("/var/log/nginx") / f"resolutionflow{kind}.log" for kind in ("", "-error")]
    rows = proxies.hold(
        "nginx", HOST, str(CERTIFICATE), lambda: "".join(map(Path.read_text, logs)), whole=False
    )
    stop_proxy()
    _wait_until(lambda: not port_answers(443), "nginx does not end.")
    log = _start_caddy(directory, undo)
    return [*rows, *proxies.hold("Caddy", HOST, str(CERTIFICATE), log.read_text, whole=True)]


def _start_caddy(directory: Path, undo: ExitStack) -> Path:
    """Run deploy/Caddyfile with this laboratory's certificate and without containers."""
    certificate = f"\ttls {CERTIFICATE} {CERTIFICATE.parent}/privkey.pem\n"
    written = (ROOT / "deploy" / "Caddyfile").read_text()
    written = written.replace("\tlog\n\trequest_body", f"\tlog\n{certificate}\trequest_body")
    (directory / "Caddyfile").write_text(written.replace("/etc/caddy", str(ROOT / "deploy")))
    log = directory / "caddy.log"
    with log.open("wb") as words:
        caddy = subprocess.Popen(
            [Path(sys.executable).with_name("caddy"), "run", "--config", directory / "Caddyfile"],
            env={
                "HOME": str(directory),
                "ALLOWED_HOSTS": HOST,
                "APPLICATION": "127.0.0.1:8000",
            },
            stdout=words,
            stderr=words,
        )
    undo.callback(caddy.kill)
    _wait_until(lambda: _answers(f"{URL}/healthz"), "Caddy does not answer.")
    return log


# --- What the PSA holds ----------------------------------------------------------------


def _keys() -> Keys:
    tenant = Simulator(tickets=0).tenants["northwind"]
    return Keys(
        site=SIMULATOR,
        company=tenant.company_id,
        public=tenant.public_key,
        private=tenant.private_key,
        client_id=tenant.client_id,
    )


def _tickets() -> list[str]:
    """Return the numbers of tickets that notes may be written to."""
    tables = Simulated(SIMULATOR).control("dump")["northwind"]
    return [str(ticket["id"]) for ticket in tables["tickets"][:60]]


def _times(ticket: str, content: str) -> int:
    notes = Simulated(SIMULATOR).control(f"notes/northwind/{ticket}")
    return sum(note["text"] == content for note in notes)


def _answers(url: str) -> bool:
    done = subprocess.run(
        ["curl", "-fsS", "--cacert", str(CERTIFICATE), url], capture_output=True, check=False
    )
    return done.returncode == 0


def _wait_until(holds: Callable[[], bool], otherwise: str, seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > ends:
            raise RuntimeError(otherwise)
        time.sleep(0.5)


def _remove() -> None:
    """Take away everything that following the page made."""
    for path in (APP, SETTINGS):
        shutil.rmtree(path, ignore_errors=True)
    shutil.rmtree("/etc/nginx/resolutionflow", ignore_errors=True)
    leftovers = [
        Path("/usr/local/bin/resolutionflow"),
        Path("/etc/nginx/conf.d/resolutionflow.conf"),
    ]
    leftovers += Path("/etc/systemd/system").glob("resolutionflow-*")
    leftovers += Path("/etc/redis").glob("redis-resolutionflow-*")
    leftovers += [Path("/root/backup.key"), Path("/root/resolutionflow.dump.age")]
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    commands = (
        "runuser -u postgres -- psql -qc 'DROP DATABASE IF EXISTS resolutionflow WITH (FORCE)' "
        "-c 'DROP ROLE IF EXISTS resolutionflow'; userdel resolutionflow"
    )
    subprocess.run(["bash", "-c", commands], check=False, cwd="/root")


if __name__ == "__main__":
    sys.exit(main())
