"""Creating, changing and deleting tickets."""

import pytest

from .conftest import NOTES, TICKET, Api, replace_status

MINIMAL = {"summary": "Printer on fire", "company": {"id": 250}}


def test_a_new_ticket_gets_what_is_missing(api, tenant):
    answer = api.post("/service/tickets", {**MINIMAL, "initialDescription": "Smoke\neverywhere"})
    assert answer.status_code == 201
    ticket = answer.json
    assert ticket["id"] == max(tenant.tickets) > 48291
    assert ticket["board"]["name"] == "Help Desk"
    assert ticket["status"]["name"] == "New"
    assert ticket["priority"] == {
        "id": 3,
        "name": "Priority 3 - Medium",
        "sort": 3,
        "_info": ticket["priority"]["_info"],
    }
    assert ticket["company"]["identifier"] == "AcmeDental"
    assert ticket["siteName"] == "Head Office"
    assert ticket["_info"]["dateEntered"] == "2026-04-21T09:10:30Z"
    assert ticket["_info"]["enteredBy"] == "RFlowAPI"
    assert "initialDescription" not in ticket
    assert "resources" not in ticket
    assert None not in ticket.values()


def test_initial_texts_become_notes(api, tenant):
    texts = {
        "initialDescription": "d",
        "initialInternalAnalysis": "i",
        "initialResolution": "r",
    }
    id = api.post("/service/tickets", {**MINIMAL, **texts}).json["id"]
    notes = tenant.notes_of(id)
    assert [note["text"] for note in notes] == ["d", "i", "r"]
    assert [note["detailDescriptionFlag"] for note in notes] == [True, False, False]
    assert [note["internalAnalysisFlag"] for note in notes] == [False, True, False]
    assert [note["resolutionFlag"] for note in notes] == [False, False, True]


def test_references_by_name_and_identifier_in_any_case(api, tenant):
    body = {
        "Summary": "line one\nline two",
        "COMPANY": {"Identifier": "muellerkaese"},
        "board": {"name": "network operations"},
        "status": {"name": "Monitoring"},
        "type": {"name": "Outage"},
        "subtype": {"name": "Circuit"},
        "item": {"name": "Repair"},
        "owner": {"identifier": "ERUIZ"},
        "priority": {"name": "Priority 1 - Critical"},
        "contact": {"id": next(iter(tenant.tables["contacts"]))},
        "requiredDate": "2026-09-30T14:00:00Z",
        "budgetHours": 2.5,
        "automaticEmailCc": "a@b.example",
        "severity": "High",
        "customerUpdatedFlag": True,
        "nonsense": 1,
        "addressLine2": None,
    }
    ticket = api.post("/service/tickets", body).json
    assert ticket["summary"] == "line one line two"
    assert ticket["company"]["name"] == "Müller Käse GmbH"
    assert ticket["subType"]["name"] == "Circuit"
    assert ticket["owner"]["name"] == "Erin Ruiz"
    assert ticket["resources"] == "ERuiz"
    assert ticket["contactName"] == ticket["contact"]["name"]
    assert ticket["requiredDate"] == "2026-09-30T00:00:00Z"
    assert ticket["automaticEmailCc"] == "a@b.example;"
    assert ticket["dateResponded"] == "2026-04-21T09:10:30Z"
    assert not {"nonsense", "addressLine2"} & set(ticket)


def test_a_status_without_a_board_chooses_the_board(api):
    ticket = api.post("/service/tickets", {**MINIMAL, "status": {"name": "Triage"}}).json
    assert ticket["board"]["name"] == "Security Response"


@pytest.mark.parametrize(
    ("body", "message", "field"),
    [
        ({"company": {"id": 250}}, "The summary field is required.", "summary"),
        ({**MINIMAL, "summary": "  "}, "The summary field is required.", "summary"),
        ({"summary": "x"}, "The company field is required.", "company"),
        ({**MINIMAL, "company": {"id": 19299}}, "company 19299 not found", "company/id"),
        ({**MINIMAL, "company": {"name": "X"}}, "company X not found", "company/name"),
        ({**MINIMAL, "company": 7}, "company 0 not found", "company/id"),
        ({**MINIMAL, "company": {}}, "The company field is required.", "company"),
        ({**MINIMAL, "owner": {"id": 1}}, "member 1 not found", "owner/id"),
        ({**MINIMAL, "owner": [1]}, "member 0 not found", "owner/id"),
        (
            {**MINIMAL, "requiredDate": "2026-09-30T14:00:00.5Z"},
            "Unsupported format applied to requiredDate",
            "requiredDate",
        ),
        ({**MINIMAL, "severity": "Huge"}, "Unsupported format applied to severity", "severity"),
        ({**MINIMAL, "approved": 1}, "Unsupported format applied to approved", "approved"),
        ({**MINIMAL, "duration": True}, "Unsupported format applied to duration", "duration"),
        (
            {**MINIMAL, "budgetHours": "1"},
            "Unsupported format applied to budgetHours",
            "budgetHours",
        ),
        ({**MINIMAL, "poNumber": 5}, "Unsupported format applied to poNumber", "poNumber"),
        (
            {**MINIMAL, "status": {"id": 1}},
            "Service Status 1 not found for Service Board 20",
            "status/id",
        ),
        (
            {**MINIMAL, "board": {"id": 21}, "status": {"name": "Assigned"}},
            "Service Status Assigned not found for Service Board 21",
            "status/name",
        ),
    ],
)
def test_what_a_new_ticket_cannot_be(api, tenant, body, message, field):
    before = len(tenant.tickets)
    answer = api.post("/service/tickets", body)
    assert answer.status_code == 400
    assert answer.json["code"] == "InvalidObject"
    assert answer.json["message"] == "ticket object is invalid"
    (problem,) = answer.json["errors"]
    assert (problem["message"], problem["field"]) == (message, field)
    assert problem["resource"] == "ticket"
    assert len(tenant.tickets) == before


