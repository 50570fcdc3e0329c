"""A status is changed once, from the one that was seen, and believed only when read back."""

from uuid import uuid4

import pytest

from psa.models import TicketChange
from psa.outbox import changes
from psa.outbox.intent import RequestReused
from psa.providers import errors
from psa.providers.types import Reference

pytestmark = pytest.mark.django_db


def test_a_status_change_is_two_calls(change_status, psa, engineer):
    change = change_status()
    assert psa.calls == ["get_ticket", "update_ticket_status"]
    assert (change.state, change.error, change.is_applied) == ("applied", "", True)
    assert (change.seen_name, change.current_id, change.current_name) == ("New", "3", "Completed")
    assert (change.made_by, change.made_by_name) == (engineer, "Erin")
    assert psa.status["48291"] == "3"


def test_a_status_that_moved_is_not_overwritten(change_status, psa):
    psa.status["48291"] = "4"
    change = change_status()
    assert (change.state, change.error_kind, change.is_conflict) == ("failed", "conflict", True)
    assert "it was “New” and is now “Waiting”" in change.error
    assert (change.current_id, change.current_name) == ("4", "Waiting")
    assert psa.calls == ["get_ticket"]
    assert change.sent_at is None


def test_a_conflict_without_a_known_name_still_says_what_it_is_now(change_status, psa):
    psa.status["48291"] = "4"
    assert "changed meanwhile: it is now “Waiting”" in change_status(seen_status_name="").error


def test_a_status_that_is_there_already_is_not_sent(change_status, psa):
    psa.status["48291"] = "3"
    change = change_status()
    assert (change.state, change.sent_at) == ("applied", None)
    assert psa.calls == ["get_ticket"]


def test_who_showed_no_status_changes_it_from_the_one_that_is_there(change_status, psa):
    psa.status["48291"] = "4"
    change = change_status(seen="")
    assert (change.state, change.seen_id, change.seen_name) == ("applied", "4", "Waiting")


def test_the_same_request_again_is_the_same_row(change_status, psa):
    request_id = uuid4()
    first = change_status(request_id=request_id)
    psa.status["48291"] = "1"
    assert change_status(request_id=request_id) == first
    assert psa.calls == ["get_ticket", "update_ticket_status"]
    assert TicketChange.objects.count() == 1


@pytest.mark.parametrize("other", [{"status_id": "4"}, {"ticket_id": "48292"}])
def test_a_request_id_is_not_used_for_another_change(change_status, other):
    request_id = uuid4()
    change_status(request_id=request_id)
    with pytest.raises(RequestReused, match="used already"):
        change_status(request_id=request_id, **other)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.ConnectionFailed(), "unreachable"),
        (errors.Timeout(), "timeout"),
        (errors.ServerError(), "server_error"),
        (errors.AuthFailed(), "auth"),
        (errors.NotFound(), "not_found"),
    ],
)
def test_a_ticket_that_cannot_be_read_is_not_changed(change_status, psa, later, error, kind):
    psa.fail("get_ticket", error)
    change = change_status()
    assert (change.state, change.error_kind, change.error) == ("failed", kind, error.sentence)
    assert later(change, hours=1).state == "failed"
    assert psa.calls == ["get_ticket"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.ConnectionFailed(), "unreachable"),
        (errors.PermissionMissing("Service Tickets: Edit"), "permission"),
        (errors.InvalidRequest("“Closed” does not belong to “Help Desk”."), "invalid"),
        (errors.WriteNotApplied("ConnectWise answered success, but …"), "not_applied"),
    ],
)
def test_what_was_surely_not_done_has_failed_and_is_not_sent_later(
    change_status, psa, later, error, kind
):
    psa.fail("update_ticket_status", error)
    change = change_status()
    assert (change.state, change.error_kind, change.error) == ("failed", kind, error.sentence)
    assert later(change, hours=1).state == "failed"
    assert psa.calls == ["get_ticket", "update_ticket_status"]


@pytest.mark.parametrize(("seconds", "said"), [(0, "in 1 second."), (39.2, "in 40 seconds.")])
def test_a_limit_says_when_to_try_again(change_status, psa, seconds, said):
    psa.fail("update_ticket_status", errors.RateLimited(retry_after=seconds))
    change = change_status()
    assert (change.state, change.error_kind) == ("failed", "rate_limited")
    assert change.error.endswith(said)


def test_a_success_with_another_status_is_no_success(change_status, psa):
    psa.update_ticket_status = lambda ticket_id, status_id: psa.get_ticket(ticket_id)
    change = change_status()
    assert (change.state, change.error_kind) == ("failed", "not_applied")
    assert "answered success, but the status is “New”" in change.error


def test_an_uncertain_change_that_arrived_is_found_at_once(change_status, psa):
    psa.fail("update_ticket_status", errors.WriteUncertain(), after=True)
    change = change_status()
    assert (change.state, change.error) == ("applied", "")
    assert psa.calls == ["get_ticket", "update_ticket_status", "get_ticket"]


# --- Sending the status that is there already, to see whether we may --------------------


@pytest.fixture
def send_again(stored_connection, engineer, world):
    def send(status):
        return changes.send_status_again(
            stored_connection,
            engineer,
            ticket_id="48291",
            status=status,
            request_id=uuid4(),
            runtime=world,
        )

    return send


def test_the_status_that_is_there_is_sent_again_when_that_is_wanted(send_again, psa):
    change = send_again(Reference(id="1", name="New"))
    assert (change.state, change.wanted_id, change.current_name) == ("applied", "1", "New")
    assert change.sent_at is not None
    assert psa.calls == ["get_ticket", "update_ticket_status"]


def test_a_status_that_moved_is_not_sent_again(send_again, psa):
    assert send_again(Reference(id="3", name="Completed")).is_conflict
    assert psa.calls == ["get_ticket"]


def test_a_repetition_that_was_refused_says_so(send_again, psa):
    psa.fail("update_ticket_status", errors.PermissionMissing("Tickets: Edit"))
    change = send_again(Reference(id="1", name="New"))
    assert (change.state, change.error_kind) == ("failed", "permission")
    assert "Tickets: Edit" in change.error


@pytest.mark.parametrize("after", [False, True])
def test_a_repetition_that_was_not_confirmed_shows_nothing(send_again, psa, after):
    psa.fail("update_ticket_status", errors.WriteUncertain(), after=after)
    change = send_again(Reference(id="1", name="New"))
    assert (change.state, change.error_kind) == ("failed", "uncertain")
    assert "shows nothing" in change.error
    assert psa.calls == ["get_ticket", "update_ticket_status"]
