"""Companies, contacts, devices, schedule and callbacks."""

import pytest

from .conftest import TICKET

ENTRIES = "/schedule/entries"


def test_a_company_patch_validates_the_whole_record(api, tenant):
    tenant.companies[250] |= {"yearEstablished": 0, "revenueYear": 12000}
    answer = api.patch("/company/companies/250", {"op": "replace", "path": "city", "value": "X"})
    assert answer.status_code == 400
    assert [problem["field"] for problem in answer.json["errors"]] == [
        "yearEstablished",
        "revenueYear",
    ]
    mend = [
        {"op": "replace", "path": "yearEstablished", "value": 1999},
        {"op": "remove", "path": "revenueYear"},
    ]
    answer = api.patch("/company/companies/250", *mend)
    assert answer.json["yearEstablished"] == 1999
    assert "revenueYear" not in answer.json
    assert answer.json["status"]["_info"]["status_href"].endswith("//company/companies/statuses/1")


def test_a_contact_is_made(api):
    body = {
        "firstName": "Estella",
        "company": {"identifier": "OBrien"},
        "communicationItems": [
            {"type": {"id": "1"}, "value": "e@test.example", "defaultFlag": True,
             "communicationType": "Email"},
        ],
    }  # fmt: skip
    contact = api.post("/company/contacts", body).json
    assert contact["company"]["name"] == "O'Brien & Sons"
    (item,) = contact["communicationItems"]
    assert item["domain"] == "@test.example"
    assert item["type"]["name"] == "Email"
    answer = api.post("/company/contacts", {"lastName": "x"})
    assert answer.json["errors"][0]["message"] == "The firstName field is required."
    wrong = {**body, "communicationItems": [{"type": {"id": 99}}]}
    assert api.post("/company/contacts", wrong).status_code == 400


def test_contact_items_are_patched_by_index(api):
    path = f"/company/contacts/{api.ids('/company/contacts')[0]}"
    fax = {"type": {"id": "4"}, "value": "+1", "defaultFlag": True, "communicationType": "Fax"}
    second = {**fax, "type": {"id": 4}, "value": "+2"}
    answer = api.patch(
        path,
        {"op": "replace", "path": "/communicationItems/1/value", "value": "+380"},
        {"op": "add", "path": "/communicationItems/2", "value": fax},
    )
    items = answer.json["communicationItems"]
    assert [item["value"] for item in items[1:]] == ["+380", "+1"]
    answer = api.patch(path, {"op": "add", "path": "communicationItems/-", "value": second})
    items = answer.json["communicationItems"]
    assert [item["defaultFlag"] for item in items] == [True, True, False, True]
    answer = api.patch(
        path,
        {"op": "remove", "path": "communicationItems/3"},
        {"op": "replace", "path": "communicationItems/2", "value": {**fax, "value": "+3"}},
        {"op": "remove", "path": "title"},
    )
    assert [item["value"] for item in answer.json["communicationItems"][2:]] == ["+3"]
    for wrong in ("9", "x", "9/value"):
        operation = {"op": "replace", "path": f"communicationItems/{wrong}", "value": "x"}
        assert api.patch(path, operation).status_code == 400
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_a_list_of_plain_values_has_no_parts(api, tenant):
    path = f"/company/contacts/{api.ids('/company/contacts')[0]}"
    tenant.tables["contacts"][4100]["types"] = ["odd"]
    answer = api.patch(path, {"op": "replace", "path": "types/0/name", "value": "x"})
    assert answer.json["types"] == ["odd"]


def test_devices_of_a_ticket(api, tenant):
    path = f"{TICKET}/configurations"
    (short,) = api.get(path).json
    assert set(short) == {"id", "deviceIdentifier", "_info"}
    full = api.get("/company/configurations", conditions=f"id in ({short['id']})").json[0]
    assert full["type"]["_info"]["type_href"].endswith(
        f"//company/configurations/types/{full['type']['id']}"
    )
    other = next(id for id in tenant.tables["configurations"] if id != short["id"])
    assert api.post(path, {"id": other}).status_code == 201
    assert api.post(path, {"id": other}).status_code == 201
    assert api.get(f"{path}/count").json == {"count": 2}
    assert api.post(path, {"id": 1}).status_code == 400
    assert api.delete(f"{path}/{other}").status_code == 204
    assert api.delete(f"{path}/{other}").status_code == 404
    assert other in tenant.tables["configurations"]


