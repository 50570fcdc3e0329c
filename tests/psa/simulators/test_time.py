"""Time entries: what they are made of, and the tables that they refer to."""

from .booking import BODY, ENTRIES, START, refused, replaced
from .conftest import TICKET


def test_an_entry_needs_a_start_alone(api):
    entry = api.post(ENTRIES, {**BODY, "actualHours": 0.75}).json
    assert (entry["timeEnd"], entry["actualHours"]) == ("2026-04-21T08:45:00Z", 0.75)
    # Whoever names no member books on that of the key.
    assert entry["member"]["identifier"] == entry["enteredBy"] == "RFlowAPI"
    assert (entry["status"], entry["invoiceFlag"]) == ("Open", False)
    assert entry["ticket"]["id"] == 48291
    assert entry["company"]["identifier"] == "AcmeDental"
    assert (entry["location"]["name"], entry["department"]["name"]) == (
        "Main Office",
        "Professional Services",
    )
    assert entry["timeSheet"]["name"] == "2026-04-18 to 2026-04-24"
    assert (entry["ticketBoard"], entry["ticketStatus"]) == ("Help Desk", "In Progress")
    assert api.get(f"{ENTRIES}/{entry['id']}").json == entry
    assert refused(api.post(ENTRIES, {"chargeToId": 48291})) == (
        "MissingRequiredField",
        "The timeStart field is required.",
        "timeStart",
    )


def test_hours_follow_start_and_end(api, book):
    entry = book(timeEnd="2026-04-21T09:20:00Z", actualHours=7)
    assert entry["actualHours"] == 1.33
    path = f"{ENTRIES}/{entry['id']}"
    assert api.patch(path, replaced("actualHours", 3)).json["actualHours"] == 1.33
    later = api.patch(path, replaced("timeEnd", "2026-04-21T09:30:00Z")).json
    assert later["actualHours"] == 1.5
    assert api.patch(path, replaced("timeStart", "2026-04-21T09:00:00Z")).json["actualHours"] == 0.5
    assert book(timeEnd="2026-04-21T10:00:00Z", hoursDeduct=0.5)["actualHours"] == 1.5


def test_that_hours_can_be_patched_is_a_quirk(api, book, sim):
    sim.quirks.time_hours_patched = "applied"
    entry = book(timeEnd="2026-04-21T09:20:00Z")
    changed = api.patch(f"{ENTRIES}/{entry['id']}", replaced("actualHours", 1.5)).json
    assert (changed["actualHours"], changed["timeEnd"]) == (1.5, "2026-04-21T09:20:00Z")


def test_no_hours_are_an_entry_too(book):
    entry = book(timeEnd=START, actualHours=0, billableOption="DoNotBill")
    assert (entry["actualHours"], entry["hoursBilled"]) == (0, 0)


def test_a_whole_day_is_not_too_long(book):
    assert book(actualHours=24)["timeEnd"] == "2026-04-22T08:00:00Z"


def test_roles_and_types_go_by_id_or_by_their_very_name(api, book):
    entry = book(workRole={"name": "Senior Engineer"}, workType={"name": "On-site"})
    assert (entry["workRole"]["id"], entry["workType"]["id"]) == (12, 2)
    entry = book(workRole={"id": 13}, workType={"id": 4})
    names = (entry["workRole"]["name"], entry["workType"]["name"])
    assert names == ("Network Engineer", "After Hours")
    for name, given in (("workRole", "engineer"), ("workType", "Remote support")):
        answer = api.post(ENTRIES, {**BODY, name: {"name": given}})
        assert refused(answer) == ("NotFound", f"{name} {given} not found", f"{name}/name")
    inactive = api.post(ENTRIES, {**BODY, "workType": {"name": "Former Remote"}})
    assert refused(inactive)[1] == "workType Former Remote not found"


def test_a_role_and_type_are_the_members_own(api, book):
    entry = book()
    assert (entry["workRole"]["name"], entry["workType"]["name"]) == ("Engineer", "Remote Support")
    entry = book(member={"identifier": "AKowalski"})
    assert (entry["workRole"]["name"], entry["workType"]["name"]) == ("Senior Engineer", "Regular")
    missing = ("MissingRequiredField", "The workRole field is required.", "workRole")
    assert refused(api.post(ENTRIES, {**BODY, "member": {"identifier": "HSmith"}})) == missing


def test_entries_are_changed_replaced_and_deleted(api, book, clock):
    entry = book(actualHours=1, notes="One\ntwo", addToInternalAnalysisFlag=True)
    path = f"{ENTRIES}/{entry['id']}"
    clock.forward(60)
    changed = api.patch(path, replaced("notes", "Better"), replaced("hoursBilled", 9)).json
    assert (changed["notes"], changed["hoursBilled"]) == ("Better", 1)
    assert changed["_info"]["lastUpdated"] > entry["_info"]["lastUpdated"]
    priced = api.patch(path, replaced("hourlyRate", 200), replaced("internalNotes", "m")).json
    assert (priced["hourlyRate"], priced["internalNotes"]) == (200, "m")
    other = api.patch(path, replaced("workRole", {"id": 12}), replaced("member", {"id": 155})).json
    assert (other["hourlyRate"], other["member"]["id"]) == (150, 155)
    reset = api.patch(path, *({"op": "remove", "path": p} for p in ("workRole", "member"))).json
    assert (reset["member"]["identifier"], reset["workRole"]["name"]) == ("RFlowAPI", "Engineer")
    assert refused(api.put(path, BODY))[2] == "billableOption"
    put = api.put(path, {**BODY, "billableOption": "NoCharge"}).json
    assert (put["billableOption"], put["actualHours"], put["enteredBy"]) == (
        "NoCharge",
        0,
        "RFlowAPI",
    )
    assert "notes" not in put
    assert put["addToInternalAnalysisFlag"] is False
    assert api.patch(path, replaced("Notes", "x")).status_code == 400
    assert api.delete(path).status_code == 204
    assert api.delete(path).json == {
        "code": "NotFound",
        "message": f"Time Entry {entry['id']} not found",
    }