def test_a_summary_has_100_characters_at_most(api):
    assert api.post("/service/tickets", {**MINIMAL, "summary": "x" * 100}).status_code == 201
    answer = api.post("/service/tickets", {**MINIMAL, "summary": "x" * 101})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["code"] == "MaxLength"


def test_bodies_that_are_no_json_object(api):
    assert api.post("/service/tickets", [1]).status_code == 400
    broken = api._open("POST", "/service/tickets", data="{", content_type="application/json")
    assert broken.status_code == 400
    form = api._open("POST", "/service/tickets", data={"summary": "x"})
    assert form.status_code == 415


def test_patch_replaces_the_status_and_answers_the_whole_record(api, clock, status_id):
    clock.forward(60)
    answer = api.patch(TICKET, replace_status(status_id("Help Desk", "Closed")))
    assert answer.status_code == 200
    assert answer.json["status"]["name"] == "Closed"
    assert answer.json["closedFlag"] is True
    assert answer.json["closedBy"] == "RFlowAPI"
    assert answer.json["slaStatus"] == "Resolved"
    assert answer.json["_info"]["lastUpdated"] == "2026-04-21T09:11:30Z"
    again = api.patch(TICKET, replace_status(status_id("Help Desk", "Waiting on Customer"))).json
    assert again["closedFlag"] is False
    assert "closedDate" not in again
    assert again["slaStatus"] == "Waiting"


def test_completed_does_not_close_on_the_help_desk(api, status_id):
    answer = api.patch(TICKET, replace_status(status_id("Help Desk", "Completed")))
    assert answer.json["closedFlag"] is False


def test_a_status_of_another_board_is_refused(api, tenant, status_id, sim):
    other = status_id("Security Response", "Closed")
    answer = api.patch(TICKET, replace_status(other))
    assert answer.status_code == 400
    message = f"Service Status {other} not found for Service Board 20"
    assert answer.json["errors"][0]["message"] == message
    assert tenant.tickets[48291]["status"]["name"] == "In Progress"
    sim.quirks.status_of_other_board = "ignored"
    assert api.patch(TICKET, replace_status(other)).json["status"]["name"] == "In Progress"
    own = status_id("Help Desk", "Assigned")
    assert api.patch(TICKET, replace_status(own)).json["status"]["id"] == own


def test_board_and_status_move_together(api, status_id):
    board = {"op": "replace", "path": "board", "value": {"id": 22}}
    assert api.patch(TICKET, board).json["errors"][0]["field"] == "status/id"
    answer = api.patch(TICKET, replace_status(status_id("Security Response", "Triage")), board)
    assert answer.status_code == 200
    assert answer.json["board"]["name"] == "Security Response"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("resources", "ERuiz, Nobody"),
        ("closedFlag", True),
        ("status/id", 509),
        ("board/name", "Onboarding"),
        ("customFields/0/value", "x"),
    ],
)
def test_false_200(api, tenant, path, value):
    before = {k: v for k, v in tenant.tickets[48291].items() if k != "_info"}
    answer = api.patch(TICKET, {"op": "replace", "path": path, "value": value})
    assert answer.status_code == 200
    assert {k: v for k, v in tenant.tickets[48291].items() if k != "_info"} == before


def test_sub_paths_are_a_quirk(api, sim, status_id):
    sim.quirks.sub_paths = "applied"
    id = status_id("Help Desk", "Assigned")
    answer = api.patch(TICKET, {"op": "replace", "path": "status/id", "value": id})
    assert answer.json["status"]["name"] == "Assigned"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "Summary", "value": "x"},
        {"op": "replace", "path": "nothing", "value": "x"},
        {"op": "replace", "path": "_info/updatedBy", "value": "x"},
        {"op": "Replace", "path": "summary", "value": "x"},
        {"op": "replace", "value": "x"},
        {"op": "remove", "path": "summary"},
        "replace",
    ],
)
def test_patches_that_are_refused(api, operation):
    assert api.patch(TICKET, operation).status_code == 400


