"""The storm on status changes: thousands of them while everything goes wrong that can.

    python -m tests.storm.changes --changes 2000 [--seed 1]

In one process with a clock in the hand, so that the same seed tells the same story and nothing
sleeps. Engineers change statuses of a simulated ConnectWise that fails before and after its
work, hangs, limits, or answers success and does nothing; they name statuses of other boards,
saw old ones, click twice and at the same time; somebody moves statuses in ConnectWise itself;
requests die at any step. Whatever is called done must have been on the ticket, nothing is
sent twice or by a worker, and nothing unseen is overwritten. Prints a table; exit status 1
if anything is amiss.
"""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

import httpx

from tests.staging.connected import connect
from tests.storm import terms
from tests.storm.fated import FAULTS, SECONDS

TICKETS = 40


@dataclass
class Tally:
    """What became of the changes, and what must not have happened."""

    asked: int = 0
    unwritten: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    called_done_but_not: list[str] = field(default_factory=list)
    sent_twice: list[str] = field(default_factory=list)
    sent_by_worker: list[str] = field(default_factory=list)
    overwritten_unseen: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def damages(self) -> dict[str, list[str]]:
        """Return what must stay empty, by name."""
        return {
            "called done, and was not": self.called_done_but_not,
            "sent twice": self.sent_twice,
            "sent by a worker": self.sent_by_worker,
            "overwritten unseen": self.overwritten_unseen,
            "failed without a word": self.silent,
            "not settled": self.unsettled,
        }

    @property
    def holds(self) -> bool:
        """Whether nothing is amiss."""
        return not any(self.damages.values())


