"""One creation after another: sent, refused, waiting, uncertain, found."""

from uuid import uuid4

import pytest

from psa import connections
from psa.models import PsaConnection, TicketCreation
from psa.outbox import claims, tickets, worker
from psa.outbox.intent import NotRetryable
from psa.outbox.kinds import TICKET
from psa.outbox.lease import Lease
from psa.providers.errors import (
    AuthFailed,
    ConnectionFailed,
    InvalidRequest,
    PermissionMissing,
    RateLimited,
    ServerError,
    Timeout,
    WriteUncertain,
)
from psa.providers.types import Reference
from tests.psa.outbox.fake_psa import Killed
from tests.psa.outbox.tickets.conftest import CONTOSO, HELP_DESK

pytestmark = pytest.mark.django_db
SETTLED = {"seconds": 16}


def test_a_ticket_is_created_with_all_that_was_chosen(queue, deliver, psa):
    names = ("company", "board", "status", "type", "subtype", "item", "priority", "contact")
    chosen = {name: Reference(id=str(n), name=name) for n, name in enumerate((*names, "owner"), 1)}
    row = deliver(queue(chosen=chosen))
    (draft,) = psa.drafts
    assert {name: getattr(draft, f"{name}_id") for name in chosen} == {
        name: one.id for name, one in chosen.items()
    }
    assert (draft.summary, draft.description) == ("Printer jams again", "Since Monday.")
    assert draft.reference == row.reference
    assert (row.state, row.ticket_id, row.error) == ("created", "50000", "")
    assert row.is_created
    assert not row.is_pending
    assert str(row) == "#50000: Printer jams again (created)"


def test_what_stands_there_otherwise_than_asked_for_is_said(queue, deliver, psa):
    psa.stores = {
        "summary": "Printer jams",
        "board": Reference(id="99", name="Triage"),
        "company": None,
    }
    owner = Reference(id="7", name="Sam")
    row = deliver(queue(chosen={"company": CONTOSO, "board": HELP_DESK, "owner": owner}))
    assert row.state == "created"
    assert row.warning.splitlines() == [
        "The company is empty, not “Contoso”.",
        "The board is “Triage”, not “Help Desk”.",
        "The owner is empty, not “Sam”.",
        "ConnectWise stored another summary.",
    ]
    assert deliver(queue(chosen={}, summary="Printer jams")).warning == ""


@pytest.mark.parametrize("error", [InvalidRequest(), AuthFailed(), PermissionMissing("X: Add")])
def test_a_refusal_fails_with_its_sentence_and_is_not_repeated(queue, deliver, later, psa, error):
    psa.fail("create_ticket", error)
    row = deliver(queue())
    assert (row.state, row.error) == ("failed", error.sentence)
    assert later(row, hours=1).state == "failed"
    assert psa.calls == ["create_ticket"]


@pytest.mark.parametrize("error", [ConnectionFailed(), RateLimited(retry_after=60)])
def test_what_was_surely_not_sent_waits_and_is_sent_later(queue, deliver, later, psa, error):
    psa.fail("create_ticket", error)
    row = deliver(queue())
    assert (row.state, row.error) == ("queued", error.sentence)
    assert row.is_pending
    assert later(row, seconds=1).attempts == 1
    row = later(row, seconds=61)
    assert (row.state, row.attempts, row.error) == ("created", 2, "")
    assert psa.calls == ["create_ticket"] * 2


def test_a_ticket_that_arrived_unconfirmed_is_found_and_not_created_again(
    queue, deliver, later, psa
):
    psa.fail("create_ticket", WriteUncertain(), after=True)
    row = deliver(queue())
    assert (row.state, row.error) == ("unknown", WriteUncertain().of("ConnectWise").sentence)
    assert later(row, seconds=14).state == "unknown"
    row = later(row, **SETTLED)
    assert (row.state, row.ticket_id) == ("created", "50000")
    assert psa.calls == ["create_ticket", "find_created"]


def test_a_ticket_that_did_not_arrive_is_created_after_it_was_looked_for(
    queue, deliver, later, psa
):
    psa.fail("create_ticket", WriteUncertain())
    row = later(deliver(queue()), **SETTLED)
    assert (row.state, row.attempts) == ("created", 2)
    assert psa.calls == ["create_ticket", "find_created", "create_ticket"]
    assert len(psa.created) == 1


def test_it_is_looked_for_again_when_the_last_look_is_old(queue, deliver, later, psa):
    psa.fail("create_ticket", WriteUncertain())
    row = deliver(queue())
    psa.fail("create_ticket", ConnectionFailed())
    row = later(row, **SETTLED)
    assert row.state == "queued"
    psa.calls.clear()
    row = later(row, minutes=10)
    assert psa.calls == ["find_created", "create_ticket"]
    assert row.state == "created"


