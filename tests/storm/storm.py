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


def main() -> int:
    """Raise the storm and return the exit status."""
    options = _options()
    # A request to end takes the processes along, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    server = postgres_server()
    if not server:
        sys.exit("The storm needs PostgreSQL: set TEST_DATABASE_URL.")
    name = f"storm_{os.getpid()}"
    log = Path(tempfile.gettempdir()) / f"{name}.log"
    simulator_port = free_port()
    with throw_away(server, name) as database:
        os.environ.update(_environment(database, simulator_port))
        ground.prepare_database()
        with Processes(dict(os.environ), ROOT, log) as processes:
            holds = _storm(Crew(processes, simulator_port), options)
        let_go_of_the_database()
    if holds:
        log.unlink()
    else:
        print(f"What the processes said: {log}")
    return 0 if holds else 1


def _options() -> argparse.Namespace:
    parser = terms.parser("Posts under faults and kills.")
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--tickets", type=int, default=40)
    parser.add_argument("--rate", type=float, default=0.25, help="part of the calls that fail")
    return parser.parse_args()


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
    started = time.monotonic()
    places = ground.places(crew.simulated.url, options.tickets)
    load = Load(crew.web.url, places, options.posts, options.seed, crew.is_up)
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
    tally = _tally(crew, load, terms.switches(options).get("note_text_limit"))
    faults = Counter(e["fault"] for e in crew.simulated.control("journal") if e["fault"])
    lasted = {"posting": loaded - started, "settling": time.monotonic() - loaded}
    _print(options, load, killer, faults, tally, watch, lasted)
    complete = crew.is_up() and len(load.answered) == options.posts and not load.outside
    return complete and tally.holds and watch.longest <= UNKNOWN_WITHIN


def _faults(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "seed": options.seed,
        "rate": options.rate,
        "kinds": list(KINDS),
        "seconds": HANG,
        "retry_after": 1,
    }


class Watch(Thread):
    """Measures how long each post stays unknown, in note or status."""

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

        unknown = Q(state="unknown") | Q(ticketchange_part__state="unknown")
        while not self.ended.wait(0.5):
            now = time.monotonic()
            rows = Post.objects.filter(unknown).values_list("pk", "state")
            found = {(pk, "note" if state == "unknown" else "status") for pk, state in rows}
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


def _tally(crew: Crew, load: Load, cut: int | None) -> Tally:
    from psa.models import Post

    rows = [
        Row(
            request_id=str(post.request_id),
            ticket=post.ticket_id,
            content=post.content,
            state=post.state,
            note_id=post.external_note_id,
            error=post.error,
            status_state=post.status_state,
            wanted_status=post.update_status_id,
        )
        for post in Post.objects.all()
    ]
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
    told = load.answered | written
    approved = {key: text for key, text in load.approved.items() if key in told}
    return compare(approved, rows, notes, statuses, cut=cut)


def _print(
    options: argparse.Namespace,
    load: Load,
    killer: Killer,
    faults: Counter[str],
    tally: Tally,
    watch: Watch,
    lasted: dict[str, float],
) -> None:
    kills = ", ".join(f"{who}: {n}" for who, n in sorted(killer.kills.items()))
    lines = [
        ("posts approved", len(load.approved)),
        ("answers to the browser", _counts(load.answers)),
        ("no answer, tried again", _counts(load.unanswered)),
        ("never answered", len(load.approved.keys() - load.answered)),
        ("never let in", len(load.outside)),
        ("processes killed (SIGKILL)", f"{killer.kills.total()} ({kills})"),
        ("faults", faults.total()),
        *((f"  {kind}", number) for kind, number in sorted(faults.items())),
        ("posted once, as approved", tally.posted),
        ("visibly failed", tally.failed),
        ("duplicates", len(tally.duplicates)),
        ("lost", len(tally.lost)),
        ("altered", len(tally.altered)),
        ("failed without a word", len(tally.silent)),
        ("not settled", len(tally.unsettled)),
        ("wrong status", len(tally.wrong_status)),
        ("were unknown for a while", len(watch.seen)),
        ("longest unknown", f"{watch.longest:.0f} s (at most {UNKNOWN_WITHIN:.0f})"),
        ("posting / settling took", f"{lasted['posting']:.0f} s / {lasted['settling']:.0f} s"),
        ("seed", options.seed),
    ]
    for name, value in lines:
        print(f"{name:<28} {value}")
    for damage in [*tally.duplicates, *tally.lost, *tally.altered, *tally.silent][:20]:
        print("  !", damage)
    for damage in [*tally.unsettled, *tally.wrong_status][:20]:
        print("  !", damage)


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{name}: {number}" for name, number in sorted(counted.items()))


if __name__ == "__main__":
    sys.exit(main())