class Storm:
    """The engineers, their ConnectWise, and fate; one row of an account's database each."""

    def __init__(self, account: Any, engineer: Any, seed: int) -> None:
        from psa.outbox.runtime import Runtime
        from psa.simulators.connectwise import Simulator
        from tests.psa.fate import FusedClock, WaitingPatience

        self.account, self.engineer = account, engineer
        self.dice = random.Random(seed)
        self.clock = FusedClock()
        self.patience = WaitingPatience(self.clock)
        self.simulator = Simulator(
            seed=seed, tickets=TICKETS, clock=lambda: self.clock.time, sleep=self.patience
        )
        self.tenant = self.simulator.tenants["northwind"]
        self.world = Runtime(now=self.clock.look, jitter=lambda: 0.5, provider_of=self._provider)
        self.tally = Tally()
        self.stood: dict[str, list[str]] = defaultdict(list)
        self.wishes: dict[UUID, dict[str, Any]] = {}
        self.began: dict[UUID, int] = {}
        self.sent: Counter[UUID] = Counter()
        self.judged: set[UUID] = set()
        self.meddler = False
        self.working = False
        self.deaf = False
        # Whose change is under way.
        self.at = uuid4()
        self.observe()

    def run(self, changes: int) -> Tally:
        """Ask for so many changes, let everything settle, and tell what became of them."""
        with self._installed():
            while self.tally.asked < changes:
                self._one()
                self._judge()
            self._settle()
            self._judge(None)
        rows = self._rows()
        self.tally.unwritten = self.tally.asked - len(rows)
        self.tally.outcomes = Counter(row.error_kind or row.state for row in rows)
        self.tally.unsettled = [str(row) for row in rows if row.is_pending]
        self.tally.silent = [str(row) for row in rows if row.state == "failed" and not row.error]
        self.tally.sent_twice = [str(key) for key, times in self.sent.items() if times > 1]
        return self.tally

    def observe(self) -> None:
        """Write down how each ticket stands."""
        for number, ticket in self.tenant.tickets.items():
            stood, now = self.stood[str(number)], str(ticket["status"]["id"])
            if not stood or stood[-1] != now:
                stood.append(now)

    # --- What happens ------------------------------------------------------------------

    def _one(self) -> None:
        """One engineer's change, with what fate has in store for it."""
        dice = self.dice
        self.clock.time += timedelta(seconds=dice.choice([1, 5, 20, 60]))
        number = dice.choice(list(self.tenant.tickets))
        wish = self._wish(number)
        if dice.random() < 0.1:
            self.tenant.tickets[number]["status"] = dice.choice(self._statuses(number, mine=True))
            self.tally.met["moved in ConnectWise meanwhile"] += 1
            self.observe()
        self._prepare_fate()
        fuse = dice.randrange(12) if dice.random() < 0.1 else None
        self._as_process(lambda: self._click(wish), fuse)
        if dice.random() < 0.1:
            self.tally.met["clicked again"] += 1
            self._as_process(lambda: self._click(wish))
        if dice.random() < 0.3:
            self._as_process(self._work, dice.choice([None, None, dice.randrange(6)]))

    def _prepare_fate(self) -> None:
        dice = self.dice
        self.simulator.faults.clear()
        ignored = dice.random() < 0.5
        self.simulator.quirks.status_of_other_board = "ignored" if ignored else "refused"
        self.deaf = dice.random() < 0.1
        self.meddler = dice.random() < 0.1
        if dice.random() < 0.4:
            kind = dice.choice(FAULTS)
            method = dice.choice(["GET", "PATCH", "PATCH"])
            self.simulator.faults.add(kind, method=method, seconds=SECONDS.get(kind), retry_after=9)

    def _wish(self, number: int) -> dict[str, Any]:
        """A status to change to, from what the engineer saw."""
        dice = self.dice
        is_foreign = dice.random() < 0.15
        wanted = dice.choice(self._statuses(number, mine=not is_foreign))
        seen = self.tenant.tickets[number]["status"]
        if dice.random() < 0.1:
            seen = dice.choice(self._statuses(number, mine=True))
        self.tally.met["statuses of other boards"] += is_foreign
        return {
            "ticket_id": str(number),
            "status_id": str(wanted["id"]),
            "status_name": wanted["name"],
            "seen_status_id": str(seen["id"]),
            "seen_status_name": seen["name"],
            "request_id": uuid4(),
        }

    def _statuses(self, number: int, *, mine: bool) -> list[dict[str, Any]]:
        board = self.tenant.tickets[number]["board"]["id"]
        return [
            {"id": status["id"], "name": status["name"]}
            for status in self.tenant.statuses.values()
            if (status["board"]["id"] == board) is mine and not status.get("inactive")
        ]

    def _click(self, wish: dict[str, Any]) -> None:
        from psa.outbox import changes

        request_id = wish["request_id"]
        if request_id not in self.wishes:
            self.tally.asked += 1
            self.wishes[request_id] = wish
            self.began[request_id] = len(self.stood[wish["ticket_id"]]) - 1
        outer, self.at = self.at, request_id
        try:
            changes.change_status(self.connection, self.engineer, runtime=self.world, **wish)
        finally:
            self.at = outer

    def _work(self) -> None:
        from psa.outbox import worker
        from psa.outbox.kinds import CHANGE

        self.working = True
        try:
            worker.run_batch(CHANGE, self.world)
        finally:
            self.working = False

    def _as_process(self, work: Any, fuse: int | None = None) -> None:
        """Do it as a process that dies when its fuse has burnt down."""
        from tests.psa.outbox.fake_psa import Killed

        self.clock.fuse = fuse
        try:
            work()
        except Killed:
            self.tally.met["processes that died"] += 1
        finally:
            self.clock.fuse = None

    def _settle(self) -> None:
        self.simulator.faults.clear()
        self.deaf = self.meddler = False
        for _ in range(50):
            self.clock.time += timedelta(seconds=60)
            self._work()

    @contextmanager
    def _installed(self) -> Iterator[None]:
        """Put this ConnectWise behind the door, and its clock where time is told."""
        from django.test import override_settings

        from psa import opened
        from psa.providers.connectwise.client import ConnectWiseClient
        from psa.providers.gate import Gate
        from tests.simulated import SITE

        def gate(house: Any) -> Gate:
            return Gate(house, clock=lambda: self.clock.time.timestamp())

        def transport(*_: Any, **__: Any) -> httpx.BaseTransport:
            return self._transport()

        with ExitStack() as stack:
            stack.enter_context(override_settings(PSA_TRUSTED_SITES=[SITE]))
            for where, what in (
                ("resolutionflow.lib.safe_http.transport_factory", transport),
                ("psa.providers.registry.Gate", gate),
            ):
                stack.enter_context(patch(where, what))
            defaults = ConnectWiseClient.__init__.__kwdefaults__
            stack.enter_context(patch.dict(defaults or {}, {"sleep": lambda _seconds: None}))
            self.connection = connect(self.account, SITE, self.tenant)
            stack.callback(opened.forget, self.connection.pk)
            yield

    def _transport(self) -> httpx.BaseTransport:
        """Return a network that writes down how tickets stand after each request."""
        from tests.simulated import SimulatorTransport

        storm = self

        class Recorder(SimulatorTransport):
            def handle_request(self, request: httpx.Request) -> httpx.Response:
                if request.method == "PATCH" and storm.deaf:
                    # A success that changes nothing: what comes back is the ticket as it was.
                    storm.tally.met["successes that changed nothing"] += 1
                    request = httpx.Request(
                        "GET", request.url, headers=request.headers, extensions=request.extensions
                    )
                try:
                    return super().handle_request(request)
                finally:
                    storm.observe()

        return Recorder(self.simulator, self.patience)

    # --- What the provider and the network do --------------------------------------------

    def _provider(self, connection: Any) -> Any:
        from psa import opened
        from tests.psa.fate import Meddled

        return Meddled(opened.open_provider(connection), self.clock, self._meddle)

    def _meddle(self, method: str, *, before: bool) -> None:
        if before and method == "update_ticket_status":
            self._judge_sending()
        elif not before and method == "get_ticket" and self.meddler and not self.working:
            # Another engineer, who saw the same, is quick.
            self.meddler = False
            fuse, self.clock.fuse = self.clock.fuse, None
            self.tally.met["two engineers at once"] += 1
            self._click(self._wish(int(self.wishes[self.at]["ticket_id"])))
            self.clock.fuse = fuse

    def _judge_sending(self) -> None:
        wish = self.wishes[self.at]
        self.sent[self.at] += 1
        now = str(self.tenant.tickets[int(wish["ticket_id"])]["status"]["id"])
        if wish["seen_status_id"] != now:
            self.tally.overwritten_unseen.append(f"{wish} while it was {now}")
        if self.working:
            self.tally.sent_by_worker.append(str(wish))

    def _rows(self) -> list[Any]:
        from psa.models import TicketChange

        return list(TicketChange.objects.filter(account=self.account))

    def _judge(self, latest: int | None = 20) -> None:
        """What is called done must have been on the ticket since it was asked for."""
        from psa.models import TicketChange

        applied = TicketChange.objects.filter(account=self.account, state="applied")
        for change in applied.order_by("-updated_at")[:latest]:
            if change.request_id in self.judged:
                continue
            self.judged.add(change.request_id)
            stood = self.stood[change.ticket_id][self.began[change.request_id] :]
            if change.wanted_id not in stood:
                self.tally.called_done_but_not.append(str(change))


