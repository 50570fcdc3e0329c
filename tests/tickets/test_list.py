"""The tickets page: its filter is its address, and every bad value gets a sentence."""

import re
from html import unescape

import pytest

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIST = "/tickets/"


def numbers(answer) -> list[int]:
    """Return the tickets that an answer lists, in their order."""
    return [int(number) for number in re.findall(r'data-ticket="(\d+)"', answer.content.decode())]


def text_of(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def open_tickets(tenant) -> list[dict]:
    return [each for each in tenant.tickets.values() if not each["closedFlag"]]


def ids(tickets) -> list[int]:
    return sorted((each["id"] for each in tickets), reverse=True)


# --- What is found -------------------------------------------------------------------


def test_a_browser_gets_the_whole_page_with_the_newest_open_tickets(erin, tenant):
    answer = erin.get(LIST)
    assert answer.status_code == 200
    assert "<html" in answer.content.decode()
    assert numbers(answer) == ids(open_tickets(tenant))[:25]
    assert f"{len(open_tickets(tenant))} tickets" in text_of(answer)


def test_htmx_gets_the_rows_alone(erin, tenant):
    answer = erin.get(LIST, headers=HTMX)
    assert answer.content.decode().strip().startswith('<section class="stack" id="results"')
    assert "<html" not in answer.content.decode()
    assert len(numbers(answer)) == 25


def test_a_browser_that_moves_through_history_gets_the_page(erin, tenant):
    answer = erin.get(LIST, headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<html" in answer.content.decode()


def test_a_row_says_what_one_needs_to_know(erin, tenant):
    answer = erin.get(LIST, {"q": "48291"})
    assert numbers(answer) == [48291]
    ticket = tenant.tickets[48291]
    row = text_of(answer).split('data-ticket="48291"')[1].split("</li>")[0]
    for words in ("#48291", ticket["summary"], ticket["company"]["name"], "Help Desk"):
        assert words in row
    assert ticket["status"]["name"] in row
    assert "Erin Ruiz" in row
    assert "priority-orange" in row
    assert "Priority 2 - </span>High" in row
    assert "/tickets/48291/" in row


def test_a_session_starts_from_a_row_with_one_click(erin, tenant):
    row = text_of(erin.get(LIST, {"q": "48291"})).split('data-ticket="48291"')[1]
    names = ("ticket_id", "title", "client_name")
    sent = {name: re.findall(rf'name="{name}" value="([^"]*)"', row)[0] for name in names}
    answer = erin.post("/sessions/new/", sent)
    assert answer.status_code == 302
    page = text_of(erin.get(answer["Location"]))
    assert "CW #48291" in page
    assert tenant.tickets[48291]["company"]["name"] in page


@pytest.mark.parametrize("name", ["board", "priority", "company"])
def test_a_filter_by_id_is_applied(erin, tenant, name):
    wanted = tenant.tickets[48291][name]["id"]
    answer = erin.get(LIST, {name: wanted, "closed": "all"})
    expected = [each for each in tenant.tickets.values() if each[name]["id"] == wanted]
    assert numbers(answer) == ids(expected)[:25]


def test_a_status_goes_by_its_name_across_boards(erin, tenant):
    answer = erin.get(LIST, {"status": "In Progress"})
    expected = [each for each in open_tickets(tenant) if each["status"]["name"] == "In Progress"]
    assert len({each["status"]["id"] for each in expected}) > 1
    assert numbers(answer) == ids(expected)[:25]


@pytest.mark.parametrize(
    ("closed", "flags"), [("0", {False}), ("1", {True}), ("all", {True, False})]
)
def test_open_closed_and_both(erin, tenant, closed, flags):
    expected = [each for each in tenant.tickets.values() if each["closedFlag"] in flags]
    assert numbers(erin.get(LIST, {"closed": closed})) == ids(expected)[:25]


def test_unassigned_tickets_have_nobody(erin, tenant):
    expected = [each for each in open_tickets(tenant) if not each.get("resources")]
    assert numbers(erin.get(LIST, {"assigned": "unassigned"})) == ids(expected)[:25]


def assigned_to(tenant, identifier) -> list[dict]:
    return [
        each
        for each in open_tickets(tenant)
        if identifier in (each.get("resources") or "").split(", ")
    ]


def test_a_member_is_found_as_owner_and_as_resource(erin, tenant):
    answer = erin.get(LIST, {"assigned": "ERuiz"})
    assert numbers(answer) == ids(assigned_to(tenant, "ERuiz"))
    assert numbers(answer)


def test_me_is_the_member_that_the_person_is_mapped_to(erin, tenant, mapped):
    assert numbers(erin.get(LIST, {"assigned": "me"})) == ids(assigned_to(tenant, "ERuiz"))


def test_me_without_a_mapping_says_so(erin, tenant):
    answer = erin.get(LIST, {"assigned": "me"})
    assert answer.status_code == 200
    assert "or ask an administrator to map you." in text_of(answer)
    assert numbers(answer) == []
    assert 'href="/account/me/"' in text_of(answer)


def test_me_whose_member_is_gone_says_so(erin, tenant, mapped):
    mapped.external_member_id = "99999"
    mapped.save()
    assert "or ask an administrator to map you." in text_of(erin.get(LIST, {"assigned": "me"}))


def test_filters_add_up(erin, tenant):
    wanted = tenant.tickets[48291]
    answer = erin.get(
        LIST,
        {
            "q": "VPN",
            "board": wanted["board"]["id"],
            "status": wanted["status"]["name"],
            "priority": wanted["priority"]["id"],
            "company": wanted["company"]["id"],
            "assigned": "ERuiz",
        },
    )
    assert numbers(answer) == [48291]


def test_what_is_not_found_comes_with_tips(erin, tenant):
    answer = erin.get(LIST, {"q": "no such words"})
    assert answer.status_code == 200
    assert "No ticket matches" in text_of(answer)
    assert "0 tickets" in text_of(answer)


def test_a_closed_status_among_open_tickets_says_why_nothing_is_found(erin, tenant):
    answer = erin.get(LIST, {"status": "Closed"})
    assert "It is a status of closed tickets." in text_of(answer)
    assert numbers(erin.get(LIST, {"status": "Closed", "closed": "1"}))


# --- The address ---------------------------------------------------------------------


def test_the_address_restores_what_was_chosen(erin, tenant):
    company = tenant.tickets[48291]["company"]
    page = text_of(
        erin.get(
            LIST,
            {
                "q": "VPN",
                "status": "In Progress",
                "company": company["id"],
                "assigned": "ERuiz",
                "closed": "all",
            },
        )
    )
    assert 'name="q" value="VPN"' in page
    assert '<option value="In Progress" selected>' in page
    assert '<option value="ERuiz" selected>Erin Ruiz' in page
    assert '<option value="all" selected>Open and closed' in page
    assert f'name="company" value="{company["id"]}"' in page
    assert f'name="company_name" value="{company["name"]}"' in page


def test_pages_keep_the_filter(erin, tenant):
    first = erin.get(LIST, {"closed": "all", "q": ""})
    assert "?closed=all&page=2" in text_of(first)
    second = erin.get(LIST, {"closed": "all", "page": "2"})
    assert numbers(second) == ids(tenant.tickets.values())[25:50]


def test_only_active_people_are_offered(erin, tenant):
    page = text_of(erin.get(LIST))
    assert ">Erin Ruiz</option>" in page
    assert "Wilma Gone" not in page
    assert "ResolutionFlow Integration" not in page


# --- The company, by its name --------------------------------------------------------


def test_companies_are_offered_by_name(erin, tenant):
    answer = erin.get("/tickets/companies/", {"company_name": "o'brien"}, headers=HTMX)
    assert answer.status_code == 200
    assert 'role="option"' in text_of(answer)
    assert "O'Brien & Sons" in text_of(answer)


def test_no_company_matches(erin, tenant):
    answer = erin.get("/tickets/companies/", {"company_name": "zzz"}, headers=HTMX)
    assert "No company matches" in text_of(answer)


def company_of(tenant, name) -> int:
    return next(each["id"] for each in tenant.companies.values() if each["name"] == name)


@pytest.mark.parametrize("typed", ["Contoso Legal, LLP", "contoso", "CONTOSO LEGAL"])
def test_without_javascript_a_companys_name_becomes_the_filter(erin, tenant, typed):
    answer = erin.get(LIST, {"q": "x", "company": "", "company_name": typed})
    contoso = company_of(tenant, "Contoso Legal, LLP")
    assert answer["Location"] == f"/tickets/?q=x&company={contoso}"


def test_without_javascript_a_name_of_several_companies_is_asked_back(erin, tenant):
    answer = erin.get(LIST, {"q": "x", "company": "", "company_name": "toys"}, follow=True)
    assert "Which company?" in text_of(answer)
    tailspin = company_of(tenant, "Tailspin Toys")
    assert f'href="/tickets/?q=x&company={tailspin}"' in text_of(answer)


def test_without_javascript_the_company_stays_and_goes_with_its_name(erin, tenant):
    company = tenant.tickets[48291]["company"]
    kept = {"company": company["id"], "company_name": company["name"], "closed": "1"}
    assert erin.get(LIST, kept)["Location"] == f"/tickets/?company={company['id']}&closed=1"
    assert erin.get(LIST, {**kept, "company_name": " "})["Location"] == "/tickets/?closed=1"
    gone = {"company": "999999", "company_name": "Contoso"}
    contoso = company_of(tenant, "Contoso Legal, LLP")
    assert erin.get(LIST, gone)["Location"] == f"/tickets/?company={contoso}"


def test_a_company_name_that_is_too_long_is_refused(erin, tenant):
    answer = erin.get(LIST, {"company_name": "x" * 300}, follow=True)
    assert answer.status_code == 422
    assert "too long to search for" in text_of(answer)
    fragment = erin.get("/tickets/companies/", {"company_name": "x" * 300}, headers=HTMX)
    assert fragment.status_code == 422


# --- What it costs -------------------------------------------------------------------


def test_a_list_asks_for_the_rows_and_their_count_alone(erin, tenant, remembered, simulator):
    erin.get(LIST)
    before = len(list(simulator.journal))
    erin.get(LIST, {"q": "VPN"})
    asked = [entry.path.rsplit("/", 1)[-1] for entry in list(simulator.journal)[before:]]
    assert sorted(asked) == ["count", "tickets"]