def test_what_cannot_be_looked_for_stays_unknown_and_is_looked_for_with_back_off(
    queue, deliver, later, psa
):
    psa.fail("create_ticket", WriteUncertain(), after=True)
    row = deliver(queue())
    psa.fail("find_created", Timeout(), times=2)
    row = later(row, **SETTLED)
    assert (row.state, row.checks) == ("unknown", 1)
    why = Timeout().of("ConnectWise").sentence
    assert row.error == f"We cannot check yet whether the ticket was created: {why}"
    assert later(row, seconds=1).checks == 1
    assert later(row, seconds=2).checks == 2
    row = later(row, minutes=1)
    assert (row.state, row.checks) == ("created", 0)
    assert len(psa.created) == 1


def test_an_error_that_nobody_expected_while_sending_is_uncertain(
    queue, deliver, later, psa, caplog
):
    psa.fail("create_ticket", RuntimeError("what"), after=True)
    row = deliver(queue())
    assert (row.state, row.error_kind) == ("unknown", "unexpected")
    assert "creation.unexpected" in caplog.text
    assert later(row, **SETTLED).state == "created"
    assert len(psa.created) == 1


def test_a_provider_that_cannot_be_opened_means_that_nothing_was_sent(
    queue, world, clock, later, psa
):
    row = queue()
    broken = lambda connection: (_ for _ in ()).throw(ConnectionFailed("It is paused."))  # noqa: E731
    tickets.deliver(row.pk, type(world)(now=clock, provider_of=broken), at_once=True)
    row.refresh_from_db()
    assert (row.state, row.error) == ("queued", "It is paused.")
    assert later(row, minutes=1).state == "created"


def test_a_worker_that_died_while_sending_leaves_it_to_be_looked_for(
    queue, deliver, later, clock, psa
):
    row = queue()
    psa.fail("create_ticket", Killed(), after=True)
    with pytest.raises(Killed):
        deliver(row)
    row.refresh_from_db()
    assert row.state == "sending"
    assert later(row, seconds=20).state == "sending"
    row = later(row, seconds=11)
    assert (row.state, row.error_kind) == ("unknown", "interrupted")
    assert later(row, **SETTLED).state == "created"
    assert len(psa.created) == 1


def test_a_request_that_died_before_sending_is_finished_by_the_worker(queue, later, psa):
    row = queue()
    assert later(row, seconds=4).state == "queued"
    assert later(row, seconds=2).state == "created"


def test_a_day_of_waiting_ends_visibly(queue, deliver, later, psa):
    psa.fail("create_ticket", ConnectionFailed())
    row = later(deliver(queue()), hours=25)
    assert (row.state, row.error_kind) == ("failed", "unreachable")
    assert row.error.startswith("The ticket was not created for 24 hours. ConnectWise could not")
    row = later(queue(), hours=25)
    assert (row.state, row.error_kind) == ("failed", "expired")
    assert psa.calls == ["create_ticket"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(ConnectionFailed(), "before this ticket was created"), (WriteUncertain(), "Look in Conn")],
)
def test_without_a_connection_it_fails_and_says_so(
    queue, deliver, later, psa, stored_connection, error, sentence
):
    psa.fail("create_ticket", error)
    row = deliver(queue())
    stored_connection.delete()
    row = later(row, minutes=1)
    assert (row.state, row.error_kind) == ("failed", "disconnected")
    assert sentence in row.error
    with pytest.raises(NotRetryable, match="is removed"):
        tickets.retry(row)


# --- People ----------------------------------------------------------------------------


def test_a_retry_looks_for_it_first(queue, deliver, world, psa):
    psa.fail("create_ticket", PermissionMissing("X: Add"))
    row = deliver(queue())
    tickets.retry(row, world)
    row = deliver(row)
    assert row.state == "created"
    assert psa.calls == ["create_ticket", "find_created", "create_ticket"]
    with pytest.raises(NotRetryable, match="retried already"):
        tickets.retry(row, world)


def test_a_failed_form_that_was_mended_creates_one_ticket_with_the_new_text(
    intend, deliver, world, psa
):
    psa.fail("create_ticket", InvalidRequest())
    first = intend()
    row = deliver(tickets.queue(first, world).creation)
    mended = intend(request_id=first.request_id, summary="Printer burns", description="")
    again = tickets.queue(mended, world)
    assert (again.is_new, again.creation.pk) == (True, row.pk)
    row = deliver(row)
    assert (row.state, row.summary, row.description) == ("created", "Printer burns", "")
    assert [draft.summary for draft in psa.drafts] == ["Printer burns"]


# --- Workers ---------------------------------------------------------------------------


def test_what_somebody_works_on_nobody_else_takes(queue, world, psa):
    row = queue()
    assert claims.claim(TICKET, row.pk, world, at_once=True)
    assert claims.claim(TICKET, row.pk, world, at_once=True) is None
    assert tickets.deliver(row.pk, world, at_once=True) is None
    assert tickets.deliver(uuid4(), world) is None
    assert psa.calls == []


def test_a_claim_stands_back_when_the_row_changed_since_it_was_read(queue, world, monkeypatch):
    row = queue()

    def meanwhile(creation, step, now):
        TicketCreation.objects.update(checked_at=world.now())
        return {"attempts": 5}

    monkeypatch.setattr(TICKET, "marks", meanwhile)
    assert claims.claim(TICKET, row.pk, world, at_once=True) is None
    row.refresh_from_db()
    assert (row.attempts, row.lease_token) == (0, None)


