"""Time entries of ConnectWise, in its own shapes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from psa.providers.connectwise import time
from psa.providers.connectwise.refused_values import Asked, invalid
from psa.providers.errors import InvalidRequest, Undecided
from psa.providers.time import TimeDraft

START = datetime(2026, 9, 18, 14, 5, tzinfo=UTC)
DRAFT = TimeDraft(
    member_id="186",
    day=START.date(),
    start=START,
    hours=Decimal("0.50"),
    marker="RF-T7K3Q9D4F",
    text="Restored the timer.",
    work_role_id="3",
    work_type_id="2",
    billable="Billable",
)
STORED = {
    "id": 7001,
    "chargeToId": 48291,
    "chargeToType": "ServiceTicket",
    "member": {"id": 186, "identifier": "erin"},
    "timeStart": "2026-09-18T14:05:00Z",
    "timeEnd": "2026-09-18T14:35:00Z",
    "actualHours": 0.5,
    "hoursBilled": 0.75,
    "workRole": {"id": 3, "name": "Engineer"},
    "workType": {"id": 2, "name": "Regular"},
    "billableOption": "Billable",
    "agreement": {"id": 9, "name": "Gold"},
    "notes": "Restored the timer.",
    "internalNotes": "ResolutionFlow · RF-T7K3Q9D4F",
    "dateEntered": "2026-09-18T15:00:00Z",
}


def test_the_body_names_a_member_whole_seconds_in_utc_and_one_place():
    body = time.body("48291", replace(DRAFT, start=START.replace(microsecond=5)))
    assert body["member"] == {"id": 186}
    assert (body["timeStart"], body["timeEnd"]) == ("2026-09-18T14:05:00Z", "2026-09-18T14:35:00Z")
    flags = [name for name in body if name.startswith("addTo") and body[name]]
    assert flags == ["addToInternalAnalysisFlag"]
    assert not any(body[name] for name in body if name.startswith("email"))
    assert "actualHours" not in body
    assert body["internalNotes"].endswith(DRAFT.marker)


def test_hours_without_a_start_have_a_day_alone():
    body = time.body("48291", replace(DRAFT, start=None))
    assert (body["timeStart"], body["actualHours"]) == ("2026-09-18T00:00:00Z", 0.5)
    assert "timeEnd" not in body


def test_what_is_left_to_connectwise_is_not_sent():
    body = time.body("48291", replace(DRAFT, work_role_id="", work_type_id="", billable=""))
    assert not {"workRole", "workType", "billableOption"} & body.keys()


def test_an_unknown_billable_option_is_never_sent():
    with pytest.raises(InvalidRequest):
        time.body("48291", replace(DRAFT, billable="NoDefault"))


def test_a_stored_entry_says_what_rounding_and_cover_made_of_it():
    booked = time.compared(STORED, DRAFT)
    assert booked.differences == ()
    assert (booked.time.hours, booked.time.hours_billed) == (Decimal("0.5"), Decimal("0.75"))
    assert booked.time.agreement
    assert booked.time.agreement.name == "Gold"


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ({"member": {"id": 1}}, "another member"),
        ({"actualHours": 1.0}, "1.00 h, not 0.50 h"),
        ({"workRole": {"id": 9, "name": "Admin"}}, "“Admin”, not with the chosen work role"),
        ({"workType": {"id": 9, "name": "Travel"}}, "“Travel”, not with the chosen work type"),
        ({"billableOption": "NoCharge"}, "NoCharge, not Billable"),
    ],
)
def test_each_difference_is_said(stored, said):
    (sentence,) = time.compared(STORED | stored, DRAFT).differences
    assert said in sentence


def test_nulls_and_odd_values_are_nothing():
    odd = {"id": 1, "actualHours": True, "hoursBilled": "x", "member": 5, "timeStart": "soon"}
    one = time.stored(odd)
    assert (one.hours, one.hours_billed, one.member_id, one.start) == (None, None, "", None)


class Rows:
    """A client whose only page holds these records."""

    def __init__(self, *rows, skipped=0):
        self.rows, self.skipped, self.asked = list(rows), skipped, []

    def read_pages(self, path, params, **_):
        self.asked.append((path, params.get("conditions", "")))
        yield type("Page", (), {"records": self.rows, "skipped": self.skipped})


def find(*rows, exclude=(), skipped=0):
    client: Any = Rows(*rows, skipped=skipped)
    return time.find(client, "48291", DRAFT, since=START, exclude=exclude)


def test_an_entry_is_found_by_its_marker_among_the_members_on_the_ticket():
    client: Any = Rows(STORED)
    found = time.find(client, "48291", DRAFT, since=START)
    assert found
    assert found.time.id == "7001"
    assert client.asked == [("/time/entries", "(chargeToId = 48291 AND member/id = 186)")]


def test_what_is_not_there_or_held_by_another_row_is_absent():
    assert find() is None
    assert find(STORED, exclude=("7001",)) is None
    assert find(STORED | {"internalNotes": "ResolutionFlow · RF-TOTHER"}) is None


def test_the_same_time_without_its_marker_is_undecided():
    with pytest.raises(Undecided):
        find(STORED | {"internalNotes": ""})
    with pytest.raises(Undecided):
        find(skipped=1)


def test_a_days_time_takes_in_what_reaches_into_it():
    late = STORED | {"timeStart": "2026-09-17T23:30:00Z", "timeEnd": "2026-09-18T00:30:00Z"}
    early = STORED | {"timeStart": "2026-09-17T10:00:00Z", "timeEnd": "2026-09-17T10:30:00Z"}
    day = datetime(2026, 9, 18, tzinfo=UTC)
    client: Any = Rows(STORED, late, early)
    found = time.of_member(client, "186", day, day.replace(day=19))
    assert [one.start.hour for one in found if one.start] == [23, 14]


def test_a_period_of_expenses_takes_no_time():
    class Setups(Rows):
        def read_pages(self, path, params, **_):
            setups = [{"id": 1, "periodApplyTo": "Expense"}, {"id": 2, "periodApplyTo": "Both"}]
            period = {"startDate": "2026-09-14T00:00:00Z", "endDate": "2026-09-20T00:00:00Z"}
            self.asked.append(path)
            records = [period] if path.endswith("/periods") else setups
            yield type("Page", (), {"records": records, "skipped": 0})

    client: Any = Setups()
    (period,) = time.periods(client)
    assert period.holds(date(2026, 9, 20))
    assert not period.holds(date(2026, 9, 21))
    assert client.asked == ["/time/timePeriodSetups", "/time/timePeriodSetups/2/periods"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            {
                "code": "TimeEntryApi",
                "message": "Please update the status of this ticket before entering time, "
                "the current status does not allow time entry.",
            },
            "does not allow time on a ticket of this status",
        ),
        ({"code": "TimeEntryApi", "message": "No open report periods."}, "no open time period"),
        ({"code": "X", "message": "Time entries overlap."}, "overlaps with it"),
        (
            {"code": "InvalidObject", "errors": [{"code": "NotFound", "field": "workRole"}]},
            "does not take this work role",
        ),
        (
            {"code": "InvalidObject", "errors": [{"code": "NotFound", "field": "member"}]},
            "Check the member mapping",
        ),
    ],
)
def test_a_refusal_says_what_to_mend(body, said):
    error = invalid(400, body, Asked("POST", "/time/entries"))
    assert said in error.sentence
