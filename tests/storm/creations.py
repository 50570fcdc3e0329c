"""The storm on new tickets: hundreds of them while everything goes wrong that can.

    python -m tests.storm.creations --uncertain 500 [--seed 1] [--kills 20]

In one process with a clock in the hand, so that the same seed tells the same story and nothing
sleeps: engineers create tickets in a simulated ConnectWise that fails before and after its
work, hangs, limits, or loses its answer; they click twice, repeat, retry, and send failed forms
again with other words; requests and workers die at any step. Every so often a process of its
own is really killed (SIGKILL) while it creates one, at a moment that nobody chose. Then the
tickets in ConnectWise are counted by their references. Prints a table; exit status 1 if one is
there twice, or lost.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.storm import terms
from tests.storm.fated import Fated


@dataclass
class Tally:
    """What became of the creations, and what must not have happened."""

    asked: int = 0
    # Of which nobody knew at some time whether the PSA had created them.
    uncertain: set[UUID] = field(default_factory=set)
    unwritten: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    twice: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unknown_to_us: list[str] = field(default_factory=list)
    other_words: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)

    @property
    def damages(self) -> dict[str, list[str]]:
        """Return what must stay empty, by name."""
        return {
            "created twice": self.twice,
            "lost (called created, not there)": self.lost,
            "there, but called failed": self.unknown_to_us,
            "there with other words, unsaid": self.other_words,
            "failed without a word": self.silent,
            "not settled": self.unsettled,
        }

    @property
    def holds(self) -> bool:
        """Whether nothing is amiss."""
        return not any(self.damages.values())

    def judge(self, rows: list[Any], tickets: list[dict[str, Any]]) -> None:
        """Compare what we say with what stands in ConnectWise."""
        there: dict[str, list[dict[str, Any]]] = {}
        for ticket in tickets:
            if reference := ticket.get("externalXRef"):
                there.setdefault(reference, []).append(ticket)
        for row in rows:
            self.outcomes[row.error_kind or row.state] += 1
            found = there.get(row.reference, [])
            for damage in self._damages_of(row, found):
                damage.append(f"{row.reference} {row.state}: {row.summary}")

    def _damages_of(self, row: Any, found: list[dict[str, Any]]) -> Iterator[list[str]]:
        """Yield the lists that this row belongs in, if any."""
        is_failed = row.state == "failed"
        numbers = [str(one["id"]) for one in found]
        other_words = bool(found) and found[0]["summary"] != row.summary
        for holds, damage in (
            (len(found) > 1, self.twice),
            (row.is_created and row.ticket_id not in numbers, self.lost),
            (is_failed and bool(found), self.unknown_to_us),
            (other_words and not row.warning, self.other_words),
            (is_failed and not row.error, self.silent),
            (row.is_pending, self.unsettled),
        ):
            if holds:
                yield damage


class Storm(Fated):
    """The engineers, their ConnectWise, and fate."""

    looks = frozenset({"find_created"})

    def __init__(self, account: Any, engineer: Any, seed: int) -> None:
        super().__init__(account, engineer, seed, tickets=5)
        self.tally = Tally(met=self.met)
        self.intents: list[Any] = []

    def run(self, uncertain: int) -> Tally:
        """Ask until so many tickets were uncertain, let all settle, and count them."""
        from psa.models import TicketCreation

        unknown = TicketCreation.objects.filter(account=self.account, state="unknown")
        with self._installed():
            while len(self.tally.uncertain) < uncertain:
                self._one()
                self.tally.uncertain |= set(unknown.values_list("pk", flat=True))
            self._settle()
        rows = list(TicketCreation.objects.filter(account=self.account))
        self.tally.unwritten = self.tally.asked - len(rows)
        self.tally.judge(rows, list(self.tenant.tickets.values()))
        return self.tally

    # --- What happens ------------------------------------------------------------------

    def _one(self) -> None:
        """One engineer's ticket, with what fate has in store for it."""
        dice = self.dice
        self.clock.time += timedelta(seconds=dice.choice([1, 5, 20, 60]))
        self._add_faults(["GET", "POST", "POST"])
        self.rival = dice.random() < 0.15
        intent = self._intent()
        self.intents.append(intent)
        self.tally.asked += 1
        fuse = dice.randrange(10) if dice.random() < 0.15 else None
        self._as_process(lambda: self._click(intent), fuse)
        if dice.random() < 0.15:
            self.tally.met["clicked again"] += 1
            again = dice.choice(self.intents[-10:])
            self._as_process(lambda: self._click(again))
        if dice.random() < 0.15:
            self._as_process(lambda: self._mend(dice.choice(self.intents[-10:])))
        if dice.random() < 0.4:
            self._as_process(self._work, dice.choice([None, None, dice.randrange(8)]))
        if dice.random() < 0.3:
            self._as_process(self._retry, dice.choice([None, None, dice.randrange(8)]))

    def _intent(self) -> Any:
        from psa.outbox.tickets import TicketIntent
        from psa.providers.types import Reference

        company = self.dice.choice(list(self.tenant.companies.values()))
        status = self.dice.choice(list(self.tenant.statuses.values()))
        foreign = self.dice.random() < 0.1
        board = self.dice.choice([20, 21]) if foreign else status["board"]["id"]
        self.tally.met["statuses of other boards"] += foreign
        return TicketIntent(
            connection=self.connection,
            author=self.engineer,
            request_id=uuid4(),
            summary=f"Printer jams {uuid4().hex[:12]}",
            description="Since Monday.",
            chosen={
                "company": Reference(id=str(company["id"]), name=company["name"]),
                "board": Reference(id=str(board), name=f"Board {board}"),
                "status": Reference(id=str(status["id"]), name=status["name"]),
            },
        )

    def _click(self, intent: Any) -> None:
        from psa.outbox import tickets
        from psa.outbox.intent import RequestReused

        try:
            queued = tickets.queue(intent, self.world)
        except RequestReused:
            self.tally.met["refused as another ticket's form"] += 1
            return
        if queued.is_new:
            tickets.deliver(queued.creation.pk, self.world, at_once=True)

    def _mend(self, intent: Any) -> None:
        """Send a form again with other words; only a failed one is taken."""
        from dataclasses import replace

        self.tally.met["sent again with other words"] += 1
        self._click(replace(intent, summary=f"Printer burns {uuid4().hex[:12]}"))

    def _retry(self) -> None:
        from psa.models import TicketCreation
        from psa.outbox import tickets

        failed = TicketCreation.objects.filter(account=self.account, state="failed")
        row = failed.order_by("?").first()
        if row is None:
            return
        self.tally.met["retried"] += 1
        tickets.retry(row, self.world)
        tickets.deliver(row.pk, self.world, at_once=True)

    def _work(self) -> None:
        from psa.outbox import worker
        from psa.outbox.kinds import TICKET

        worker.run_batch(TICKET, self.world)

    def _settle(self) -> None:
        self.simulator.faults.clear()
        self.rival = False
        for _ in range(60):
            self.clock.time += timedelta(seconds=60)
            self._work()


