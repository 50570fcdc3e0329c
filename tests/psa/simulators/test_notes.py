"""Notes of tickets, and the timeline."""

import pytest

from .conftest import NOTES, TICKET


def test_a_note_comes_back_with_both_flags_true(api, tenant):
    answer = api.post(NOTES, {"text": "One\ntwo", "internalAnalysisFlag": True})
    assert answer.status_code == 201
    note = answer.json
    assert note["text"] == "One\ntwo"
    assert note["internalFlag"] is note["externalFlag"] is True
    assert note["member"]["identifier"] == note["createdBy"] == "RFlowAPI"
    assert note["dateCreated"] == "2026-04-21T09:10:30Z"
    assert tenant.notes_of(48291)[-1]["id"] == note["id"]
    assert api.get(f"{NOTES}/{note['id']}").json == note


def test_a_note_touches_its_ticket(api, clock):
    clock.forward(5)
    api.post(NOTES, {"text": "x", "resolutionFlag": True})
    assert api.get(TICKET).json["_info"]["lastUpdated"] == "2026-04-21T09:10:35Z"


def test_a_note_needs_a_place(api):
    for body in ({"text": "x"}, {"text": "x", "internalFlag": True, "resolutionFlag": False}):
        answer = api.post(NOTES, body)
        assert answer.status_code == 400
        (problem,) = answer.json["errors"]
        assert problem["code"] == "ServiceNote"
        assert problem["field"] == "detailDescriptionFlag, internalAnalysisFlag, resolutionFlag"


def test_the_member_can_be_named(api):
    body = {"text": "x", "internalAnalysisFlag": True, "member": {"identifier": "eruiz"}}
    note = api.post(NOTES, body).json
    assert note["member"]["name"] == "Erin Ruiz"
    assert note["createdBy"] == "RFlowAPI"
    unknown = api.post(NOTES, {**body, "member": {"id": 1}})
    assert unknown.json["errors"][0]["message"] == "member 1 not found"


def test_a_contact_takes_the_members_place(api, tenant):
    contact = next(iter(tenant.tables["contacts"]))
    note = api.post(NOTES, {"text": "x", "resolutionFlag": True, "contact": {"id": contact}}).json
    assert note["contact"]["id"] == contact
    assert "member" not in note


@pytest.mark.parametrize("body", [{"text": 5, "resolutionFlag": True}, {"resolutionFlag": "yes"}])
def test_values_of_the_wrong_kind(api, body):
    assert api.post(NOTES, body).status_code == 400


@pytest.mark.parametrize(
    ("newlines", "stored"), [("kept", "a\r\nb\nc"), ("crlf", "a\r\nb\r\nc"), ("space", "a b c")]
)
def test_line_breaks_are_a_quirk(api, sim, newlines, stored):
    sim.quirks.note_newlines = newlines
    note = api.post(NOTES, {"text": "a\r\nb\nc", "resolutionFlag": True}).json
    assert note["text"] == stored


def test_a_limit_is_a_quirk(api, sim):
    sim.quirks.note_text_limit = 4
    assert api.post(NOTES, {"text": "abcdef", "resolutionFlag": True}).json["text"] == "abcd"


def test_notes_are_listed_filtered_counted(api):
    api.post(NOTES, {"text": "hidden", "internalAnalysisFlag": True})
    assert len(api.get(NOTES).json) == 2
    found = api.get(NOTES, conditions="detailDescriptionFlag=true", orderBy="dateCreated desc")
    assert len(found.json) == 1
    assert api.get(f"{NOTES}/count", conditions="text contains 'HIDD'").json == {"count": 1}
    refused = api.get(NOTES, conditions="noteType='TicketNote'")
    assert refused.json["message"] == "noteType is not a recognized name."


