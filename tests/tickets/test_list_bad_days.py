"""Bad input and bad days: the tickets page stays usable, and says what is missing."""

import re
from html import unescape

import pytest
from django.urls import reverse

from psa.models import PsaConnection
from tickets import listing, queue

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIST = "/tickets/"


def numbers(answer) -> list[int]:
    """Return the tickets that an answer lists, in their order."""
    return [int(number) for number in re.findall(r'data-ticket="(\d+)"', answer.content.decode())]


def text_of(answer) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def ids(tickets) -> list[int]:
    return sorted((each["id"] for each in tickets), reverse=True)


# --- Bad input -----------------------------------------------------------------------

BAD = [
    ("board", "999"),
    ("board", "x"),
    ("board", "1 or 1=1"),
    ("status", "No such status"),
    ("status", "x" * 10_000),
    ("status", "New' or closedFlag=true or status/name='"),
    ("priority", "999"),
    ("priority", "-1"),
    ("company", "999999"),
    ("company", "Acme"),
    ("assigned", "Nobody"),
    ("assigned", '" or id>0 or "'),
    ("closed", "2"),
    ("closed", "true"),
    ("page", "x"),
    ("page", "0"),
    ("page", "-1"),
    ("page", "9" * 30),
    ("q", "x" * 10_000),
    ("q", "a\x00b"),
]


@pytest.mark.parametrize(("name", "value"), BAD, ids=[f"{n}-{v[:12]!r}" for n, v in BAD])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_value_that_does_not_hold_is_refused_with_a_sentence(
    erin, tenant, remembered, name, value, headers
):
    answer = erin.get(LIST, {name: value}, headers=headers)
    assert answer.status_code == 422
    assert numbers(answer) == []
    assert re.search(r'class="error-bar" role="alert">.*?<p>[^<]{20,}</p>', text_of(answer))


def test_what_was_typed_is_still_there(erin, tenant):
    page = text_of(erin.get(LIST, {"q": "y" * 300, "board": "999"}))
    assert "y" * 300 in page
    assert '<option value="999" selected>' in page


@pytest.mark.parametrize(
    "words",
    ["'", '"', "O'Brien", "[x]", "50%", "(", "like 'x'", "a\nb", "\\", "VPN'] or id>0 or [", "<b>"],
)
def test_any_words_may_be_searched_for(erin, tenant, words):
    answer = erin.get(LIST, {"q": words})
    assert answer.status_code == 200
    shown = {tenant.tickets[number]["summary"].casefold() for number in numbers(answer)}
    assert all(word.casefold() in summary for summary in shown for word in words.split())


def test_a_page_past_the_end_is_the_last_one(erin, tenant):
    answer = erin.get(LIST, {"page": "9999", "closed": "all"})
    assert answer.status_code == 200
    assert numbers(answer) == ids(tenant.tickets.values())[50:]
    assert "this is the last one" in text_of(answer)


def test_a_page_past_the_end_of_nothing_is_empty(erin, tenant):
    answer = erin.get(LIST, {"page": "9999", "q": "no such words"})
    assert (answer.status_code, numbers(answer)) == (200, [])


def test_nothing_of_another_account_is_found(
    client_of, stranger, tenant, other_connection, simulator
):
    shown = set(numbers(client_of(stranger).get(LIST, {"closed": "all"})))
    assert shown <= set(simulator.tenants["southside"].tickets)
    company = tenant.tickets[48291]["company"]["name"]
    assert company not in text_of(client_of(stranger).get(LIST))


# --- Bad days ------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_psa_that_is_down_leaves_the_filter_usable(erin, tenant, remembered, simulator, headers):
    simulator.faults.add("refuse", times=50)
    answer = erin.get(LIST, {"q": "VPN"}, headers=headers)
    assert answer.status_code == 502
    text = text_of(answer)
    assert 'role="alert"' in text
    assert 'href="/tickets/?q=VPN"' in text
    if not headers:
        assert ">Help Desk</option>" in text


def test_a_psa_that_was_never_reached_shows_a_page_all_the_same(erin, tenant, simulator):
    simulator.faults.add("refuse", times=50)
    answer = erin.get(LIST, {"board": "7"})
    assert answer.status_code == 502
    assert "Not all lists to choose from could be loaded." in text_of(answer)
    assert '<option value="7" selected>' in text_of(answer)


def test_a_list_that_fails_leaves_those_that_came_before_it(erin, tenant, simulator):
    board = tenant.tickets[48291]["board"]["id"]
    simulator.faults.add("error_before", times=None, path=f"/boards/{board}/statuses")
    answer = erin.get(LIST)
    assert answer.status_code == 200
    assert len(numbers(answer)) == 25
    assert ">Help Desk</option>" in text_of(answer)
    assert "Not all lists to choose from could be loaded." in text_of(answer)


def test_a_psa_that_limits_requests_says_when_to_come_back(erin, tenant, remembered, simulator):
    simulator.faults.add("rate_limited", times=50, retry_after=60)
    answer = erin.get(LIST)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("path", "right"),
    [("/service/boards", "Table Setup"), ("/system/members", "Member Maintenance")],
)
def test_a_missing_right_is_named_and_the_tickets_are_shown(erin, tenant, simulator, path, right):
    simulator.faults.add("forbidden", times=50, path=path)
    answer = erin.get(LIST)
    assert answer.status_code == 200
    assert len(numbers(answer)) == 25
    assert right in text_of(answer)


