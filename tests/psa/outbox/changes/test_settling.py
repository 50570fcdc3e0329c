"""What a request left open is found out by reading, and never sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command

from psa.models import TicketChange
from psa.outbox import changes, claims, worker
from psa.outbox.kinds import CHANGE
from psa.outbox.lease import LeaseLost
from psa.outbox.runtime import Runtime
from psa.providers import errors
from tests.psa.outbox.fake_psa import Killed

pytestmark = pytest.mark.django_db


@pytest.fixture
def die_at(change_status, psa):
    """Change the status in a process that dies at this call of the PSA."""

    def change(method, *, after=False) -> TicketChange:
        psa.fail(method, Killed(), after=after)
        request_id = uuid4()
        with pytest.raises(Killed):
            change_status(request_id=request_id)
        return TicketChange.objects.get(request_id=request_id)

    return change


@pytest.fixture
def unknown(change_status, psa):
    """A change that was not confirmed and is not there yet."""
    psa.fail("update_ticket_status", errors.WriteUncertain())
    change = change_status()
    assert (change.state, change.is_pending) == ("unknown", True)
    assert "checking whether it arrived" in change.error
    return change


def test_what_was_interrupted_before_sending_has_failed(die_at, later, psa):
    change = die_at("get_ticket")
    assert change.state == "queued"
    assert later(change, seconds=30).state == "queued"
    change = later(change, seconds=1)
    assert (change.state, change.error_kind) == ("failed", "interrupted")
    assert "before anything was sent" in change.error
    assert psa.calls == ["get_ticket"]


@pytest.mark.parametrize("arrived", [True, False])
def test_what_was_interrupted_while_sending_is_read(die_at, later, psa, arrived):
    change = die_at("update_ticket_status", after=arrived)
    assert change.state == "sending"
    change = later(change, seconds=31)
    assert (change.state, change.error_kind) == ("unknown", "interrupted")
    assert later(change, seconds=14).state == "unknown"
    change = later(change, seconds=1)
    assert change.state == ("applied" if arrived else "failed")
    assert psa.calls.count("update_ticket_status") == 1


def test_an_uncertain_change_that_is_late_is_found(unknown, later, psa):
    psa.status["48291"] = "3"
    assert later(unknown, seconds=14).state == "unknown"
    change = later(unknown, seconds=1)
    assert (change.state, change.error, change.current_name) == ("applied", "", "Completed")


def test_an_uncertain_change_that_did_not_arrive_is_not_sent_again(unknown, later, psa):
    change = later(unknown, seconds=15)
    assert (change.state, change.error_kind) == ("failed", "not_arrived")
    assert "The status is still “New”. Try again." in change.error
    assert psa.calls.count("update_ticket_status") == 1


def test_an_uncertain_change_that_somebody_moved_is_a_conflict(unknown, later, psa):
    psa.status["48291"] = "4"
    change = later(unknown, seconds=15)
    assert (change.state, change.is_conflict, change.current_id) == ("failed", True, "4")


def test_an_uncertain_change_stays_so_while_nothing_can_be_read(unknown, later, psa):
    psa.fail("get_ticket", errors.Timeout(), times=2)
    change = later(unknown, seconds=15)
    assert (change.state, change.checks, change.error_kind) == ("unknown", 1, "timeout")
    assert change.error.startswith("We cannot check yet whether the change arrived: ConnectWise")
    assert later(change, seconds=1).checks == 1
    assert later(change, seconds=1).checks == 2
    change = later(change, seconds=4)
    assert (change.state, change.error_kind) == ("failed", "not_arrived")


def test_after_a_day_a_person_looks_at_the_ticket(unknown, later, psa):
    psa.fail("get_ticket", RuntimeError("a defect"))
    change = later(unknown, hours=25)
    assert (change.state, change.error_kind) == ("failed", "unchecked")
    assert change.error == (
        "We could not check for 24 hours whether the change arrived: Something went wrong on our "
        "side. Look at the ticket."
    )


def test_a_ticket_that_is_gone_needs_no_more_looking(unknown, later, psa):
    psa.fail("get_ticket", errors.NotFound())
    change = later(unknown, seconds=15)
    assert (change.state, change.error_kind) == ("failed", "not_found")


def test_a_connection_that_is_gone_leaves_a_sentence(unknown, later, stored_connection):
    stored_connection.delete()
    change = later(unknown, seconds=15)
    assert (change.state, change.error_kind) == ("failed", "disconnected")
    assert "Look at the ticket" in change.error


def test_a_defect_while_reading_back_is_logged_and_looked_at_later(
    change_status, later, psa, caplog
):
    psa.fail("update_ticket_status", RuntimeError("a defect"), after=True)
    psa.fail("get_ticket", errors.Timeout(), times=0)
    change = change_status()
    assert change.state == "applied"
    assert "change.unexpected" in caplog.text


def test_a_defect_before_sending_is_no_change(change_status, psa, caplog):
    psa.fail("get_ticket", RuntimeError("a defect"))
    change = change_status()
    assert (change.state, change.error_kind) == ("failed", "unexpected")
    assert change.error == "Something went wrong on our side, so nothing was changed. Try again."
    assert "change.unexpected" in caplog.text


def test_who_was_away_too_long_sends_nothing(change_status, psa, clock, world, caplog):
    get_ticket = psa.get_ticket

    def paused(ticket_id):
        ticket = get_ticket(ticket_id)
        clock.tick(seconds=31)
        worker.run_batch(CHANGE, world)
        return ticket

    psa.get_ticket = paused
    change = change_status()
    assert (change.state, change.error_kind) == ("failed", "interrupted")
    assert "update_ticket_status" not in psa.calls
    assert "change.lease_lost" in caplog.text


@pytest.mark.parametrize("method", ["get_ticket", "update_ticket_status"])
def test_a_lease_that_ends_within_a_call_is_noticed(change_status, psa, monkeypatch, method):
    """The row was taken over between two looks at the clock; the provider tells by raising."""
    psa.fail(method, LeaseLost())
    change = change_status()
    assert change.is_pending


def test_who_was_away_too_long_after_sending_leaves_it_to_the_worker(
    change_status, psa, clock, world, caplog
):
    def paused(ticket_id, status_id):
        clock.tick(seconds=31)
        worker.run_batch(CHANGE, world)
        raise errors.WriteUncertain

    psa.update_ticket_status = paused
    change = change_status()
    assert (change.state, change.error_kind) == ("unknown", "interrupted")
    assert "change.lease_lost" in caplog.text


def test_a_worker_that_was_away_too_long_does_not_look(unknown, clock, psa, caplog):
    clock.tick(seconds=15)

    def paused(connection):
        clock.tick(seconds=31)
        worker.run_batch(CHANGE, Runtime(now=clock, provider_of=lambda connection: psa))
        return psa

    assert changes.settle(unknown.pk, Runtime(now=clock, provider_of=paused)) is not None
    assert TicketChange.objects.get().state == "failed"
    assert psa.calls.count("get_ticket") == 3
    assert "change.lease_lost" in caplog.text


def test_two_workers_do_not_settle_the_same(unknown, clock, world, psa):
    clock.tick(seconds=15)
    get_ticket = psa.get_ticket
    others = []

    def meddled(ticket_id):
        others.append(changes.settle(unknown.pk, world))
        return get_ticket(ticket_id)

    psa.get_ticket = meddled
    settled = changes.settle(unknown.pk, world)
    assert settled
    assert settled.state == "failed"
    assert others == [None]


def test_a_worker_that_lost_its_lease_writes_nothing(unknown, clock, world, psa, caplog):
    clock.tick(seconds=15)
    get_ticket = psa.get_ticket

    def paused(ticket_id):
        ticket = get_ticket(ticket_id)
        psa.get_ticket = get_ticket
        psa.status["48291"] = "3"
        clock.tick(seconds=31)
        worker.run_batch(CHANGE, world)
        return ticket

    psa.get_ticket = paused
    changes.settle(unknown.pk, world)
    assert TicketChange.objects.get().state == "applied"
    assert "change.lease_lost" in caplog.text


def test_a_claim_holds_only_for_what_was_read(unknown, clock, world, monkeypatch):
    clock.tick(seconds=15)

    def meanwhile():
        TicketChange.objects.update(state="applied")
        return uuid4()

    monkeypatch.setattr("psa.outbox.claims.uuid4", meanwhile)
    assert changes.settle(unknown.pk, world) is None


@pytest.fixture
def several(change_status, psa):
    psa.fail("update_ticket_status", errors.WriteUncertain(), times=3)
    return [change_status(ticket_id=str(n)) for n in range(3)]


def test_a_psa_that_cannot_be_read_is_asked_once_a_pass(several, clock, world, psa):
    clock.tick(seconds=15)
    psa.calls.clear()
    psa.fail("get_ticket", errors.Timeout())
    assert worker.run_batch(CHANGE, world) == 1
    assert psa.calls == ["get_ticket"]
    assert worker.run_batch(CHANGE, world) == 2


def test_a_pass_ends_when_told_to(several, clock, world):
    clock.tick(seconds=15)
    assert worker.run_batch(CHANGE, world, keep_going=lambda: False) == 0


def test_a_defect_of_one_does_not_hold_up_the_others(several, clock, world, monkeypatch, caplog):
    clock.tick(seconds=15)
    claim = claims.claim

    def broken_once(*_, **__):
        monkeypatch.setattr(claims, "claim", claim)
        raise RuntimeError("a defect")

    monkeypatch.setattr(claims, "claim", broken_once)
    assert worker.run_batch(CHANGE, world) == 2
    assert "change.broken" in caplog.text


@pytest.mark.parametrize(
    ("number", "said"), [(0, ""), (1, "1 change of tickets checked.\n"), (3, "3 changes of")]
)
def test_the_worker_of_the_posts_settles_changes_too(
    several, clock, world, monkeypatch, capsys, number, said
):
    monkeypatch.setattr("psa.outbox.worker.Runtime", lambda: world)
    TicketChange.objects.filter(ticket_id__gte=str(number)).update(state="failed")
    clock.tick(seconds=15)
    call_command("deliver_posts", "--once")
    printed = capsys.readouterr().out
    assert printed.startswith(f"0 posts worked on.\n{said}")
    assert not TicketChange.objects.filter(state="unknown").exists()


def test_a_renewed_lease_is_not_taken_over(unknown, clock, world):
    clock.tick(seconds=15)
    TicketChange.objects.update(lease_until=clock() + timedelta(seconds=1))
    assert worker.run_batch(CHANGE, world) == 0
