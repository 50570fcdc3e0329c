"""The storm: posts under random faults and kills, and what arrived in the end.

    python -m tests.storm.storm --posts 2000 [--seed 1]

Real processes on loopback: the ConnectWise simulator with random faults, a web server with
two processes, two `deliver_posts`, and a PostgreSQL database of its own (made in the server
that TEST_DATABASE_URL or DATABASE_URL names, dropped at the end). While engineers post over
HTTP, one of the sending processes is killed with SIGKILL every one to three seconds. Then
the faults stop, everything settles, and every post must be on its ticket exactly once with
the approved text, or visibly failed. Prints a table; exit status 1 if anything is amiss.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from resolutionflow.lib.processes import Processes, free_port
from tests.staging.database import let_go_of_the_database, postgres_server, throw_away
from tests.staging.stage import ROOT
from tests.storm import ground, terms
from tests.storm.crew import Crew, Killer
from tests.storm.load import Load
from tests.storm.tally import Row, Tally, compare

# A hung call outlives what a lease covers, and ends before lease and settling are over.
LEASE, SETTLE, HANG = 8, 6, 9.0
KINDS = (
    ["refuse", "cut_before", "error_before", "not_json", "error_after"] * 3
    + ["cut_after"] * 4
    + ["rate_limited"] * 2
    + ["latency", "slow_body", "hang_then_store", "forbidden"]
)
SETTLED_WITHIN = 180.0
UNKNOWN_WITHIN = 60.0
TABS = 3
Line = tuple[str, object]


def main() -> int:
    """Raise the storm and return the exit status."""
    options = _options()
    return staged("storm", lambda crew: _storm(crew, options))


def staged(
    title: str, storm: Callable[[Crew], bool], *, tickets: int = 100, **environment: str
) -> int:
    """Start the processes and a database of their own, raise a storm, return the exit status.

    `storm` returns whether all held. `tickets`: how many the simulator has.
    """
    # A request to end takes the processes along, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    server = postgres_server()
    if not server:
        sys.exit("The storm needs PostgreSQL: set TEST_DATABASE_URL.")
    name = f"{title}_{os.getpid()}"
    log = Path(tempfile.gettempdir()) / f"{name}.log"
    simulator_port = free_port()
    with throw_away(server, name) as database:
        os.environ.update(_environment(database, simulator_port) | environment)
        ground.prepare_database()
        with Processes(dict(os.environ), ROOT, log) as processes:
            holds = storm(Crew(processes, simulator_port, tickets))
        let_go_of_the_database()
    if holds:
        log.unlink()
    else:
        print(f"What the processes said: {log}")
    return 0 if holds else 1


def _options() -> argparse.Namespace:
    parser = arguments("Posts under faults and kills.", tickets=40)
    parser.add_argument("--posts", type=int, default=2000)
    return parser.parse_args()


def arguments(description: str, *, tickets: int) -> argparse.ArgumentParser:
    """Return a parser of the options that every storm of processes has."""
    parser = terms.parser(description)
    parser.add_argument("--tickets", type=int, default=tickets)
    parser.add_argument("--rate", type=float, default=0.25, help="part of the calls that fail")
    return parser


def _environment(database: str, simulator_port: int) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "resolutionflow.settings",
        "DATABASE_URL": database,
        "DATABASE_POOL_SIZE": "12",
        "WEB_PROCESSES": "2",
        "WEB_THREADS": "8",
        "REDIS_URL": "",
        "DEBUG": "1",
        "PSA_TRUSTED_SITES": f"http://127.0.0.1:{simulator_port}",
        "POST_LEASE_SECONDS": str(LEASE),
        "POST_SETTLE_SECONDS": str(SETTLE),
        "RATE_LIMIT_POST": "1000000/m",
        "RATE_LIMIT_WRITE": "1000000/m",
        "LOG_LEVEL": "WARNING",
    }


def _storm(crew: Crew, options: argparse.Namespace) -> bool:
    places = ground.places(crew.simulated.url, options.tickets)
    load = Load(crew.web.url, places, options.posts, options.seed, crew.is_up)
    raised = weather(crew, load, options)
    tally = tally_of(crew, load, options)
    show(raised.before() + tally_lines(tally) + raised.after(), tally.damages)
    return raised.is_complete and tally.holds


@dataclass(frozen=True, kw_only=True)
class Raised:
    """A storm that is over, before anything is counted."""

    load: Load
    killer: Killer
    watch: "Watch"
    faults: Counter[str]
    is_up: bool
    seed: int
    posting: float
    settling: float

    @property
    def is_complete(self) -> bool:
        """Whether everybody was let in and answered, and nothing was unknown for too long."""
        load = self.load
        complete = self.is_up and len(load.answered) == load.posts and not load.outside
        return complete and self.watch.longest <= UNKNOWN_WITHIN

    def before(self) -> list[Line]:
        """Return what a table of it begins with."""
        load, kills = self.load, self.killer.kills
        killed = ", ".join(f"{who}: {n}" for who, n in sorted(kills.items()))
        return [
            ("posts approved", len(load.approved)),
            ("answers to the browser", _counts(load.answers)),
            ("no answer, tried again", _counts(load.unanswered)),
            ("never answered", len(load.approved.keys() - load.answered.keys())),
            ("never let in", len(load.outside)),
            ("processes killed (SIGKILL)", f"{kills.total()} ({killed})"),
            ("faults", self.faults.total()),
            *((f"  {kind}", number) for kind, number in sorted(self.faults.items())),
        ]

    def after(self) -> list[Line]:
        """Return what a table of it ends with."""
        return [
            ("were unknown for a while", len(self.watch.seen)),
            ("longest unknown", f"{self.watch.longest:.0f} s (at most {UNKNOWN_WITHIN:.0f})"),
            ("posting / settling took", f"{self.posting:.0f} s / {self.settling:.0f} s"),
            ("seed", self.seed),
        ]


def weather(crew: Crew, load: Load, options: argparse.Namespace) -> Raised:
    """Let everything befall this load, then let it settle."""
    started = time.monotonic()
    crew.simulated.control("quirks", terms.switches(options))
    crew.simulated.control("faults", {"random": _faults(options)})
    watch, killer = Watch(), Killer(crew, options.seed)
    watch.start()
    killer.start()
    load.run(ground.log_ins(), TABS)
    killer.end()
    crew.simulated.control("faults", method="DELETE")
    loaded = time.monotonic()
    _wait_until_settled()
    watch.end()
    return Raised(
        load=load,
        killer=killer,
        watch=watch,
        faults=Counter(e["fault"] for e in crew.simulated.control("journal") if e["fault"]),
        is_up=crew.is_up(),
        seed=options.seed,
        posting=loaded - started,
        settling=time.monotonic() - loaded,
    )


def _faults(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "seed": options.seed,
        "rate": options.rate,
        "kinds": list(KINDS),
        "seconds": HANG,
        "retry_after": 1,
    }


class Watch(Thread):
    """Measures how long each post stays unknown, in note, status or time."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = Event()
        self.since: dict[tuple[Any, str], float] = {}
        self.longest = 0.0
        self.seen: set[Any] = set()

    def run(self) -> None:
        """Look twice a second."""
        from django.db.models import Q

        from psa.models import Post

        parts = {
            "note": Q(state="unknown"),
            "status": Q(ticketchange_part__state="unknown"),
            "time": Q(timeentry_part__state="unknown"),
        }
        while not self.ended.wait(0.5):
            now = time.monotonic()
            found = {
                (pk, part)
                for part, unknown in parts.items()
                for pk in Post.objects.filter(unknown).values_list("pk", flat=True)
            }
            self.since = {key: self.since.get(key, now) for key in found}
            self.seen |= {key[0] for key in found}
            self.longest = max([self.longest, *(now - since for since in self.since.values())])

    def end(self) -> None:
        """Stop looking."""
        self.ended.set()
        self.join()


