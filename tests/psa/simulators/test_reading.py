"""Lists, pages, orders, chosen fields."""

import re
from datetime import timedelta

import pytest

from .conftest import NOTES, TICKET, Api

PUBLIC = "https://psa.northwind.example/v4_6_release/apis/3.0"


def links(answer):
    return {rel: url for url, rel in re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers["Link"])}


def test_a_list_is_a_bare_array_of_25(api):
    answer = api.get("/service/tickets")
    assert answer.status_code == 200
    assert len(answer.json) == 25
    assert answer.content_type.startswith("application/vnd.connectwise.com+json")
    assert answer.headers["api-current-version"] == "2026.3"


def test_pages_link_to_each_other_on_the_public_host(api):
    answer = api.get("/service/tickets", conditions="id > 1", pageSize=20, page=2)
    found = links(answer)
    assert list(found) == ["next", "prev", "first", "last"]
    assert found["next"] == f"{PUBLIC}/service/tickets/?conditions=id+%3e+1&pageSize=20&page=3"
    assert list(links(api.get("/service/tickets", pageSize=20, page=3))) == [
        "prev",
        "first",
        "last",
    ]
    assert list(links(api.get("/service/tickets", pageSize=20))) == ["next", "first", "last"]


def test_a_page_past_the_end_is_empty(api):
    answer = api.get("/service/tickets", page=99)
    assert (answer.status_code, answer.json) == (200, [])


def test_the_page_size_is_capped_without_a_word(sim, tenant):
    contacts = tenant.tables["contacts"]
    for _ in range(1000):
        contacts.add({**contacts[4100]})
    api = Api(sim, tenant)
    assert len(api.get("/company/contacts", pageSize=5000).json) == 1000
    assert len(api.get("/company/contacts", pageSize=-3).json) == 1
    assert api.get("/company/contacts", pageSize="many").status_code == 400


def test_forward_only_pages_go_by_id(api):
    headers = {"pagination-type": "forward-only"}
    seen, page_id = [], 0
    while True:
        answer = api.get("/service/tickets", headers=headers, pageId=page_id, pageSize=25)
        if not answer.json:
            assert answer.headers["Link"] == ""
            break
        seen += [ticket["id"] for ticket in answer.json]
        url = links(answer)["next"]
        page_id = int(url.rpartition("pageId=")[2])
    assert seen == api.ids("/service/tickets")
    refused = api.get("/service/tickets", headers=headers, orderBy="id")
    assert refused.status_code == 400


@pytest.mark.parametrize("order", ["id desc", "ID DESC", "closedFlag asc, id desc", "summary"])
def test_it_orders(api, tenant, order):
    found = api.ids("/service/tickets", orderBy=order)
    tickets = tenant.tickets
    keys = {
        "closedFlag asc, id desc": lambda i: (tickets[i]["closedFlag"], -i),
        "summary": lambda i: tickets[i]["summary"].lower(),
    }
    assert found == sorted(found, key=keys.get(order, lambda i: -i))


def test_the_first_page_of_many_is_the_same_as_the_whole_order(api):
    for direction in ("asc", "desc"):
        whole = api.ids("/service/tickets", orderBy=f"contact/name {direction}")
        page = api.get("/service/tickets", orderBy=f"contact/name {direction}", pageSize=2).json
        assert [ticket["id"] for ticket in page] == whole[:2]


@pytest.mark.parametrize("order", ["nothing", "id sideways", "id desc desc", ",", "board"])
def test_it_refuses_other_orders(api, order):
    answer = api.get("/service/tickets", orderBy=order)
    assert answer.status_code == 400
    assert answer.json["code"] == "ApiFindCondition"


def test_missing_values_come_first(api, tenant):
    found = api.ids("/service/tickets", orderBy="closedDate asc")
    flags = ["closedDate" in tenant.tickets[id] for id in found]
    assert flags == sorted(flags)


def test_fields_choose_and_leave_info_out(api):
    ticket = api.get(
        TICKET, fields="id, SUMMARY,status/name,board,_info/lastUpdated,resources/x,nothing/x,zip/y"
    ).json
    assert set(ticket) == {"id", "summary", "status", "board", "_info"}
    assert ticket["status"] == {"name": "In Progress"}
    assert ticket["board"] == {"id": 20, "name": "Help Desk"}
    assert set(ticket["_info"]) == {"lastUpdated"}
    assert "notes_href" in api.get(TICKET, fields="_info").json["_info"]
    assert api.get(TICKET, fields="dateEntered,closedDate").json == {}
    assert "_info" in api.get(TICKET, fields=" , ").json


def test_unknown_names_in_fields_are_a_quirk(api, sim):
    assert api.get(TICKET, fields="id,closedflg").json == {"id": 48291}
    sim.quirks.unknown_names_in_fields = "refused"
    assert api.get(TICKET, fields="id,closedflg").status_code == 400


