"""The simulator's time module beside what others recorded, quoted or keep as fixtures."""

from datetime import UTC, datetime

import pytest

from tests.recordings import recorded as sample

from .conftest import TICKET, Api, replace_status
from .shapes import check, kind

ENTRIES = "/time/entries"
BODY = {"chargeToId": 48291, "chargeToType": "ServiceTicket", "timeStart": "2026-04-21T08:00:00Z"}


@pytest.mark.parametrize(
    ("name", "path", "beyond"),
    [
        ("old_time_entry_get", ENTRIES, {"invoice"}),
        ("old_work_role_list", "/time/workRoles", set()),
        # A name of 2019; the schema of 2026 has integrationXRef, a text.
        ("old_work_type_list", "/time/workTypes", {"externalIntegrationXRef"}),
        ("old_system_location_list", "/system/locations", {"reportsTo"}),
    ],
)
def test_records_have_what_others_keep_of_them(api, name, path, beyond):
    kept = sample(name)
    kept = kept[0] if isinstance(kept, list) else kept
    conditions = {"conditions": "agreement/id>0"} if path == ENTRIES else {}
    if path == ENTRIES:
        api.post(ENTRIES, {**BODY, "notes": "x"})
        conditions["conditions"] += " and ticket/id=48291"
    ours = api.get(path, **conditions).json[0]
    assert set(kept) - set(ours) == beyond
    for key in set(kept) - beyond - {"_info"}:
        assert kind(ours[key]) == kind(kept[key]), key


def test_an_entry_that_was_made_on_a_real_tenant_is_made_here(api, clock):
    clock.now = datetime(2026, 9, 18, 16, 0, tzinfo=UTC)
    body = sample("request_time_entry_post_verified")
    answer = api.post(ENTRIES, {**body, "chargeToId": 48291})
    assert answer.status_code == 201
    entry = answer.json
    for name in body.keys() - {"chargeToId", "workRole", "workType"}:
        assert entry[name] == body[name]
    for name in ("workRole", "workType"):
        assert entry[name]["name"] == body[name]["name"]
    assert entry["actualHours"] == 2


def test_an_entry_of_no_time_that_a_client_makes_is_made_here(api):
    body = sample("request_time_entry_post_email_contact")
    answer = api.post(ENTRIES, {**body, "chargeToId": 48291})
    assert answer.status_code == 201
    assert (answer.json["actualHours"], answer.json["billableOption"]) == (0, "DoNotBill")


def test_a_status_forbids_time_in_the_vendors_words(api, status_id):
    api.patch(TICKET, replace_status(status_id("Help Desk", "Closed")))
    assert api.post(ENTRIES, BODY).json == sample("quoted_error_time_entry_status")


def test_a_missing_right_is_told_in_the_vendors_words(sim, tenant):
    crippled = Api(sim, tenant, *tenant.add_key(without=["Time Entry"]))
    assert crippled.post(ENTRIES, BODY).json == sample("quoted_error_security_permission")


def test_new_entries_hold_what_the_schema_knows(api):
    schemas = sample("schemas")["components"]["schemas"]
    body = {**BODY, "notes": "x", "internalNotes": "y", "addToResolutionFlag": True}
    entry = api.post(ENTRIES, {**body, "actualHours": 1, "hoursDeduct": 0.25}).json
    check(schemas, "TimeEntry", entry, "TimeEntry")
    check(schemas, "TimeEntry", api.post(f"{ENTRIES}/defaults", body).json, "TimeEntry")
