"""The whole write path against the simulator, whatever goes wrong and whenever.

Hypothesis posts, repeats, retries and mends notes, lets the PSA fail in every way, kills the
process between any two steps, and lets a second worker run in the middle of the first one's
calls. At every moment a note stands on its ticket at most once; when the faults are over,
every post is there exactly once with the approved text, or visibly failed and absent.
"""

from collections import Counter
from dataclasses import replace
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
from psa.models import Post, PsaConnection
from psa.outbox import notes, worker
from psa.outbox.kinds import NOTE
from psa.outbox.notes import NoteIntent
from psa.outbox.runtime import Runtime
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.gate import Gate
from psa.providers.types import Credentials
from psa.simulators.connectwise import Simulator
from tests.psa.fate import FAULTS, SECONDS, FusedClock, Meddled, WaitingPatience
from tests.psa.outbox.fake_psa import Killed
from tests.simulated import SITE, SimulatorTransport

TICKET = "48291"

# Hypothesis finds the shortest story that breaks; these are its words.
faults = st.lists(st.sampled_from(FAULTS), max_size=3)
fuses = st.one_of(st.none(), st.none(), st.integers(0, 14))
meddling = st.sampled_from(["nothing", "nothing", "second worker", "a long pause after"])


class Outbox(RuleBasedStateMachine):
    """What people, workers, the PSA and fate do, in any order."""

    account: Account
    engineer: User
    box: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.clock = FusedClock()
        self.simulator = Simulator(
            tickets=3, clock=lambda: self.clock.time, sleep=WaitingPatience(self.clock)
        )
        self.box["simulator"], self.box["patience"] = self.simulator, self.simulator.sleep
        self.box["clock"] = self.clock
        self.tenant = self.simulator.tenants["northwind"]
        self.connection = self._connect()
        self.intents: list[NoteIntent] = []
        self.meddling = "nothing"
        self.world = Runtime(now=self.clock.look, jitter=lambda: 0.5, provider_of=self._provider)
        board = self.tenant.tickets[int(TICKET)]["board"]["id"]
        self.statuses = [
            {"id": status["id"], "name": status["name"]}
            for status in self.tenant.statuses.values()
            if status["board"]["id"] == board and not status.get("inactive")
        ]

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

    def _provider(self, connection):
        return Meddled(opened.open_provider(connection), self.clock, self._meddle)

    def _meddle(self, method, *, before):
        if before or self.meddling == "nothing":
            return
        meddling, self.meddling = self.meddling, "nothing"
        fuse, self.clock.fuse = self.clock.fuse, None
        if meddling == "a long pause after":
            self.clock.time += timedelta(seconds=40)
        worker.run_batch(NOTE, self.world)
        self.clock.fuse = fuse

    def _run(self, work, fuse=None, meddling="nothing"):
        """Do the work as a process that may die, and in whose calls others may meddle."""
        self.clock.fuse, self.meddling = fuse, meddling
        try:
            return work()
        except Killed:
            return None
        finally:
            self.clock.fuse, self.meddling = None, "nothing"

    def _fail(self, kinds):
        for kind in kinds:
            self.simulator.faults.add(kind, seconds=SECONDS.get(kind), retry_after=40)

    @property
    def posts(self):
        return Post.objects.filter(account=self.account)

    # --- What people do --------------------------------------------------------------

    @rule(
        kind=st.sampled_from(["marked", "marked", "unmarked", "quoting"]),
        status=st.booleans(),
        kinds=faults,
        fuse=fuses,
        meddling=meddling,
        delivers=st.booleans(),
    )
    def post(self, kind, status, kinds, fuse, meddling, delivers):
        marker = f"RF-{uuid4().hex[:6].upper()}-AAAA"
        text = f"Timer restored.\n\nResolutionFlow · {marker}"
        if kind == "unmarked":
            text = "Rebooted."
        elif kind == "quoting" and self.intents:
            text = f"As in {self.intents[-1].marker}: done ({uuid4().hex})."
        ticket = self.tenant.tickets[int(TICKET)]
        wanted = next(s for s in self.statuses if s["id"] != ticket["status"]["id"])
        change = {
            "seen_status_id": str(ticket["status"]["id"]),
            "seen_status_name": ticket["status"]["name"],
            "update_status_id": str(wanted["id"]),
        }
        intent = NoteIntent(
            connection=self.connection,
            author=self.engineer,
            request_id=uuid4(),
            ticket_id=TICKET,
            note_type="internal_analysis",
            content=text,
            marker=marker,
            **(change if status else {}),
        )
        self.intents.append(intent)
        self._submit(intent, kinds, fuse, meddling, delivers)

    @precondition(lambda self: self.intents)
    @rule(kinds=faults, fuse=fuses, data=st.data())
    def repeat(self, kinds, fuse, data):
        intent = data.draw(st.sampled_from(self.intents))
        self._submit(intent, kinds, fuse, "nothing", delivers=True)

    def _submit(self, intent, kinds, fuse, meddling, delivers):
        self._fail(kinds)

        def request():
            queued = notes.queue(intent, self.world)
            if queued.is_new and delivers:
                notes.deliver(queued.post.pk, self.world, at_once=True)

        self._run(request, fuse, meddling)

    @rule(kinds=faults, fuse=fuses, meddling=meddling, data=st.data())
    def retry(self, kinds, fuse, meddling, data):
        failed = list(self.posts.filter(state="failed", replaced=False).order_by("pk"))
        refused = self.posts.filter(state="posted", ticketchange_part__state="failed")
        failed += refused.order_by("pk")
        if not failed:
            return
        post = data.draw(st.sampled_from(failed))
        again = notes.retry_note if post.state == "failed" else notes.retry_status
        self._fail(kinds)

        def request():
            again(post, self.world)
            notes.deliver(post.pk, self.world, at_once=True)

        self._run(request, fuse, meddling)

    @rule(kinds=faults, fuse=fuses)
    def mend(self, kinds, fuse):
        failed = self.posts.filter(state="failed", replaced=False).first()
        if failed is None:
            return
        intent = next(i for i in self.intents if i.request_id == failed.request_id)
        marker = f"RF-{uuid4().hex[:6].upper()}-BBBB"
        mended = replace(
            intent,
            request_id=uuid4(),
            content=f"Mended. {marker}",
            marker=marker,
            replaces=failed.pk,
        )
        self.intents.append(mended)
        self._submit(mended, kinds, fuse, "nothing", delivers=True)

    # --- What else happens -----------------------------------------------------------

    @rule(kinds=faults, fuse=fuses, meddling=meddling)
    def work(self, kinds, fuse, meddling):
        self._fail(kinds)
        self._run(lambda: worker.run_batch(NOTE, self.world), fuse, meddling)

    @rule(seconds=st.sampled_from([1, 5, 16, 31, 120, 400, 90_000]))
    def wait(self, seconds):
        self.clock.time += timedelta(seconds=seconds)

    @rule(data=st.data())
    def somebody_moves_the_status(self, data):
        self.tenant.tickets[int(TICKET)]["status"] = data.draw(st.sampled_from(self.statuses))

    @rule()
    def the_psa_recovers(self):
        self.simulator.faults.clear()

    # --- What must hold --------------------------------------------------------------

    def _on_ticket(self):
        ours = {intent.content for intent in self.intents}
        notes = [note["text"] for note in self.tenant.notes_of(int(TICKET))]
        return Counter(text for text in notes if text in ours)

    @invariant()
    def no_note_stands_there_twice(self):
        allowed = Counter(post.content for post in self.posts.exclude(state="failed"))
        for text, times in self._on_ticket().items():
            assert times <= allowed[text], (text, times, allowed[text])

    @invariant()
    def what_is_called_posted_is_there(self):
        claimed = Counter(post.content for post in self.posts.filter(state="posted"))
        there = self._on_ticket()
        for text, times in claimed.items():
            assert there[text] >= times, (text, times, there[text])

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
            if not any(post.is_pending for post in self.posts):
                break
            self.clock.time += timedelta(seconds=20)
            worker.run_batch(NOTE, self.world)
        pending = [(str(p), p.status_state, p.error) for p in self.posts if p.is_pending]
        assert pending == []
        posted = Counter(post.content for post in self.posts.filter(state="posted"))
        assert self._on_ticket() == posted
        for post in self.posts.filter(state="failed"):
            assert post.error


@pytest.mark.django_db
@pytest.mark.hypothesis
def test_every_post_stands_on_its_ticket_once_or_is_visibly_failed(
    account, engineer, settings, monkeypatch
):
    box: dict[str, Any] = {}

    def transport(origin, *, trusted):
        return SimulatorTransport(box["simulator"], box["patience"])

    def gate(house):
        return Gate(house, clock=lambda: box["clock"].time.timestamp())

    monkeypatch.setattr("resolutionflow.lib.safe_http.transport_factory", transport)
    monkeypatch.setattr("psa.providers.registry.Gate", gate)
    settings.PSA_TRUSTED_SITES = [SITE]
    monkeypatch.setitem(ConnectWiseClient.__init__.__kwdefaults__, "sleep", lambda seconds: None)

    class Tried(Outbox):
        pass

    Tried.account, Tried.engineer, Tried.box = account, engineer, box
    run_state_machine_as_test(Tried, settings=THOROUGH)


THOROUGH = settings(
    max_examples=settings().max_examples // 2,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