def test_a_patch_is_a_list(api):
    assert api._open("PATCH", TICKET, json={"op": "remove"}).status_code == 400


def test_empty_custom_fields_are_a_quirk(api, sim):
    assert "value" not in api.get(TICKET).json["customFields"][0]
    sim.quirks.null_custom_fields = True
    assert api.get(TICKET).json["customFields"][0]["value"] is None


def test_unknown_patch_paths_are_a_quirk(api, sim):
    sim.quirks.unknown_patch_paths = "ignored"
    answer = api.patch(TICKET, {"op": "replace", "path": "Summary", "value": "x"})
    assert answer.status_code == 200
    assert answer.json["summary"] == "VPN drops after five minutes"


def test_patch_with_a_leading_slash_and_remove(api):
    answer = api.patch(
        TICKET,
        {"op": "replace", "path": "/summary", "value": "Renamed"},
        {"op": "remove", "path": "contact"},
        {"op": "replace", "path": "poNumber", "value": ""},
    )
    assert answer.json["summary"] == "Renamed"
    assert not {"contact", "contactName"} & set(answer.json)
    assert answer.json["poNumber"] == ""


def test_another_company_brings_its_own_site(api):
    answer = api.patch(TICKET, {"op": "replace", "path": "company", "value": {"id": 251}})
    assert answer.json["company"]["name"] == "O'Brien & Sons"


def test_put_replaces_everything(api):
    ticket = api.get(TICKET).json
    body = {"summary": "New", "company": {"id": 250}}
    assert api.put(TICKET, body).json["errors"][0]["field"] == "severity"
    answer = api.put(TICKET, {**body, "severity": "Low", "impact": "High"})
    assert answer.status_code == 200
    assert not {"site", "source", "serviceLocation", "owner", "contact"} & set(answer.json)
    assert answer.json["status"] == ticket["status"]
    assert answer.json["impact"] == "High"
    assert answer.json["_info"]["dateEntered"] == ticket["_info"]["dateEntered"]


def test_delete(api, tenant):
    note = tenant.notes_of(48291)[0]["id"]
    answer = api.delete(TICKET)
    assert (answer.status_code, answer.data) == (204, b"")
    assert api.get(TICKET).status_code == 404
    assert api.get(NOTES).status_code == 404
    assert note not in tenant.tables["notes"]


def test_tenants_do_not_see_each_other(sim):
    south = sim.tenants["southside"]
    api = Api(sim, south)
    assert api.get(TICKET).status_code == 404
    assert min(south.tickets) >= 70_001
    assert api.get("/system/members/SMorgan").json["firstName"] == "Stan"


def test_the_demo_ticket(api):
    ticket = api.get(TICKET).json
    assert ticket["summary"] == "VPN drops after five minutes"
    assert ticket["board"]["name"] == "Help Desk"
    assert ticket["company"]["name"] == "Acme Dental Group"
    assert ticket["closedFlag"] is False
    assert ticket["owner"]["identifier"] == "ERuiz"


@pytest.mark.parametrize("count", [1, 5, 60, 300])
def test_the_demo_ticket_is_there_at_every_size(count):
    from psa.simulators.connectwise import Simulator

    tenant = Simulator(tickets=count).tenants["northwind"]
    assert len(tenant.tickets) == count
    assert tenant.tickets[48291]["summary"] == "VPN drops after five minutes"


def test_the_same_seed_gives_the_same_records(clock):
    from psa.simulators.connectwise import Simulator

    assert Simulator(seed=4, clock=clock).dump() == Simulator(seed=4, clock=clock).dump()
    assert Simulator(seed=4, clock=clock).dump() != Simulator(seed=5, clock=clock).dump()


def test_a_ticket_is_where_its_board_is(api):
    board = {"board": {"name": "Field Service"}}
    ticket = api.post("/service/tickets", {"summary": "x", "company": {"id": 250}, **board}).json
    assert ticket["location"]["name"] == "Field Office"
    desk = [
        {"op": "replace", "path": "board", "value": {"name": "Help Desk"}},
        {"op": "replace", "path": "status", "value": {"name": "New"}},
    ]
    moved = api.patch(f"/service/tickets/{ticket['id']}", *desk).json
    assert moved["location"]["name"] == "Main Office"


def test_a_ticket_is_put_under_an_agreement(api):
    body = {"summary": "x", "company": {"id": 250}, "agreement": {"id": 1}}
    ticket = api.post("/service/tickets", body).json
    assert ticket["agreement"]["name"] == "Managed Services"
