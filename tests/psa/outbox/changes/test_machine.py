"""Changes of a ticket against the simulator, whatever goes wrong and whenever.

Hypothesis changes status and people, clicks twice, shows old statuses, names statuses of other
boards, lets the PSA fail in every way or answer success and do nothing, kills the process
between any two steps, and lets a second engineer, a worker or a long pause come into the
middle of a change. Nothing is called done that the ticket did not show meanwhile, nothing is
sent twice, nothing is sent by a worker, and no status is overwritten that nobody saw.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Account, User
from psa import opened
from psa.credentials import seal
from psa.models import PsaConnection, TicketChange
from psa.outbox import changes, worker
from psa.outbox.kinds import CHANGE
from psa.outbox.runtime import Runtime
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.gate import Gate
from psa.providers.types import Credentials
from psa.simulators.connectwise import Simulator
from tests.psa.fate import FAULTS, SECONDS, FusedClock, Meddled, WaitingPatience
from tests.psa.outbox.fake_psa import Killed
from tests.simulated import SITE, SimulatorTransport

TICKET = "48291"
WRITING = ("PATCH", "POST", "DELETE")
WRITES = {"update_ticket_status": "status", "add_resource": "assign", "remove_resource": "unassign"}

# Mostly of the write alone: what befalls the read before it is a short story.
aims = st.sampled_from(["write", "write", "read"])
faults = st.lists(st.tuples(st.sampled_from(FAULTS), aims), max_size=2)
# Mostly so long that what was left open can be settled.
waits = st.sampled_from([60, 60, 60, 400, 0, 16, 31, 90_000])
fuses = st.one_of(st.none(), st.none(), st.none(), st.integers(0, 12))
meddling = st.sampled_from(
    ["nothing"] * 5 + ["second engineer", "second worker", "a long pause after"]
)


class Recorder(SimulatorTransport):
    """Writes down how the ticket stands after each request."""

    def __init__(self, machine) -> None:
        super().__init__(machine.simulator, machine.simulator.sleep)
        self._machine = machine

    def handle_request(self, request):
        try:
            return super().handle_request(request)
        finally:
            self._machine.observe()


class Changes(RuleBasedStateMachine):
    """What people, workers, the PSA and fate do, in any order."""

    account: Account
    engineer: User
    box: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.clock = self.box["clock"] = FusedClock()
        self.simulator = Simulator(
            tickets=3, clock=lambda: self.clock.time, sleep=WaitingPatience(self.clock)
        )
        self.box["machine"] = self
        self.tenant = self.simulator.tenants["northwind"]
        self.ticket = self.tenant.tickets[int(TICKET)]
        self.connection = self._connect()
        self.world = Runtime(now=self.clock.look, jitter=lambda: 0.5, provider_of=self._provider)
        self.meddling = "nothing"
        self.works = False
        self.clicks: list[dict[str, Any]] = []
        self.stood: list[tuple[str, frozenset[str]]] = []
        self.began: dict[Any, int] = {}
        self.judged: set[Any] = set()
        self.sent = 0
        self.damage: list[str] = []
        self.statuses = self._statuses(mine=True)
        self.foreign = self._statuses(mine=False)
        self.members = [str(number) for number in self.tenant.members][:3]
        self.observe()

    def _connect(self) -> PsaConnection:
        credentials = Credentials(
            site_url=SITE,
            company_id="northwind",
            public_key=self.tenant.public_key,
            private_key=self.tenant.private_key,
            client_id=self.tenant.client_id,
        )
        return PsaConnection.objects.create(
            provider="connectwise",
            account=self.account,
            display_name="Simulated",
            site_url=SITE,
            company_id="northwind",
            credentials_encrypted=seal(credentials),
        )

    def _statuses(self, *, mine):
        board = self.ticket["board"]["id"]
        return [
            {"id": status["id"], "name": status["name"]}
            for status in self.tenant.statuses.values()
            if (status["board"]["id"] == board) is mine and not status.get("inactive")
        ]

    @property
    def rows(self):
        return TicketChange.objects.filter(account=self.account)

    # --- How the ticket stands ---------------------------------------------------------

    def observe(self):
        now = (str(self.ticket["status"]["id"]), self._people())
        if not self.stood or self.stood[-1] != now:
            self.stood.append(now)

    def _people(self) -> frozenset[str]:
        entries = self.tenant.tables["schedule_entries"].values()
        there = {str(e["member"]["id"]) for e in entries if e["objectId"] == int(TICKET)}
        if "owner" in self.ticket:
            there.add(str(self.ticket["owner"]["id"]))
        return frozenset(there)

    def _provider(self, connection):
        return Meddled(opened.open_provider(connection), self.clock, self._meddle)

    def _meddle(self, method, *, before):
        if before:
            if method in WRITES:
                self._judge_sending(method)
            return
        if self.meddling == "nothing":
            return
        meddling, self.meddling = self.meddling, "nothing"
        fuse, self.clock.fuse = self.clock.fuse, None
        if meddling == "second engineer":
            other = next(s for s in self.statuses if s["id"] != self.ticket["status"]["id"])
            self._click(self._wish_status(other, self.ticket["status"]))
        else:
            if meddling == "a long pause after":
                self.clock.time += timedelta(seconds=40)
            self._work()
        self.clock.fuse = fuse

    def _judge_sending(self, method):
        """Only the change that stands as being sent is sent, and never over something unseen.

        What is wrong is kept for the invariant: an error here would be one of the PSA.
        """
        if self.works:
            self.damage.append("a worker sent something")
        self.sent += 1
        kind = WRITES[method]
        sending = self.rows.filter(state="sending", kind=kind).first()
        if sending is None:
            self.damage.append("something was sent that does not stand as being sent")
        elif kind == "status":
            wish = next(w for w in self.clicks if w["request_id"] == sending.request_id)
            if wish["seen_status_id"] not in ("", str(self.ticket["status"]["id"])):
                self.damage.append("a status was overwritten unseen")

    def _run(self, work, fuse=None, meddling="nothing"):
        """Do the work as a process that may die, and in whose calls others may meddle."""
        self.clock.fuse, self.meddling = fuse, meddling
        try:
            work()
        except Killed:
            pass
        finally:
            self.clock.fuse, self.meddling = None, "nothing"

    def _fail(self, kinds):
        for kind, aim in kinds:
            for method in WRITING if aim == "write" else ("GET",):
                self.simulator.faults.add(
                    kind, method=method, seconds=SECONDS.get(kind), retry_after=40
                )

    def _wish_status(self, wanted, seen):
        return {
            "how": changes.change_status,
            "status_id": str(wanted["id"]),
            "status_name": wanted["name"],
            "seen_status_id": str(seen["id"]) if seen else "",
            "seen_status_name": seen["name"] if seen else "",
            "request_id": uuid4(),
        }

    def _click(self, wish):
        self.clicks.append(wish)
        values = {name: value for name, value in wish.items() if name != "how"}
        self.observe()
        self.began.setdefault(wish["request_id"], len(self.stood) - 1)
        wish["how"](self.connection, self.engineer, ticket_id=TICKET, runtime=self.world, **values)

    def _work(self):
        worked, self.works = self.works, True
        try:
            worker.run_batch(CHANGE, self.world)
        finally:
            self.works = worked

    # --- What people do ----------------------------------------------------------------

    @rule(
        which=st.integers(0, 20),
        seen=st.sampled_from(["now", "now", "now", "old", "none"]),
        wait=waits,
        foreign=st.sampled_from([False, False, False, True]),
        kinds=faults,
        fuse=fuses,
        meddling=meddling,
    )
    def change_the_status(self, which, seen, wait, foreign, kinds, fuse, meddling):
        self.wait(wait)
        offered = self.foreign if foreign else self.statuses
        shown = {"now": self.ticket["status"], "old": self.statuses[which % 2], "none": None}
        wish = self._wish_status(offered[which % len(offered)], shown[seen])
        self._fail(kinds)
        self._run(lambda: self._click(wish), fuse, meddling)

    @rule(
        which=st.integers(0, 2),
        adds=st.booleans(),
        wait=waits,
        kinds=faults,
        fuse=fuses,
        meddling=meddling,
    )
    def change_the_people(self, which, adds, wait, kinds, fuse, meddling):
        self.wait(wait)
        wish = {
            "how": changes.add_member if adds else changes.remove_member,
            "member_id": self.members[which],
            "member_name": "Somebody",
            "request_id": uuid4(),
        }
        self._fail(kinds)
        self._run(lambda: self._click(wish), fuse, meddling)

    @precondition(lambda self: self.clicks)
    @rule(back=st.integers(1, 3), kinds=faults, fuse=fuses)
    def click_again(self, back, kinds, fuse):
        wish = self.clicks[-min(back, len(self.clicks))]
        self._fail(kinds)
        self._run(lambda: self._click(wish), fuse)

    # --- What else happens -------------------------------------------------------------

    @rule(kinds=faults, fuse=fuses, pause=st.booleans())
    def work(self, kinds, fuse, pause):
        self._fail(kinds)
        self._run(self._work, fuse, "a long pause after" if pause else "nothing")

    @rule(seconds=waits)
    def wait(self, seconds):
        self.clock.time += timedelta(seconds=seconds)

    @rule(which=st.integers(0, 20))
    def somebody_moves_the_status(self, which):
        self.ticket["status"] = self.statuses[which % len(self.statuses)]
        self.observe()

    @rule(ignored=st.booleans())
    def statuses_of_other_boards_are_ignored_or_refused(self, ignored):
        self.simulator.quirks.status_of_other_board = "ignored" if ignored else "refused"

    @rule()
    def the_psa_recovers(self):
        self.simulator.faults.clear()

    # --- What must hold ----------------------------------------------------------------

    @invariant()
    def what_is_called_done_was_to_be_seen(self):
        for change in self.rows.filter(state="applied").exclude(pk__in=self.judged):
            stood = self.stood[self.began[change.request_id] :]
            if change.kind == "status":
                shown = any(status == change.wanted_id for status, _ in stood)
            else:
                assigns = change.kind == "assign"
                shown = any((change.wanted_id in people) == assigns for _, people in stood)
            assert shown, f"{change} is called done"
            self.judged.add(change.pk)

    @invariant()
    def nothing_is_sent_twice(self):
        assert self.sent <= self.rows.exclude(sent_at=None).count()

    @invariant()
    def nothing_is_sent_by_a_worker_or_over_something_unseen(self):
        assert self.damage == []

    @invariant()
    def nobody_is_on_the_ticket_twice(self):
        entries = self.tenant.tables["schedule_entries"].values()
        there = [e["member"]["id"] for e in entries if e["objectId"] == int(TICKET)]
        assert len(there) == len(set(there))

    @invariant()
    def what_failed_says_why(self):
        assert not self.rows.filter(state="failed", error="").exists()

    def teardown(self):
        try:
            self._everything_settles()
        finally:
            opened.forget(self.connection.pk)
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def _everything_settles(self):
        self.simulator.faults.clear()
        for _ in range(100):
            if not self.rows.filter(state__in=TicketChange.PENDING).exists():
                break
            self.clock.time += timedelta(seconds=20)
            self._work()
        assert list(self.rows.filter(state__in=TicketChange.PENDING)) == []
        self.what_is_called_done_was_to_be_seen()
        self.what_failed_says_why()


@pytest.mark.django_db
@pytest.mark.hypothesis
def test_no_change_is_called_done_that_is_not_and_none_is_sent_twice(
    account, engineer, settings, monkeypatch
):
    box: dict[str, Any] = {}

    def transport(origin, *, trusted):
        return Recorder(box["machine"])

    def gate(house):
        return Gate(house, clock=lambda: box["clock"].time.timestamp())

    monkeypatch.setattr("resolutionflow.lib.safe_http.transport_factory", transport)
    monkeypatch.setattr("psa.providers.registry.Gate", gate)
    # One after the other: stories are told again in the same order.
    monkeypatch.setattr("psa.providers.connectwise.people.both", lambda one, two: (one(), two()))
    settings.PSA_TRUSTED_SITES = [SITE]
    monkeypatch.setitem(ConnectWiseClient.__init__.__kwdefaults__, "sleep", lambda seconds: None)

    class Tried(Changes):
        pass

    Tried.account, Tried.engineer, Tried.box = account, engineer, box
    run_state_machine_as_test(Tried, settings=THOROUGH)


THOROUGH = settings(
    max_examples=settings().max_examples // 2,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
