"""What is refused of time entries, and in which words."""

from datetime import UTC, datetime

import pytest

from .booking import BODY, ENTRIES, ERIN, START, refused, replaced
from .conftest import TICKET, Api, replace_status

FIELD_OFFICE = 12


@pytest.mark.parametrize(
    "moment",
    [
        "2026-04-21T08:00:00",
        "2026-04-21T08:00:00.000Z",
        "2026-04-21T08:00:00+02:00",
        "2026-04-21T25:00:00Z",
        "[2026-04-21T08:00:00Z]",
        "2026-04-21",
        5,
    ],
)
def test_times_are_utc_in_whole_seconds(api, moment):
    answer = api.post(ENTRIES, {**BODY, "timeStart": moment})
    unsupported = ("UnsupportedFormat", "Unsupported format applied to timeStart", "timeStart")
    assert refused(answer) == unsupported


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"timeEnd": "2026-04-21T07:59:59Z"}, "InvalidField", "timeEnd"),
        ({"timeEnd": "2026-04-22T08:00:37Z"}, "OutOfRange", "actualHours"),
        ({"actualHours": 24.01}, "OutOfRange", "actualHours"),
        ({"actualHours": -0.25}, "OutOfRange", "actualHours"),
        ({"actualHours": 1e300}, "OutOfRange", "actualHours"),
        ({"actualHours": "1:30"}, "InvalidField", "actualHours"),
        ({"billableOption": "Perhaps"}, "InvalidField", "billableOption"),
        ({"member": {"identifier": "nobody@example.com"}}, "NotFound", "member/identifier"),
        ({"locationId": 99}, "NotFound", "locationId"),
        ({"chargeToId": 1}, "NotFound", "chargeToId"),
        ({"chargeToType": "ProjectTicket"}, "NotFound", "chargeToId"),
        ({"chargeToType": "ProjectIssue"}, "InvalidField", "chargeToType"),
        ({"chargeToType": None}, "MissingRequiredField", "chargeToType"),
        ({"agreement": {"id": 99}}, "NotFound", "agreement/id"),
    ],
)
def test_what_no_entry_can_hold(api, values, code, field):
    found = refused(api.post(ENTRIES, {**BODY, **values}))
    assert (found[0], found[2]) == (code, field)


def test_a_role_must_be_allowed_at_the_tickets_location(api, tenant):
    for given in ("Field Technician", "Former Apprentice"):
        answer = api.post(ENTRIES, {**BODY, "workRole": {"name": given}})
        message = f"workRole {given} not found for Location 11"
        assert refused(answer) == ("NotFound", message, "workRole/name")
    field = next(t for t in tenant.tickets.values() if t["board"]["name"] == "Field Service")
    api.patch(f"/service/tickets/{field['id']}", replaced("status", {"name": "New"}))
    body = {**BODY, "chargeToId": field["id"], "workRole": {"name": "Field Technician"}}
    assert api.post(ENTRIES, body).json["locationId"] == FIELD_OFFICE
    assert refused(api.post(ENTRIES, {**body, "workRole": {"name": "vCIO"}}))[0] == "NotFound"
    # Another location of the entry does not help.
    elsewhere = {**BODY, "workRole": {"name": "Field Technician"}, "locationId": FIELD_OFFICE}
    assert refused(api.post(ENTRIES, elsewhere))[0] == "NotFound"


def test_that_a_role_must_be_sent_is_a_quirk(api, sim):
    sim.quirks.time_without_role = "refused"
    assert refused(api.post(ENTRIES, BODY))[2] == "workRole"


def test_a_status_may_forbid_time(api, status_id):
    api.patch(TICKET, replace_status(status_id("Help Desk", "Closed")))
    answer = api.post(ENTRIES, BODY)
    assert answer.status_code == 400
    assert answer.json == {
        "code": "TimeEntryApi",
        "message": "Please update the status of this ticket before entering time, the current "
        "status does not allow time entry.",
    }
    api.patch(TICKET, replace_status(status_id("Help Desk", "Completed")))
    assert api.post(ENTRIES, BODY).status_code == 201