def test_boards_come_from_the_tickets_where_the_right_to_list_them_is_missing(
    erin, tenant, simulator
):
    simulator.faults.add("forbidden", times=50, path="/service/boards")
    page = text_of(erin.get(LIST))
    assert ">Help Desk</option>" in page
    board = tenant.tickets[48291]["board"]["id"]
    assert 48291 in numbers(erin.get(LIST, {"board": board, "q": "VPN"}))


def test_me_cannot_be_told_without_the_right_to_list_members(erin, tenant, mapped, simulator):
    simulator.faults.add("forbidden", times=50, path="/system/members")
    answer = erin.get(LIST, {"assigned": "me"})
    assert answer.status_code == 502
    assert "Member Maintenance" in text_of(answer)


def test_a_company_whose_name_is_not_shown_still_filters(erin, tenant, simulator):
    company = tenant.tickets[48291]["company"]["id"]
    simulator.faults.add("forbidden", times=50, path="/company/companies")
    answer = erin.get(LIST, {"company": company, "q": "48291"})
    assert (answer.status_code, numbers(answer)) == (200, [48291])


def test_without_a_connection_there_is_a_way_to_one(erin, client_of, admin_user):
    assert "An administrator sets one up" in text_of(erin.get(LIST))
    assert "/account/admin/integrations/" in text_of(client_of(admin_user).get(LIST))
    assert erin.get("/tickets/companies/").status_code == 200


def test_a_paused_connection_is_none(erin, tenant):
    PsaConnection.objects.update(is_active=False)
    assert "No PSA connection" in text_of(erin.get(LIST))


def test_refresh_asks_the_psa_anew_and_keeps_the_filter(erin, tenant, remembered):
    board = tenant.boards[tenant.tickets[48291]["board"]["id"]]
    board["name"] = "Service Desk"
    assert ">Help Desk</option>" in text_of(erin.get(LIST))
    answer = erin.post("/tickets/refresh/?q=VPN&closed=all&page=2")
    assert answer["Location"] == "/tickets/?q=VPN&closed=all&page=2"
    assert ">Service Desk</option>" in text_of(erin.get(LIST))
    assert erin.post("/tickets/refresh/?board=x")["Location"] == "/tickets/"


def test_refresh_finds_tickets_in_a_status_that_is_new(erin, tenant, connection):
    assert 48291 in numbers(erin.get(LIST, {"q": "48291"}))
    ticket = tenant.tickets[48291]
    added = tenant.statuses.add(
        {"name": "Brand new", "board": ticket["board"], "closedStatus": False}
    )
    ticket["status"] = {"id": added["id"], "name": added["name"]}
    erin.post("/tickets/refresh/")
    assert 48291 in numbers(erin.get(LIST, {"q": "48291"}))


@pytest.fixture
def ann_and_joann(tenant, monkeypatch):
    """Let Joann have the three newest open tickets, and Ann the next; three to a page."""
    monkeypatch.setattr(listing, "PAGE_SIZE", 3)
    monkeypatch.setattr(queue, "LOOKED_THROUGH", 3)
    member = next(each for each in tenant.members.values() if each["identifier"] == "ERuiz")
    member["identifier"] = "Ann"
    newest = sorted(
        (t for t in tenant.tickets.values() if not t["closedFlag"]), key=lambda t: -t["id"]
    )
    for ticket in tenant.tickets.values():
        ticket.pop("owner", None)
        ticket.pop("resources", None)
    for ticket in newest[:3]:
        ticket["resources"] = "Joann"
    newest[3]["resources"] = "Ann"
    return newest[3]["id"]


def test_a_page_with_none_that_is_meant_leads_to_the_next(erin, mapped, ann_and_joann):
    page = text_of(erin.get(LIST, {"assigned": "Ann"}))
    assert "None on this page" in page
    assert 'href="?assigned=Ann&page=2"' in page
    assert numbers(erin.get(LIST, {"assigned": "Ann", "page": "2"})) == [ann_and_joann]
    waiting = text_of(erin.get("/queue/", headers=HTMX))
    assert "Your queue is empty" not in waiting
    assert "/tickets/?assigned=me" in waiting


@pytest.mark.parametrize(
    "wrong",
    [
        {"q": "x" * 101},
        {"priority": "0"},
        {"priority": "9999999999"},
        {"board": "0"},
        {"company": "2147483648"},
        {"company": "\u0661"},
    ],
)
def test_what_no_psa_can_be_asked_for_is_422_and_asks_nobody(erin, tenant, simulator, wrong):
    before = len(list(simulator.journal))
    answer = erin.get(LIST, wrong)
    assert answer.status_code == 422
    asked = [e for e in list(simulator.journal)[before:] if e.path.endswith("/service/tickets")]
    assert asked == []


def test_without_the_cache_every_page_of_tickets_answers(erin, connection, settings, mapped):
    redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache"}
    settings.CACHES = {"default": {**redis, "LOCATION": "redis://127.0.0.1:1/0"}}
    ticket = reverse("tickets:detail", args=["48291"])
    parts = ("row", "notes", "resources", "configurations", "related", "statuses")
    for address in (
        "/",
        reverse("my-queue"),
        reverse("tickets:list"),
        reverse("tickets:search"),
        reverse("tickets:companies") + "?company_name=o",
        ticket,
        *(f"{ticket}{part}/" for part in parts),
    ):
        assert erin.get(address, headers=HTMX).status_code == 200, address