def test_entries_are_found_again(api, book):
    entry = book(timeEnd="2026-04-21T09:00:00Z", notes="Done. [rf:abc]")
    member = entry["member"]["id"]
    window = f"member/id={member} AND timeStart<[2026-04-21T08:30:00Z] AND timeEnd>[{START}]"
    assert api.ids(ENTRIES, conditions=window) == [entry["id"]]
    marked = "chargeToId=48291 AND chargeToType='ServiceTicket' AND notes contains 'rf:abc'"
    assert api.ids(ENTRIES, conditions=marked) == [entry["id"]]
    unbilled = "billableOption='Billable' AND invoiceFlag=false"
    assert api.get(f"{ENTRIES}/count", conditions=unbilled).json["count"] >= 1


def test_the_text_shows_where_it_is_added(api, book, sim):
    def shown():
        notes = api.get(f"{TICKET}/allNotes").json
        return [note for note in notes if note["noteType"] == "TimeEntryNote"]

    book(actualHours=1, notes="silent")
    assert shown() == []
    book(actualHours=1, notes="told", addToResolutionFlag=True)
    (note,) = shown()
    assert (note["text"], note["resolutionFlag"], note["detailDescriptionFlag"]) == (
        "told",
        True,
        False,
    )
    sim.quirks.time_text_places = "exactly_one"
    assert refused(api.post(ENTRIES, BODY))[0] == "InvalidField"
    both = {"addToResolutionFlag": True, "addToInternalAnalysisFlag": True}
    assert api.post(ENTRIES, {**BODY, **both}).status_code == 400
    book(addToInternalAnalysisFlag=True)


def test_a_ticket_counts_its_hours(api, book, clock):
    clock.forward(5)
    entry = book(actualHours=1.5)
    book(actualHours=0.25)
    ticket = api.get(TICKET).json
    assert (ticket["actualHours"], ticket["_info"]["lastUpdated"]) == (1.75, "2026-04-21T09:10:35Z")
    moved = api.patch(
        f"{ENTRIES}/{entry['id']}",
        {"op": "remove", "path": "chargeToId"},
        replaced("company", {"identifier": "OBrien"}),
    ).json
    assert (moved["chargeToType"], moved["company"]["identifier"]) == ("Company", "OBrien")
    assert "ticket" not in moved
    assert api.get(TICKET).json["actualHours"] == 0.25


def test_time_without_a_ticket_is_the_companys(api):
    entry = api.post(ENTRIES, {"timeStart": START, "company": {"id": 251}}).json
    assert (entry["chargeToType"], entry["chargeToId"]) == ("Company", 251)
    by_id = {"timeStart": START, "chargeToType": "Company", "chargeToId": 251}
    assert api.post(ENTRIES, by_id).json["company"]["identifier"] == "OBrien"
    assert refused(api.post(ENTRIES, {"timeStart": START}))[0] == "NotFound"


def test_work_roles_are_listed_by_location(api):
    here = api.get("/system/locations/11/workRoles", pageSize=1000).json
    assert len([one for one in here if not one["workRoleInactiveFlag"]]) == 16
    assert [one["workRole"]["name"] for one in here if one["workRoleInactiveFlag"]] == [
        "Former Apprentice"
    ]
    active = api.get("/time/workRoles", conditions="inactiveFlag=false", pageSize=1000).json
    assert len(active) == 19
    assert api.get("/system/locations/11/workRoles/count").json == {"count": 17}
    assert api.get("/system/locations/99/workRoles").json["message"] == "Location 99 not found"
    for path in ("/finance/workRoles", "/system/locations/11/workTypes"):
        answer = api.get(path)
        assert answer.status_code == 404
        assert answer.json["message"] == "The endpoint does not exist."


def test_the_tables_of_time_are_read(api):
    kinds = {kind["name"]: kind for kind in api.get("/time/workTypes").json}
    assert kinds["Remote Support"]["overallDefaultFlag"] is True
    assert (kinds["On-site"]["hoursMin"], kinds["On-site"]["roundBillHoursTo"]) == (1, 0.5)
    names = [location["name"] for location in api.get("/system/locations").json]
    assert names == ["Main Office", "Field Office", "Remote Support"]
    setups = api.get("/time/timePeriodSetups", conditions="periodApplyTo!='Expense'").json
    assert [(one["type"], one["daysPastEndDate"]) for one in setups] == [("Weekly", 30)]
    path = f"/time/timePeriodSetups/{setups[0]['id']}/periods"
    (period,) = api.get(path, conditions="startDate<=[2026-04-21] AND endDate>=[2026-04-21]").json
    assert (period["startDate"][:10], period["endDate"][:10]) == ("2026-04-18", "2026-04-24")
    assert period["deadlineDate"] == "2026-05-24T00:00:00Z"
    assert api.get("/time/timePeriodSetups/9/periods").status_code == 404
    assert api.get("/time/timePeriods").status_code == 404
    assert api.get("/system/myCompany/timeExpense").json[0]["requireTimeNoteFlag"] is False
    assert api.get("/system/members/154").json["workRole"]["name"] == "Engineer"
    assert api.get(TICKET).json["location"]["id"] == 11
    assert api.get(TICKET).json["agreement"]["name"] == "Managed Services"