def main() -> int:
    """Raise both storms, print the tables, and return the exit status."""
    parser = terms.parser("New tickets under faults and deaths.")
    parser.add_argument("--uncertain", type=int, default=500)
    parser.add_argument("--kills", type=int, default=20)
    options = parser.parse_args()
    with terms.in_one_process("storm_creations") as (account, engineer):
        storm = Storm(account, engineer, options.seed)
        storm.simulator.quirks.turn(terms.switches(options))
        tally = storm.run(options.uncertain)
    faults = Counter(entry.fault for entry in storm.simulator.journal if entry.fault)
    show("tickets asked for", tally, faults)
    from tests.storm.killed_creations import Kills

    with terms.database("storm_kills") as address:
        kills = Kills(options.seed, address, Tally())
        kills.simulator.quirks.turn(terms.switches(options))
        killed = kills.run(options.kills)
    show("tickets asked for by processes that are killed", killed, Counter())
    print(f"{'seed':<48} {options.seed}")
    return 0 if tally.holds and killed.holds else 1


def show(title: str, tally: Tally, faults: Counter[str]) -> None:
    """Print what became of them."""
    lines: list[tuple[str, object]] = [(title, tally.asked)]
    if tally.uncertain:
        lines.append(("  of them uncertain for a while", len(tally.uncertain)))
    lines += [(f"  {name}", number) for name, number in sorted(tally.met.items())]
    if faults:
        lines.append(("faults of the PSA", faults.total()))
        lines += [(f"  {name}", number) for name, number in sorted(faults.items())]
    lines.append(("created", tally.outcomes["created"]))
    refused = sorted((name, n) for name, n in tally.outcomes.items() if name != "created")
    lines.append(("visibly failed", sum(number for _, number in refused)))
    lines += [(f"  {name}", number) for name, number in refused]
    lines.append(("died before it was written down", tally.unwritten))
    lines += [(name, len(damage)) for name, damage in tally.damages.items()]
    for name, value in lines:
        print(f"{name:<48} {value}")
    for damage in [one for damages in tally.damages.values() for one in damages][:20]:
        print("  !", damage)


if __name__ == "__main__":
    sys.exit(main())