@pytest.mark.parametrize("at", ["create_ticket", "find_created"])
def test_who_lost_the_lease_writes_nothing(queue, deliver, later, psa, monkeypatch, at):
    psa.fail("create_ticket", WriteUncertain())
    row = deliver(queue()) if at == "find_created" else queue()
    work = psa._do

    def taken_over(method, call):
        answer = work(method, call)
        if method == at:
            TicketCreation.objects.update(lease_token=uuid4())
        return answer

    monkeypatch.setattr(psa, "_do", taken_over)
    psa._faults.clear()
    row = later(row, **SETTLED)
    assert row.state == ("unknown" if at == "find_created" else "sending")
    assert row.ticket_id == ""


@pytest.mark.parametrize("before", ["create_ticket", "find_created"])
def test_who_lost_the_lease_sends_nothing(queue, deliver, later, psa, monkeypatch, before):
    psa.fail("create_ticket", WriteUncertain())
    row = deliver(queue()) if before == "find_created" else queue()
    psa.calls.clear()

    def lost(hold):
        raise lease_lost

    from psa.outbox.lease import LeaseLost

    lease_lost = LeaseLost()
    monkeypatch.setattr(Lease, "cover", lost)
    later(row, **SETTLED)
    assert psa.calls == []


def test_a_psa_in_trouble_is_not_asked_again_in_the_same_pass(queue, world, clock, psa):
    for _ in range(3):
        queue()
    clock.tick(seconds=6)
    psa.fail("create_ticket", ConnectionFailed(), times=3)
    assert worker.run_batch(TICKET, world) == 1
    clock.tick(minutes=1)
    psa._faults.clear()
    assert worker.run_batch(TICKET, world) == 3
    assert len(psa.created) == 3


def test_a_pass_ends_when_it_is_told_to(queue, world, clock, psa):
    queue()
    clock.tick(seconds=6)
    assert worker.run_batch(TICKET, world, keep_going=lambda: False) == 0
    assert psa.calls == []


def test_a_defect_holds_up_no_other(queue, world, clock, psa, monkeypatch, caplog):
    first, second = queue(), queue()
    clock.tick(seconds=6)
    real = worker._deliver

    def broken(kind, creation_id, world):
        if creation_id == first.pk:
            raise RuntimeError("a defect")
        return real(kind, creation_id, world)

    monkeypatch.setattr("psa.outbox.worker._deliver", broken)
    assert worker.run_batch(TICKET, world) == 1
    assert "creation.broken" in caplog.text
    second.refresh_from_db()
    assert second.state == "created"


def test_an_absent_ticket_that_somebody_else_takes_at_once_is_left_to_them(
    queue, deliver, later, world, clock, psa, monkeypatch
):
    psa.fail("create_ticket", ServerError())
    row = deliver(queue())
    assert row.state == "unknown"
    clock.tick(seconds=16)
    answers = iter([claims.claim, lambda *a, **k: None])
    monkeypatch.setattr(claims, "claim", lambda *a, **k: next(answers)(*a, **k))
    left = tickets.deliver(row.pk, world)
    assert left is not None
    assert left.state == "queued"


def test_connections_take_turns(intend, world, clock, psa, other_account):
    theirs = PsaConnection.objects.create(
        provider="connectwise", account=other_account, display_name="Other"
    )
    for _ in range(5):
        tickets.queue(intend(), world)
    clock.tick(seconds=1)
    last = tickets.queue(intend(connection=theirs), world).creation
    clock.tick(seconds=6)
    assert worker.run_batch(TICKET, world, limit=2) == 2
    last.refresh_from_db()
    assert last.state == "created"


def test_a_ticket_that_fails_each_time_ends_visibly(queue, deliver, later, psa):
    psa.fail("create_ticket", WriteUncertain(), times=50)
    row = deliver(queue())
    for _ in range(20):
        row = later(row, **SETTLED)
    assert psa.calls.count("create_ticket") == 3
    assert (row.state, row.error_kind) == ("failed", "fails_each_time")


@pytest.mark.parametrize("error", [WriteUncertain(), ServerError(), ConnectionFailed()])
def test_a_psa_whose_writes_hang_is_left_alone_for_the_pass(queue, world, clock, psa, error):
    for _ in range(3):
        queue()
    clock.tick(seconds=6)
    psa.fail("create_ticket", error)
    assert worker.run_batch(TICKET, world) == 1


def test_a_removed_connection_ends_what_waits_for_it(queue, deliver, psa, stored_connection):
    waiting = queue()
    psa.fail("create_ticket", WriteUncertain())
    unknown = deliver(queue())
    assert worker.waiting(stored_connection) == ["2 new tickets"]
    connections.delete(stored_connection)
    for row in (waiting, unknown):
        row.refresh_from_db()
        assert (row.state, row.error_kind) == ("failed", "disconnected")
    assert unknown.reference in unknown.error