def _wait_until_settled() -> None:
    from psa.models import Post

    ends = time.monotonic() + SETTLED_WITHIN
    while time.monotonic() < ends:
        if not any(post.is_pending for post in Post.objects.all()):
            return
        time.sleep(1.0)


def tally_of(crew: Crew, load: Load, options: argparse.Namespace) -> Tally:
    """Count the notes and statuses in the PSA."""
    from psa.models import Post

    rows = [Row.of(post) for post in Post.objects.all()]
    tables = crew.simulated.control("dump")["northwind"]
    statuses = {str(ticket["id"]): str(ticket["status"]["id"]) for ticket in tables["tickets"]}
    notes = {
        place.ticket: {
            str(note["id"]): note["text"]
            for note in crew.simulated.control(f"notes/northwind/{place.ticket}")
        }
        for place in load.places
    }
    written = {row.request_id for row in rows}
    # What nobody answered may never have arrived here; what has a row counts all the same.
    told = load.answered.keys() | written
    approved = {key: text for key, text in load.approved.items() if key in told}
    cut = terms.switches(options).get("note_text_limit")
    return compare(approved, rows, notes, statuses, cut=cut)


def tally_lines(tally: Tally) -> list[Line]:
    """Return what a table says of notes and statuses."""
    found = [("posted once, as approved", tally.posted), ("visibly failed", tally.failed)]
    return [*found, *((name, len(damage)) for name, damage in tally.damages.items())]


def show(lines: list[Line], damages: Mapping[str, list[str]]) -> None:
    """Print a table, and the first of each damage."""
    for name, value in lines:
        print(f"{name:<28} {value}")
    for name, damage in damages.items():
        for one in damage[:20]:
            print(f"  ! {name}: {one}")


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{name}: {number}" for name, number in sorted(counted.items()))


if __name__ == "__main__":
    sys.exit(main())
