"""What an API key may do, told by reading: per function of the product, and beyond it."""

import pytest

from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.errors import ConnectionFailed
from psa.providers.types import FunctionCheck, Reach, RightCheck, Write
from tests.psa.providers.connectwise.test_provider import open_client


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def check(simulator, tenant):
    """Check the rights of a key of the tenant's; a role is what `add_key` takes."""

    def check_key(**role):
        keys = {}
        if role:
            keys["public_key"], keys["private_key"] = tenant.add_key(**role)
        provider = ConnectWiseProvider(open_client(simulator, **keys), company_id="northwind")
        try:
            return provider.check_rights()
        finally:
            provider.close()

    return check_key


def reach_of(report):
    return {function.name: function.reach for function in report.functions}


def lacking(report):
    return {str(right) for function in report.functions for right in function.lacking}


def test_reading_shows_what_can_be_read_and_leaves_writing_open(check, simulator):
    report = check()
    assert reach_of(report) == {
        "Finding, showing and linking tickets": Reach.WORKS,
        "Boards, statuses and priorities": Reach.WORKS,
        "Posting notes": Reach.NOT_TESTED,
        "Changing a ticket's status and owner": Reach.NOT_TESTED,
        "Closing tickets": Reach.NOT_TESTED,
        "Creating tickets": Reach.NOT_TESTED,
        "Signing notes as the engineer": Reach.WORKS,
        "Filtering tickets by company": Reach.WORKS,
        "A ticket's configurations": Reach.WORKS,
        "Time entries among the notes": Reach.WORKS,
        "Booking time": Reach.NOT_TESTED,
        "Adding pictures and files": Reach.NOT_TESTED,
        "Who works on a ticket": Reach.NOT_TESTED,
    }
    assert lacking(report) == set()
    assert {entry.method for entry in simulator.journal} == {"GET"}


@pytest.mark.parametrize(
    ("area", "right"),
    [
        ("Service Tickets", "Service Desk › Service Tickets: Inquire"),
        ("Member Maintenance", "System › Member Maintenance: Inquire"),
        ("Company Maintenance", "Companies › Company Maintenance: Inquire"),
        ("Contacts", "Companies › Contacts: Inquire"),
        ("Configurations", "Companies › Configurations: Inquire"),
        ("Time Entry", "Time & Expense › Time Entry: Inquire"),
        ("Resource Scheduling", "Service Desk › Resource Scheduling: Inquire"),
    ],
)
def test_a_missing_right_is_named_as_the_role_editor_names_it(check, area, right):
    assert lacking(check(without=[area])) == {right}


def test_the_writes_are_named_as_the_role_editor_names_them(check):
    untested = {str(right) for function in check().functions for right in function.untested}
    assert untested == {
        "Service Desk › Service Tickets: Add",
        "Service Desk › Service Tickets: Edit",
        "Service Desk › Close Service Tickets: Edit",
        "Service Desk › Resource Scheduling: Add",
        "Service Desk › Resource Scheduling: Delete",
        "Time & Expense › Time Entry: Add",
        "Companies › Manage Attachments: Add",
    }


def test_what_a_key_can_read_without_need_is_named(check):
    surplus = ("Agreements", "Invoicing", "Project Headers", "Opportunity", "Expense Report Entry")
    report = check(without=surplus)
    assert {right.area for right in report.surplus} == {
        "Procurement › Product Catalog",
        "Procurement › Purchase Orders",
    }
    assert {right.level for right in report.surplus} == {"None"}


@pytest.mark.parametrize("fault", ["not_json", "error_before"])
def test_a_bad_moment_of_one_list_is_no_missing_right(check, simulator, fault):
    simulator.faults.add(fault, times=20, path="/system/members")
    signing = reach_of(check())["Signing notes as the engineer"]
    assert signing == Reach.NOT_TESTED


def test_a_module_that_does_not_answer_is_not_called_surplus(check, simulator):
    simulator.faults.add("refuse", times=20, path="/finance/invoices")
    assert "Finance › Invoicing" not in {right.area for right in check().surplus}


def test_what_cannot_be_asked_at_all_raises(check, simulator):
    simulator.faults.add("refuse", times=200)
    with pytest.raises(ConnectionFailed):
        check()


READ = RightCheck(area="Tickets", verb="Inquire", granted=True)
NO_READ = RightCheck(area="Tickets", verb="Inquire", granted=False)
WRITE = RightCheck(area="Tickets", verb="Add", granted=True, shown_by=Write.NOTE)
NO_WRITE = RightCheck(area="Tickets", verb="Add", granted=False, shown_by=Write.NOTE)
UNKNOWN = RightCheck(area="Tickets", verb="Add", shown_by=Write.NOTE)


@pytest.mark.parametrize(
    ("rights", "reach"),
    [
        ([READ], Reach.WORKS),
        ([READ, WRITE], Reach.WORKS),
        ([READ, NO_WRITE], Reach.READ_ONLY),
        ([READ, UNKNOWN], Reach.NOT_TESTED),
        ([READ, UNKNOWN, NO_WRITE], Reach.READ_ONLY),
        ([NO_READ], Reach.MISSING),
        ([NO_READ, WRITE], Reach.MISSING),
        ([NO_READ, NO_WRITE], Reach.MISSING),
        ([NO_WRITE], Reach.MISSING),
    ],
)
def test_how_far_a_key_gets_follows_from_its_rights(rights, reach):
    assert FunctionCheck(name="Posting notes", rights=tuple(rights)).reach == reach
