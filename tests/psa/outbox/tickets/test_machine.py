"""New tickets, whatever goes wrong and whenever, as Hypothesis draws it.

People create, repeat, mend and retry; the PSA fails before or after it did the work; processes
die in the middle of a call. At every moment a reference stands on one ticket at most; when it
is over, every row is created with the ticket that it names, or visibly failed and absent.
"""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from psa.models import PsaConnection, TicketCreation
from psa.outbox import tickets, worker
from psa.outbox.intent import RequestReused
from psa.outbox.kinds import TICKET
from psa.outbox.runtime import Runtime
from psa.providers.errors import (
    ConnectionFailed,
    InvalidRequest,
    PermissionMissing,
    RateLimited,
    ServerError,
    WriteUncertain,
)
from tests.psa.outbox.clock import Clock
from tests.psa.outbox.fake_psa import Killed
from tests.psa.outbox.tickets.conftest import CONTOSO, HELP_DESK, CreatingPsa

# What a method can end in, and whether the work was done then.
SENDING = [
    (ConnectionFailed(), False),
    (RateLimited(retry_after=9), False),
    (InvalidRequest(), False),
    (PermissionMissing("Add"), False),
    (WriteUncertain(), False),
    (WriteUncertain(), True),
    (RuntimeError("a defect"), True),
    (Killed(), False),
    (Killed(), True),
]
LOOKING = [(ServerError(), False), (Killed(), False), (Killed(), True)]
faults = st.tuples(
    st.lists(st.sampled_from(SENDING), max_size=2), st.lists(st.sampled_from(LOOKING), max_size=2)
)


class Outbox(RuleBasedStateMachine):
    engineer: User
    connection: PsaConnection

    def __init__(self):
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        self.clock = Clock()
        self.psa = CreatingPsa(self.clock)
        self.world = Runtime(
            now=self.clock, jitter=lambda: 0.5, provider_of=lambda connection: self.psa
        )
        self.intents = []

    def _run(self, drawn, work):
        for method, ends in zip(("create_ticket", "find_created"), drawn, strict=True):
            self.psa._faults.pop(method, None)
            for error, after in ends:
                self.psa.fail(method, error, after=after)
        with suppress(Killed):
            work()

    def _submit(self, intent):
        try:
            queued = tickets.queue(intent, self.world)
        except RequestReused:
            return
        if queued.is_new:
            tickets.deliver(queued.creation.pk, self.world, at_once=True)

    def _intent(self, request_id):
        return tickets.TicketIntent(
            connection=self.connection,
            author=self.engineer,
            request_id=request_id,
            summary=f"Printer {uuid4().hex[:8]}",
            chosen={"company": CONTOSO, "board": HELP_DESK},
        )

    @rule(drawn=faults)
    def create(self, drawn):
        self.intents.append(self._intent(uuid4()))
        self._run(drawn, lambda: self._submit(self.intents[-1]))

    @rule(drawn=faults, mended=st.booleans())
    def send_again(self, drawn, mended):
        for intent in self.intents[-1:]:
            again = self._intent(intent.request_id) if mended else intent
            self._run(drawn, lambda again=again: self._submit(again))

    @rule(drawn=faults)
    def retry(self, drawn):
        row = TicketCreation.objects.filter(state="failed").order_by("pk").first()
        if row:
            tickets.retry(row, self.world)
            self._run(drawn, lambda: tickets.deliver(row.pk, self.world, at_once=True))

    @rule(drawn=faults)
    def work(self, drawn):
        self._run(drawn, lambda: worker.run_batch(TICKET, self.world))

    @rule(seconds=st.sampled_from([1, 6, 16, 31, 400, 90_000]))
    def wait(self, seconds):
        self.clock.tick(seconds=seconds)

    @invariant()
    def no_reference_stands_on_two_tickets(self):
        assert all(n == 1 for n in Counter(reference for reference, _ in self.psa.created).values())

    def teardown(self):
        try:
            self._everything_settles()
        finally:
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)

    def _everything_settles(self):
        self.psa._faults.clear()
        rows = TicketCreation.objects.all()
        for _ in range(60):
            if not any(row.is_pending for row in rows.all()):
                break
            self.clock.time += timedelta(seconds=20)
            worker.run_batch(TICKET, self.world)
        there = {reference: ticket.id for reference, ticket in self.psa.created}
        for row in rows.all():
            assert not row.is_pending
            assert row.is_created or row.error
            assert row.ticket_id == there.pop(row.reference, "")
        assert there == {}


@pytest.mark.django_db
def test_every_ticket_is_created_once_or_visibly_failed(engineer, stored_connection):
    class Tried(Outbox):
        pass

    Tried.engineer, Tried.connection = engineer, stored_connection
    run_state_machine_as_test(Tried, settings=BRIEF)


BRIEF = settings(
    max_examples=15,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
