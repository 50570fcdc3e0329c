"""Written down before anything leaves; one change of the same thing at a time."""

from uuid import uuid4

import pytest
from django.db import connection as database

from psa.models import TicketChange
from psa.outbox import changes
from psa.outbox.intent import RequestReused
from psa.providers import errors
from tests.psa.outbox.fake_psa import Killed

pytestmark = pytest.mark.django_db


def test_the_row_stands_before_anything_leaves(change_status, psa):
    rows = []
    get_ticket = psa.get_ticket

    def looking(ticket_id):
        rows.append(TicketChange.objects.get())
        return get_ticket(ticket_id)

    psa.get_ticket = looking
    change_status()
    assert [row.state for row in rows] == ["queued"]
    assert rows[0].lease_until is not None


def test_two_engineers_at_once_do_not_overwrite_each_other(change_status, psa):
    """Both saw New; while the first is at it, the second is told so and sends nothing."""
    second = []
    get_ticket = psa.get_ticket

    def meddled(ticket_id):
        psa.get_ticket = get_ticket
        ticket = get_ticket(ticket_id)
        second.append(change_status("2"))
        return ticket

    psa.get_ticket = meddled
    first = change_status()
    assert (first.state, psa.status["48291"]) == ("applied", "3")
    assert (second[0].state, second[0].error_kind, second[0].is_conflict) == (
        "failed",
        "overlap",
        True,
    )
    assert second[0].error.startswith("Erin is changing this ticket right now")
    assert psa.calls.count("update_ticket_status") == 1


def test_the_next_engineer_finds_it_moved(change_status, psa):
    change_status()
    change = change_status("2")
    assert (change.state, change.is_conflict, change.current_name) == ("failed", True, "Completed")


def test_another_tickets_status_is_not_in_the_way(change_status, psa):
    psa.fail("update_ticket_status", errors.WriteUncertain())
    assert change_status().state == "unknown"
    assert change_status(ticket_id="48292").state == "applied"


def test_what_was_left_over_is_settled_first(change_status, psa, clock):
    psa.fail("update_ticket_status", errors.WriteUncertain())
    left = change_status()
    clock.tick(seconds=14)
    assert change_status().error_kind == "overlap"
    clock.tick(seconds=1)
    assert change_status().state == "applied"
    left.refresh_from_db()
    assert (left.state, left.error_kind) == ("failed", "not_arrived")


def test_a_dead_request_is_in_the_way_no_longer_than_its_lease(change_status, psa, clock):
    psa.fail("get_ticket", Killed())
    with pytest.raises(Killed):
        change_status()
    clock.tick(seconds=31)
    assert change_status().state == "applied"


@pytest.fixture
def quicker(monkeypatch, change_status):
    """Let another request come between the look at what is known and the new row."""

    def arrange(**fields):
        clear = changes._clear_the_way

        def meanwhile(wanted, world):
            clear(wanted, world)
            monkeypatch.setattr(changes, "_clear_the_way", clear)
            change_status(**fields)

        monkeypatch.setattr(changes, "_clear_the_way", meanwhile)

    return arrange


def test_of_two_clicks_at_the_same_time_one_changes(quicker, change_status, psa):
    request_id = uuid4()
    quicker(request_id=request_id)
    change = change_status(request_id=request_id)
    assert change.state == "applied"
    assert TicketChange.objects.count() == 1
    assert psa.calls.count("update_ticket_status") == 1


def test_a_request_id_that_was_taken_meanwhile_is_refused(quicker, change_status):
    request_id = uuid4()
    quicker(request_id=request_id, status_id="2")
    with pytest.raises(RequestReused):
        change_status(request_id=request_id)


def test_a_click_that_comes_while_another_is_refused_finds_that_row(
    change_status, psa, monkeypatch
):
    """The second of two same clicks is quicker to write down that both are too late."""
    psa.fail("update_ticket_status", errors.WriteUncertain())
    change_status()
    request_id = uuid4()
    overlap = changes._overlap

    def meanwhile(wanted):
        monkeypatch.setattr(changes, "_overlap", overlap)
        change_status(request_id=request_id)
        return overlap(wanted)

    monkeypatch.setattr(changes, "_overlap", meanwhile)
    change = change_status(request_id=request_id)
    assert (change.state, change.error_kind) == ("failed", "overlap")
    assert TicketChange.objects.filter(request_id=request_id).count() == 1


def test_the_other_one_may_be_over_when_we_say_so(change_status, psa, monkeypatch):
    psa.fail("update_ticket_status", errors.WriteUncertain())
    change_status()
    overlap = changes._overlap

    def meanwhile(wanted):
        TicketChange.objects.update(state="failed")
        return overlap(wanted)

    monkeypatch.setattr(changes, "_overlap", meanwhile)
    assert change_status().error.startswith("It is being changed right now")


def test_other_accounts_may_use_the_same_ids(change_status, other_account, make_user, world):
    from psa.models import PsaConnection

    theirs = PsaConnection.objects.create(
        provider="connectwise",
        account=other_account,
        display_name="B",
        site_url="https://psa.example",
        company_id="d",
    )
    request_id = uuid4()
    ours = change_status(request_id=request_id)
    change = changes.add_member(
        theirs,
        make_user("Stan", other_account),
        ticket_id="48291",
        member_id="151",
        member_name="Erin",
        request_id=request_id,
        runtime=world,
    )
    assert change.state == "applied"
    assert change.pk != ours.pk


def test_a_change_tells_itself(change_status):
    assert str(change_status()) == "Change the status of #48291: Completed (applied)"


def test_no_transaction_is_open_while_the_psa_is_called(change_status, psa):
    depths = []
    outer = len(database.savepoint_ids)
    get_ticket = psa.get_ticket

    def looking(ticket_id):
        depths.append(len(database.savepoint_ids) - outer)
        return get_ticket(ticket_id)

    psa.get_ticket = looking
    change_status()
    assert depths == [0]