@pytest.mark.parametrize("start", ["2026-03-06T08:00:00Z", "2027-03-01T08:00:00Z"])
def test_a_day_needs_an_open_period(api, tenant, book, start):
    answer = api.post(ENTRIES, {**BODY, "timeStart": start})
    assert (answer.status_code, answer.json["code"]) == (400, "TimeEntryApi")
    assert "report periods" in answer.json["message"]
    path = f"{ENTRIES}/{book(actualHours=0)['id']}"
    moved = api.patch(path, replaced("timeStart", start), replaced("timeEnd", start))
    assert moved.json["code"] == "TimeEntryApi"
    assert api.get(path).json["timeStart"] == START


def test_a_period_ends_some_days_after_its_last(api, clock):
    body = {**BODY, "timeStart": "2026-03-20T08:00:00Z"}
    clock.now = datetime(2026, 4, 19, 23, 59, tzinfo=UTC)
    assert api.post(ENTRIES, body).status_code == 201
    clock.now = datetime(2026, 4, 20, 0, 1, tzinfo=UTC)
    assert "report periods" in api.post(ENTRIES, body).json["message"]


def test_overlaps_are_refused_by_a_switch_alone(api, sim, book):
    first = book(timeEnd="2026-04-21T09:00:00Z")
    again = {"timeStart": "2026-04-21T08:59:59Z", "timeEnd": "2026-04-21T10:00:00Z"}
    second = book(**again)
    sim.quirks.time_overlaps = "refused"
    answer = api.post(ENTRIES, {**BODY, "member": ERIN, **again})
    assert (answer.status_code, answer.json["code"]) == (400, "TimeEntryApi")
    assert "overlaps" in answer.json["message"]
    path = f"{ENTRIES}/{second['id']}"
    assert api.patch(path, replaced("timeStart", "2026-04-21T09:00:00Z")).status_code == 200
    assert api.patch(path, replaced("notes", "x")).status_code == 200
    book(member={"identifier": "DRuiz"}, **again)
    book(timeStart="2026-04-21T07:00:00Z", timeEnd=first["timeStart"])


@pytest.mark.parametrize("status", ["ApprovedByTierOne", "Billed", "WrittenOff"])
def test_what_is_approved_or_billed_stays(api, book, tenant, status):
    id = book(actualHours=1)["id"]
    tenant.tables["time_entries"][id]["status"] = status
    path = f"{ENTRIES}/{id}"
    put = api.put(path, {**BODY, "billableOption": "Billable"})
    for answer in (api.patch(path, replaced("notes", "x")), put, api.delete(path)):
        assert (answer.status_code, answer.json["code"]) == (400, "TimeEntryApi")
        assert "approved or billed" in answer.json["message"]
    assert api.get(path).json["actualHours"] == 1


@pytest.mark.parametrize(
    ("missing", "values", "status"),
    [
        ("Time Entry: Add", {}, 403),
        ("Billing View Time", {}, 403),
        ("Billing View Time", {"billableOption": "DoNotBill"}, 201),
        ("Time Entry Billable Option: Add", {"billableOption": "DoNotBill"}, 403),
        ("Time Entry Billable Option: Add", {"billableOption": "Billable"}, 201),
    ],
)
def test_time_takes_its_rights(sim, tenant, missing, values, status):
    crippled = Api(sim, tenant, *tenant.add_key(without=[missing]))
    answer = crippled.post(ENTRIES, {**BODY, **values})
    assert answer.status_code == status
    assert status == 201 or answer.json["code"] == "Security"


def test_changes_take_rights_of_their_own(sim, tenant, book):
    path = f"{ENTRIES}/{book(actualHours=1)['id']}"
    crippled = Api(
        sim,
        tenant,
        *tenant.add_key(without=["Time Entry: Delete", "Time Entry Billable Option: Edit"]),
    )
    assert crippled.patch(path, replaced("billableOption", "DoNotBill")).status_code == 403
    assert crippled.delete(path).status_code == 403
    assert crippled.patch(path, replaced("notes", "x")).status_code == 200