def test_post_search_takes_long_conditions_from_the_body(api):
    body = {
        "conditions": "summary contains 'vpn'",
        "orderBy": "id desc",
        "childconditions": "",
        "customfieldconditions": "caption='T&M Billing Required'",
    }
    answer = api.post("/service/tickets/search", body, query_string={"pageSize": "3"})
    assert answer.status_code == 200
    assert answer.json == []  # nothing stored says more than the defaults do
    del body["customfieldconditions"]
    answer = api.post("/service/tickets/search", body, query_string={"fields": "id"})
    expected = api.ids("/service/tickets", conditions=body["conditions"], orderBy="id desc")
    assert [ticket["id"] for ticket in answer.json] == expected


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/service/tickets/404", "Service Ticket 404 not found"),
        ("/service/tickets/404/notes", "Service Ticket 404 not found"),
        (f"{TICKET}/notes/404", "Service Note 404 not found"),
        ("/service/tickets/404/configurations", "Service Ticket 404 not found"),
        ("/service/boards/404", "Board 404 not found"),
        ("/service/boards/404/statuses", "Board 404 not found"),
        ("/service/boards/20/statuses/404", "Service Status 404 not found"),
        ("/company/companies/404", "company 404 not found"),
        ("/company/companies/404/sites", "company 404 not found"),
        ("/company/contacts/57919", "Contact 57919 not found"),
        ("/system/members/404", "Member 404 not found"),
        ("/system/members/zadmin", "Member zadmin not found"),
    ],
)
def test_404_is_worded_by_the_resource(api, path, message):
    answer = api.get(path)
    assert answer.status_code == 404
    assert answer.json == {"code": "NotFound", "message": message}


@pytest.mark.parametrize("path", ["/nothing", "/service/tickets/abc", "/service/tickets/-1"])
def test_unknown_paths(api, path):
    answer = api.get(path)
    assert answer.status_code == 404
    assert answer.json == {"code": "ConnectWiseApi", "message": "The endpoint does not exist."}


def test_a_path_with_another_method(api):
    assert api.delete("/service/boards/20").status_code == 405


def test_double_and_closing_slashes_are_forgiven(api):
    assert api.get("//service/tickets/48291/").json["id"] == 48291


def test_setup_tables_are_linked(api):
    board = api.get("/service/boards/20").json
    assert board["location"]["_info"]["location_href"] == f"{PUBLIC}//system/locations/11"
    for name in ("statuses", "types", "subtypes", "items", "teams", "typeSubTypeItemAssociations"):
        records = api.get(f"/service/boards/20/{name}").json
        assert records
        assert all("_info" in record for record in records)
    for path in ("priorities", "sources", "locations", "SLAs"):
        assert api.get(f"/service/{path}").json
    for path in ("/company/companies/statuses", "/company/companies/types", "/schedule/types"):
        assert api.get(path).json
    priorities = api.get("/service/priorities").json
    assert {priority["color"] for priority in priorities} >= {"Red", "Orange", "Green"}


def test_status_names_repeat_but_their_ids_never_do(tenant):
    names = [status["name"] for status in tenant.statuses.values()]
    assert names.count("New") > 1
    completed = [s for s in tenant.statuses.values() if s["name"] == "Completed"]
    assert {status["closedStatus"] for status in completed} == {True, False}


def test_members_by_identifier_and_their_light_form(api):
    assert api.get("/system/members/eruiz").json["officeEmail"] == "erin@northwind.example"
    info = api.get("/system/info/members", conditions="fullName contains 'Ruiz'").json
    assert {member["identifier"] for member in info} == {"ERuiz", "DRuiz"}


def test_the_demo_people_are_members(tenant):
    mails = set()
    for member in tenant.members.values():
        kind = member["defaultEmail"].lower()
        mails.add(member.get("primaryEmail") or member.get(f"{kind}Email"))
    for name in ("olive", "adam", "erin", "sam", "vera"):
        assert f"{name}@northwind.example" in mails
    assert len(tenant.members) == 25


def test_inactive_members_lack_properties(api):
    member = api.get("/system/members", conditions="inactiveFlag=true").json[0]
    assert "timeZone" not in member
    assert "calendar" not in member


def test_a_deleted_company_is_still_answered(api, tenant):
    gone = next(c["id"] for c in tenant.companies.values() if c["deletedFlag"])
    assert api.get(f"/company/companies/{gone}").json["deletedFlag"] is True


def test_sites_and_time_entries_are_read(api):
    assert api.get("/company/companies/250/sites").json[0]["company"]["id"] == 250
    entry = api.get("/time/entries", conditions="chargeToType='ServiceTicket'").json[0]
    assert entry["actualHours"] == 0.5


def test_pages_may_be_shorter_than_asked(sim, api):
    sim.quirks.most_per_page = 25
    answer = api.get("/service/tickets", pageSize=1000, orderBy="id asc")
    assert len(answer.json) == 25
    assert 'page=2>; rel="next"' in answer.headers["Link"]
    forward = api.get(
        "/service/tickets", pageSize=1000, headers={"pagination-type": "forward-only"}
    )
    assert len(forward.json) == 25


def test_the_clock_may_be_behind(sim, api, clock):
    sim.quirks.clock_behind = timedelta(minutes=80)
    answer = api.post(NOTES, {"text": "late", "resolutionFlag": True})
    assert answer.json["dateCreated"] == "2026-04-21T07:50:30Z"
    assert answer.headers["Date"] == "Tue, 21 Apr 2026 07:50:30 GMT"
    sim.quirks.tells_time = False
    assert "Date" not in api.get(NOTES).headers
