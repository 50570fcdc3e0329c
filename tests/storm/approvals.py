"""A storm on approvals with time in one process, seeded: small enough for the suite.

Engineers approve notes with time and a status; they click twice and retry; the PSA fails before and
after its work; processes die at any step, and a second worker is in the middle of the first one's
calls. `tests.storm.times` does the same with processes that are really killed.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.storm.fated import Fated
from tests.storm.tally import Row, Tally, compare
from tests.storm.time_tally import FREE, TimeTally, Told, Wanted, compare_times
from tests.storm.timed_ground import Change, change_for, members_of, role_refused, some_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was counted, what befell the approvals, and what became of their time."""

    notes: Tally
    times: TimeTally
    met: Counter[str]
    outcomes: Counter[str]

    @property
    def damages(self) -> dict[str, list[str]]:
        """Return what must stay empty, by name."""
        return {**self.notes.damages, **self.times.damages}


class Storm(Fated):
    """The engineers, their ConnectWise, and fate; each ticket has one change of its status."""

    looks = frozenset({"find_time", "find_note"})

    def __init__(self, account: Any, engineer: Any, seed: int, *, tickets: int = 20) -> None:
        super().__init__(account, engineer, seed, tickets=tickets)
        tables = self._tables()
        self.role_refused = role_refused(tables)
        self.member = members_of(tables)[0]
        self.changes = self._prepared(tables)
        self.changed: set[int] = set()
        self.intents: list[Any] = []
        self.approved: dict[str, str] = {}
        self.wanted: dict[str, Wanted] = {}

    def run(self, approvals: int) -> Outcome:
        """Approve so many, let everything settle, and count."""
        from tests.builders import map_member

        with self._installed():
            map_member(self.engineer, self.connection, str(self.member["id"]))
            for _ in range(approvals):
                self._one()
            self._settle()
        return self._counted()

    def _tables(self) -> Any:
        return self.simulator.dump()["northwind"]

    def _prepared(self, tables: Any) -> dict[int, Change]:
        """Give each ticket the status that its one change begins with."""
        found = {}
        for place, (number, ticket) in enumerate(self.tenant.tickets.items()):
            found[number] = change_for(place, ticket, tables["statuses"])
            ticket["status"] = dict(found[number].seen)
        return found

    # --- What happens ------------------------------------------------------------------

    def _one(self) -> None:
        """One approval, with what fate has in store for it."""
        dice = self.dice
        self.clock.time += timedelta(seconds=dice.choice([1, 5, 20, 60]))
        self._add_faults(["GET", "POST", "POST", "PATCH"])
        self.rival = dice.random() < 0.2
        intent = self._intent()
        self.intents.append(intent)
        fuse = dice.randrange(25) if dice.random() < 0.3 else None
        self._as_process(lambda: self._click(intent), fuse)
        if dice.random() < 0.15:
            self.met["clicked again"] += 1
            again = dice.choice(self.intents[-10:])
            self._as_process(lambda: self._click(again))
        if dice.random() < 0.4:
            self._as_process(self._work, dice.choice([None, None, dice.randrange(12)]))
        if dice.random() < 0.3:
            self._as_process(self._retry, dice.choice([None, None, dice.randrange(12)]))

    def _intent(self) -> Any:
        from psa.outbox.notes import NoteIntent

        number, request_id = self.dice.choice(list(self.changes)), uuid4()
        content = f"Restarted it.\n\nResolutionFlow · RF-{request_id.hex}"
        change = None if number in self.changed else self.changes[number]
        self.changed.add(number)
        fields: dict[str, Any] = {}
        if change:
            fields = {
                "update_status_id": str(change.wanted["id"]),
                "seen_status_id": str(change.seen["id"]),
                "seen_status_name": change.seen["name"],
                "time_order": change.order,
            }
        if change or self.dice.random() < 0.75:
            fields["time"] = self._time(number, request_id, change.order if change else FREE)
        self.approved[str(request_id)] = content
        return NoteIntent(
            connection=self.connection,
            author=self.engineer,
            request_id=request_id,
            ticket_id=str(number),
            note_type="resolution",
            content=content,
            marker=f"RF-{request_id.hex}",
            **fields,
        )

    def _time(self, number: int, request_id: UUID, order: str) -> Any:
        from psa.models.time_entry import TimeWish

        member = str(self.member["id"])
        wanted = some_time(self.dice, str(number), member, order, request_id.hex)
        self.wanted[str(request_id)] = wanted
        now = self.clock.time
        return TimeWish(
            day=now.date(),
            start_at=self.dice.choice([None, now.replace(second=0)]),
            hours=wanted.hours,
            work_role_id=self.role_refused if self.dice.random() < 0.05 else "",
            text=wanted.text,
        )

    def _click(self, intent: Any) -> None:
        from psa.outbox import notes

        queued = notes.queue(intent, self.world)
        if queued.is_new:
            notes.deliver(queued.post.pk, self.world, at_once=True)

    def _retry(self) -> None:
        """A person retries a note that failed, or time that waited for nothing but its note."""
        from psa.models import Post, TimeEntry
        from psa.outbox import notes, times

        time = TimeEntry.objects.filter(state="failed", after__state="posted", order=FREE).first()
        note = Post.objects.filter(state="failed").first()
        if time:
            self.met["time retried"] += 1
            times.retry(time, self.world)
            times.deliver(time.pk, self.world, at_once=True)
        elif note:
            self.met["note retried"] += 1
            notes.retry_note(note, self.world)
            notes.deliver(note.pk, self.world, at_once=True)

    def _work(self) -> None:
        from psa.outbox import worker
        from psa.outbox.kinds import NOTE, STATUS, TIME

        for kind in (NOTE, TIME, STATUS):
            worker.run_batch(kind, self.world)

    def _settle(self) -> None:
        self.simulator.faults.clear()
        self.rival = False
        for _ in range(40):
            self.clock.time += timedelta(seconds=60)
            self._work()

    # --- What is counted ---------------------------------------------------------------

    def _counted(self) -> Outcome:
        from psa.models import Post, TimeEntry

        rows = [Row.of(post) for post in Post.objects.filter(account=self.account)]
        written = {row.request_id for row in rows}
        entries = list(TimeEntry.objects.filter(account=self.account))
        tables = self._tables()
        # What died before it was written down was never approved: its form is open still.
        return Outcome(
            notes=compare(
                {key: text for key, text in self.approved.items() if key in written},
                rows,
                {
                    str(number): {str(note["id"]): note["text"] for note in self._notes(number)}
                    for number in self.changes
                },
                {str(ticket["id"]): str(ticket["status"]["id"]) for ticket in tables["tickets"]},
            ),
            times=compare_times(
                {key: wanted for key, wanted in self.wanted.items() if key in written},
                [Told.of(entry) for entry in entries],
                tables["time_entries"],
                [request.as_json() for request in self.simulator.journal],
            ),
            met=self.met,
            outcomes=Counter(entry.error_kind or entry.state for entry in entries),
        )

    def _notes(self, number: int) -> Any:
        return self.tenant.notes_of(number)