def main() -> int:
    """Raise the storm in a database of its own, and return the exit status."""
    parser = terms.parser("Status changes under faults and deaths.")
    parser.add_argument("--changes", type=int, default=2000)
    options = parser.parse_args()
    with terms.in_one_process("storm_changes") as (account, engineer):
        storm = Storm(account, engineer, options.seed)
        storm.simulator.quirks.turn(terms.switches(options))
        tally = storm.run(options.changes)
    faults = Counter(entry.fault for entry in storm.simulator.journal if entry.fault)
    _print(tally, faults, options.seed)
    return 0 if tally.holds else 1


def _print(tally: Tally, faults: Counter[str], seed: int) -> None:
    lines: list[tuple[str, object]] = [("status changes asked for", tally.asked)]
    lines += [(f"  {name}", number) for name, number in sorted(tally.met.items())]
    lines.append(("faults of the PSA", faults.total()))
    lines += [(f"  {name}", number) for name, number in sorted(faults.items())]
    lines.append(("applied", tally.outcomes["applied"]))
    refused = sorted((name, n) for name, n in tally.outcomes.items() if name != "applied")
    lines.append(("visibly failed", sum(number for _, number in refused)))
    lines += [(f"  {name}", number) for name, number in refused]
    lines.append(("died before it was written down", tally.unwritten))
    lines += [(name, len(damage)) for name, damage in tally.damages.items()]
    lines.append(("seed", seed))
    for name, value in lines:
        print(f"{name:<34} {value}")
    for damage in [one for damages in tally.damages.values() for one in damages][:20]:
        print("  !", damage)


if __name__ == "__main__":
    sys.exit(main())