def test_people_are_assigned_by_schedule_entries(api, tenant):
    body = {"objectId": 48291, "member": {"identifier": "DRuiz"}, "type": {"identifier": "S"}}
    answer = api.post(ENTRIES, body)
    assert answer.status_code == 201
    entry = answer.json
    assert entry["name"] == "Acme Dental Group / Ticket# 48291 - VPN drops after five minutes"
    assert (entry["dateStart"], entry["dateEnd"]) == ("2026-04-21T00:00:00Z",) * 2
    assert (entry["hours"], entry["type"]["id"]) == (0, 4)
    assert api.get(TICKET).json["resources"] == "DRuiz, ERuiz"
    mine = api.ids("/service/tickets", conditions='resources contains "druiz"')
    assert 48291 in mine
    done = {"op": "replace", "path": "doneFlag", "value": True}
    assert api.patch(f"{ENTRIES}/{entry['id']}", done).json["doneFlag"] is True
    assert api.get(TICKET).json["resources"] == "ERuiz"
    assert api.delete(f"{ENTRIES}/{entry['id']}").status_code == 204
    assert api.delete(f"{ENTRIES}/{entry['id']}").status_code == 404


def test_the_last_person_leaves_no_resources(api):
    api.patch(TICKET, {"op": "remove", "path": "owner"})
    assert "resources" not in api.get(TICKET).json


def test_entries_have_times(api, tenant):
    body = {
        "objectId": 48291,
        "type": {"id": 4},
        "dateStart": "2026-04-21T09:00:00Z",
        "dateEnd": "2026-04-21T10:30:00Z",
    }
    entry = api.post(ENTRIES, body).json
    assert entry["hours"] == 1.5
    assert entry["member"]["identifier"] == "RFlowAPI"
    backwards = {**body, "dateEnd": "2026-04-21T08:00:00Z"}
    assert api.post(ENTRIES, backwards).status_code == 400
    fraction = {**body, "dateStart": "2026-04-21T08:00:00.1Z"}
    message = api.post(ENTRIES, fraction).json["errors"][0]["message"]
    assert message == "Unsupported format applied to dateStart"
    api.delete(TICKET)
    assert api.delete(f"{ENTRIES}/{entry['id']}/true").status_code == 204


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"objectId": 48291, "type": {"id": 1}}, "Activity 48291 not found"),
        ({"objectId": 48291, "type": {"identifier": "O"}}, "Opportunity 48291 not found"),
        ({"objectId": 1, "type": {"id": 4}}, "Service Ticket 1 not found"),
        ({"type": {"id": 4}}, "Service Ticket 0 not found"),
        ({"objectId": 48291}, "The type field is required."),
    ],
)
def test_entries_about_nothing(api, body, message):
    answer = api.post(ENTRIES, body)
    assert answer.status_code == 400
    assert answer.json["errors"][0]["message"] == message
    assert answer.json["message"] == "schedule object is invalid"


CALLBACK = {
    "id": 0,
    "url": "https://test.example/webhook?recordId=",
    "objectId": 0,
    "type": "ticket",
    "level": "Owner",
    "memberId": 0,
    "connectWiseID": "",
}


def test_callbacks_are_registered_once(api):
    answer = api.post("/system/callbacks", CALLBACK)
    assert answer.status_code == 201
    entry = answer.json
    assert (entry["objectId"], entry["memberId"], entry["level"]) == (1, 150, "Owner")
    again = api.post("/system/callbacks", {**CALLBACK, "level": "owner"})
    assert again.json["errors"][0]["code"] == "ObjectExists"
    found = api.ids("/system/callbacks", conditions='url contains "test.example"')
    assert found == [entry["id"]]
    assert api.delete(f"/system/callbacks/{entry['id']}").status_code == 204
    assert api.delete(f"/system/callbacks/{entry['id']}").status_code == 404


def test_callbacks_with_a_wrong_url_and_level(api):
    answer = api.post("/system/callbacks", {**CALLBACK, "url": "ftp://x", "level": "note"})
    assert [problem["message"] for problem in answer.json["errors"]] == [
        "Invalid URL",
        "Unrecognized level for type, see documentation for supported levels for each type",
    ]
    assert api.post("/system/callbacks", {"url": "x"}).status_code == 400