def test_patch_put_and_delete(api, tenant, clock):
    id = api.post(NOTES, {"text": "x", "resolutionFlag": True}).json["id"]
    clock.forward(10)
    replace = {"op": "replace", "path": "text", "value": "better"}
    remove = {"op": "remove", "path": "issueFlag"}
    note = api.patch(f"{NOTES}/{id}", replace, remove).json
    assert note["text"] == "better"
    assert note["_info"]["lastUpdated"] > note["dateCreated"]
    nowhere = {"op": "replace", "path": "resolutionFlag", "value": False}
    assert api.patch(f"{NOTES}/{id}", nowhere).status_code == 400
    note = api.put(f"{NOTES}/{id}", {"text": "new", "internalAnalysisFlag": True}).json
    assert (note["text"], note["resolutionFlag"]) == ("new", False)
    assert api.delete(f"{NOTES}/{id}").status_code == 204
    assert api.delete(f"{NOTES}/{id}").status_code == 404
    assert id not in [n["id"] for n in tenant.notes_of(48291)]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "Text", "value": "better"},
        {"op": "replace", "path": "body", "value": "better"},
        {"op": "Replace", "path": "text", "value": "better"},
        {"op": "replace", "path": "text", "value": 5},
        {"op": "replace", "path": "text", "value": {"name": "better"}},
    ],
)
def test_a_patch_that_no_source_shows_is_refused_and_changes_nothing(api, operation):
    id = api.post(NOTES, {"text": "x", "resolutionFlag": True}).json["id"]
    assert api.patch(f"{NOTES}/{id}", operation).status_code == 400
    assert api.get(f"{NOTES}/{id}").json["text"] == "x"
    assert api.patch(NOTES.replace("48291", "48281") + f"/{id}", operation).status_code == 404


def test_that_others_notes_stay_is_a_quirk(api, sim, tenant):
    theirs = tenant.notes_of(48291)[0]
    assert theirs["createdBy"] != "RFlowAPI"
    path = f"{NOTES}/{theirs['id']}"
    change = {"op": "replace", "path": "text", "value": "better"}
    sim.quirks.notes_of_others = "refused"
    put = api.put(path, {"text": "x", "resolutionFlag": True})
    for answer in (api.patch(path, change), put, api.delete(path)):
        assert answer.status_code == 403
    own = api.post(NOTES, {"text": "x", "resolutionFlag": True}).json["id"]
    assert api.patch(f"{NOTES}/{own}", change).status_code == 200
    sim.quirks.notes_of_others = "changed"
    assert api.patch(path, change).json["dateCreated"] == theirs["dateCreated"]


def test_a_time_entrys_text_is_no_note(api, tenant):
    entry = next(iter(tenant.tables["time_entries"]))
    change = {"op": "replace", "path": "text", "value": "better"}
    assert api.patch(f"{NOTES}/{entry}", change).status_code == 404


def test_the_timeline_holds_time_and_childrens_notes(api, tenant):
    child = api.post(
        "/service/tickets",
        {
            "summary": "child",
            "company": {"id": 250},
            "parentTicketId": 48291,
            "initialDescription": "from the child",
        },
    ).json
    entry = next(iter(tenant.tables["time_entries"].values()))
    entry["chargeToId"] = 48291
    notes = api.get(f"{TICKET}/allNotes").json
    assert [note["noteType"] for note in notes] == ["TicketNote", "TicketNote", "TimeEntryNote"]
    assert notes[1]["text"] == "from the child"
    assert notes[1]["createdByParentFlag"] is True
    assert notes[2]["timeStart"] == entry["timeStart"]
    for note in notes:
        assert not {"dateCreated", "createdBy", "internalFlag", "ticketId"} & set(note)
    assert api.get(f"{TICKET}/allNotes/count").json == {"count": 3}
    assert (
        api.get(f"/service/tickets/{child['id']}/allNotes").json[0]["ticket"]["id"] == child["id"]
    )


def test_older_versions_have_no_timeline(api, sim):
    sim.quirks.all_notes = False
    answer = api.get(f"{TICKET}/allNotes")
    assert answer.status_code == 404
    assert answer.json["code"] == "ConnectWiseApi"


def test_customers_reply(tenant):
    replies = [n for n in tenant.tables["notes"].values() if "contact" in n]
    assert replies
    assert all("member" not in note for note in replies)
