"""The picker's search, as options for its dialog and as a page; and the dialog around it."""

import re
from html import unescape

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SEARCH = "/tickets/search/"


def numbers(answer) -> list[int]:
    return [int(number) for number in re.findall(r'data-ticket="(\d+)"', answer.content.decode())]


def text_of(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def open_tickets(tenant) -> list[dict]:
    newest_first = sorted(tenant.tickets.values(), key=lambda each: -each["id"])
    return [each for each in newest_first if not each["closedFlag"]]


def find(client, **sent):
    return client.get(SEARCH, sent, headers=HTMX)


def test_words_find_open_tickets(erin, tenant):
    found = numbers(find(erin, q="vpn"))
    assert found == [e["id"] for e in open_tickets(tenant) if "vpn" in e["summary"].lower()][:12]


def test_an_option_says_what_one_needs_to_choose(erin, tenant):
    option = text_of(find(erin, q="48291"))
    ticket = tenant.tickets[48291]
    assert 'role="option"' in option
    assert 'name="ticket_id" value="48291"' in option
    for words in (ticket["summary"], ticket["company"]["name"], "Help Desk", "In Progress"):
        assert words in option
    assert "priority-orange" in option


@pytest.mark.parametrize("typed", ["{}", "#{}", " {} "])
def test_a_number_finds_a_closed_ticket_too(erin, tenant, typed):
    closed = next(each["id"] for each in tenant.tickets.values() if each["closedFlag"])
    answer = find(erin, q=typed.format(closed))
    assert closed in numbers(answer)
    assert "· closed" in text_of(answer)


def test_the_ticket_of_a_number_comes_before_those_that_have_it_in_words(erin, tenant):
    number = min(tenant.tickets)
    tenant.tickets[number]["closedFlag"] = True
    others = open_tickets(tenant)[:20]
    for ticket in others:
        ticket["summary"] = f"Replaces #{number}"
    found = numbers(find(erin, q=str(number)))
    assert found == [number, *(each["id"] for each in others[:11])]


def test_a_number_in_words_finds_open_tickets_alone(erin, tenant):
    mine, other = open_tickets(tenant)[:2]
    mine["summary"], other["summary"] = "Office 365 asks again", "Office 365 is slow"
    other["closedFlag"] = True
    assert numbers(find(erin, q="365")) == [mine["id"]]


def test_a_number_keeps_to_the_board_that_was_chosen(erin, tenant):
    ticket = tenant.tickets[48291]
    other = next(id_ for id_ in tenant.boards if id_ != ticket["board"]["id"])
    assert numbers(find(erin, q="48291", board=str(other))) == []
    assert numbers(find(erin, q="48291", board=str(ticket["board"]["id"]))) == [48291]


def test_board_and_status_narrow_down(erin, tenant):
    wanted = tenant.tickets[48291]
    answer = find(erin, q="", board=wanted["board"]["id"], status=wanted["status"]["name"])
    found = [tenant.tickets[number] for number in numbers(answer)]
    assert 48291 in numbers(answer)
    assert {each["board"]["id"] for each in found} == {wanted["board"]["id"]}
    assert {each["status"]["name"] for each in found} == {wanted["status"]["name"]}


def test_without_words_the_recent_ones_come_ones_own_first(erin, tenant, mapped):
    answer = find(erin)
    mine = [e["id"] for e in open_tickets(tenant) if "ERuiz" in (e.get("resources") or "")][:6]
    assert mine
    assert numbers(answer)[: len(mine)] == mine
    assert len(numbers(answer)) == len(set(numbers(answer))) == 12
    assert "Recent tickets, yours first" in text_of(answer)


@pytest.mark.parametrize("fault", [None, "/system/members"])
def test_whoever_is_nobody_in_the_psa_gets_the_recent_ones(erin, tenant, simulator, mapped, fault):
    if fault:
        simulator.faults.add("forbidden", times=50, path=fault)
    else:
        mapped.delete()
    assert numbers(find(erin)) == [each["id"] for each in open_tickets(tenant)][:12]


def test_nothing_found_comes_with_tips(erin, tenant):
    assert "Try fewer words" in text_of(find(erin, q="no such words"))


@pytest.mark.parametrize(
    "sent",
    [{"q": "x" * 10_000}, {"board": "999"}, {"board": "x"}, {"status": "Nope"}, {"q": "\x00"}],
    ids=str,
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_what_does_not_hold_is_refused_with_a_sentence(erin, tenant, sent, headers):
    answer = erin.get(SEARCH, sent, headers=headers)
    assert answer.status_code == 422
    assert numbers(answer) == []


def test_a_browser_gets_a_page(erin, tenant):
    answer = erin.get(SEARCH, {"q": "vpn"})
    page = text_of(answer)
    assert "<html" in page
    assert numbers(answer) == numbers(find(erin, q="vpn"))
    assert ">Help Desk</option>" in page
    assert "No ticket matches" in text_of(erin.get(SEARCH, {"q": "no such words"}))


def test_the_filters_are_loaded_by_themselves(erin, tenant):
    answer = erin.get("/tickets/search/filters/", headers=HTMX)
    assert ">Help Desk</option>" in text_of(answer)
    assert ">In Progress</option>" in text_of(answer)
    assert "<html" not in text_of(answer)
    assert "Find a ticket" in text_of(erin.get("/tickets/search/filters/"))


def test_a_psa_that_is_down_is_502(erin, tenant, remembered, simulator):
    simulator.faults.add("refuse", times=50)
    answer = find(erin, q="vpn")
    assert answer.status_code == 502
    assert 'role="alert"' in text_of(answer)


def test_without_a_connection_there_is_nothing_to_search(erin):
    assert "No PSA connection" in text_of(erin.get(SEARCH))


# --- The dialog ----------------------------------------------------------------------


def link_of(session) -> str:
    return reverse("sessions:ticket-link", args=[session.pk])


def test_the_dialog_loads_recent_tickets_and_filters_by_itself(erin, tenant, session, simulator):
    before = len(list(simulator.journal))
    dialog = text_of(erin.get(link_of(session), headers=HTMX))
    rows = 'hx-get="/tickets/search/" hx-include="#picker-search" hx-trigger="load, reload"'
    assert f"data-region {rows}" in dialog
    assert 'hx-get="/tickets/search/filters/" hx-trigger="load, reload"' in dialog
    assert len(list(simulator.journal)) == before


def test_without_javascript_words_are_searched_for_in_the_dialog(erin, tenant, session):
    answer = erin.get(link_of(session), {"q": "vpn"})
    assert answer.status_code == 200
    assert numbers(answer) == numbers(find(erin, q="vpn"))
    assert ">Help Desk</option>" in text_of(answer)
    assert 'name="q" value="vpn"' in text_of(answer)


def test_without_javascript_recent_tickets_are_a_link_away(erin, tenant, session):
    assert f'href="{link_of(session)}?q="' in text_of(erin.get(link_of(session)))
    assert numbers(erin.get(link_of(session), {"q": ""})) == numbers(find(erin))


@pytest.mark.parametrize("typed", ["48291", "#48291", " 48291 "])
def test_a_number_in_the_search_is_looked_up(erin, tenant, session, typed):
    answer = erin.get(link_of(session), {"q": typed})
    assert "Link #48291" in text_of(answer)


def test_a_number_that_does_not_exist_stays_in_the_field(erin, tenant, session):
    answer = erin.get(link_of(session), {"q": "999999"}, headers=HTMX)
    assert answer.status_code == 404
    assert "no such ticket" in text_of(answer)
    assert 'value="999999"' in text_of(answer)


@pytest.mark.parametrize("sent", [{"q": "x" * 10_000}, {"q": "vpn", "board": "999"}], ids=str)
def test_a_search_that_does_not_hold_is_422_with_the_dialog(erin, tenant, session, sent):
    answer = erin.get(link_of(session), sent)
    assert answer.status_code == 422
    assert sent["q"] in text_of(answer)


def test_the_dialog_without_a_connection_searches_nothing(erin, session):
    answer = erin.get(link_of(session), {"q": "vpn"})
    assert "No PSA connection" in text_of(answer)
