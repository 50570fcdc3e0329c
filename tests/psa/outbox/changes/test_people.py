"""People are put on a ticket and taken off once, whatever the PSA answers."""

import pytest

from psa.outbox.changes import add_member, remove_member
from psa.providers import errors

pytestmark = pytest.mark.django_db


def test_a_member_is_assigned_and_read_back(people, psa):
    change = people(add_member)
    assert psa.calls == ["list_resources", "add_resource", "list_resources"]
    assert (change.state, change.kind, change.wanted_name) == ("applied", "assign", "Sam Rivers")
    assert psa.people == ["152"]


def test_a_member_is_taken_off_and_read_back(people, psa):
    psa.people = ["151", "152"]
    change = people(remove_member)
    assert psa.calls == ["list_resources", "remove_resource", "list_resources"]
    assert (change.state, change.kind) == ("applied", "unassign")
    assert psa.people == ["151"]


@pytest.mark.parametrize(("how", "there"), [(add_member, ["152"]), (remove_member, ["151"])])
def test_who_is_there_or_gone_already_needs_nothing_sent(people, psa, how, there):
    psa.people = there
    change = people(how)
    assert (change.state, change.sent_at) == ("applied", None)
    assert psa.calls == ["list_resources"]


@pytest.mark.parametrize(
    ("how", "there", "said"),
    [(add_member, [], "Sam Rivers is not on"), (remove_member, ["152"], "Sam Rivers is still on")],
)
def test_a_success_that_did_nothing_is_no_success(people, psa, how, there, said):
    psa.people, psa.deaf = there, True
    change = people(how)
    assert (change.state, change.error_kind) == ("failed", "not_applied")
    assert f"answered success, but {said} the ticket" in change.error


def test_a_missing_right_is_named(people, psa):
    psa.fail("add_resource", errors.PermissionMissing("Resource Scheduling: Add"))
    change = people(add_member)
    assert (change.state, change.error_kind) == ("failed", "permission")
    assert "Resource Scheduling: Add" in change.error


@pytest.mark.parametrize("how", [add_member, remove_member])
@pytest.mark.parametrize("arrived", [True, False])
def test_an_uncertain_change_is_found_out_by_reading(people, psa, later, how, arrived):
    psa.people = ["152"] if how is remove_member else []
    name = "add_resource" if how is add_member else "remove_resource"
    psa.fail(name, errors.WriteUncertain(), after=arrived)
    change = people(how)
    assert change.state == ("applied" if arrived else "unknown")
    change = later(change, seconds=15)
    assert (change.state, change.error_kind) == (
        ("applied", "") if arrived else ("failed", "not_arrived")
    )
    assert psa.calls.count(name) == 1


def test_an_accepted_change_that_cannot_be_read_back_is_not_called_done(people, psa, later):
    add_resource = psa.add_resource

    def add_then_fail(*args):
        add_resource(*args)
        psa.fail("list_resources", errors.Timeout())

    psa.add_resource = add_then_fail
    change = people(add_member)
    assert (change.state, change.error_kind) == ("unknown", "unread")
    assert "accepted the change" in change.error
    assert later(change, seconds=15).state == "applied"
    assert psa.calls.count("add_resource") == 1


def test_people_and_status_do_not_wait_for_each_other(people, change_status, psa):
    psa.fail("update_ticket_status", errors.WriteUncertain())
    assert change_status().state == "unknown"
    assert people(add_member).state == "applied"


def test_one_person_at_a_time(people, psa):
    """Both could become the owner, and the second would push the first one out unseen."""
    psa.fail("add_resource", errors.WriteUncertain())
    first = people(add_member)
    assert first.state == "unknown"
    second = people(remove_member, "151")
    assert (second.state, second.error_kind) == ("failed", "overlap")
