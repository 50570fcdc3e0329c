"""Which rule each address counts against: 429, and how long to wait, in a header and in words."""

import re

import pytest
from django.urls import reverse

HTMX = {"HX-Request": "true"}

# method, route, rule; `{}` in what is sent stands for nothing.
LIMITED = [
    ("get", "tickets:list", "search", {}),
    ("get", "tickets:companies", "search", {"company_name": "o"}),
    ("get", "tickets:search", "search", {}),
    ("get", "sessions:ticket-link", "search", {"q": "vpn"}),
    ("get", "sessions:ticket-link", "ticket", {"ticket_id": "48291"}),
    ("get", "tickets:detail", "ticket", {}),
    ("post", "tickets:status", "ticket", {}),
    ("post", "tickets:resource-add", "ticket", {}),
    ("post", "tickets:resource-remove", "ticket", {}),
    ("post", "tickets:note", "post", {}),
    ("post", "new-ticket", "post", {}),
    ("get", "tickets:new-companies", "search", {}),
    ("get", "tickets:new-contacts", "search", {}),
    ("get", "tickets:new-alike", "search", {}),
    ("post", "tickets:new-parse", "search", {}),
    ("get", "my-queue", "queue", {}),
]
# What a panel or a form loads beside what was counted already.
NOT_LIMITED = [
    "tickets:notes",
    "tickets:configurations",
    "tickets:related",
    "tickets:resources",
    "tickets:statuses",
    "tickets:posts",
    "new-ticket",
    "tickets:new-choices",
    "sessions:ticket-link",
    "dashboard",
]


@pytest.fixture
def address(session, connection):
    def of(route):
        if route == "sessions:ticket-link":
            return reverse(route, args=[session.pk])
        own = route.startswith("tickets:") and route.split(":")[1] not in (
            "list",
            "companies",
            "search",
            *("new-companies", "new-contacts", "new-alike", "new-choices", "new-parse"),
        )
        return reverse(route, args=["48291"] if own else [])

    return of


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize(("method", "route", "rule", "sent"), LIMITED)
def test_beyond_its_rule_an_address_says_how_long_to_wait(
    method, route, rule, sent, htmx, address, client_of, engineer, settings
):
    settings.RATE_LIMITS = {**dict.fromkeys(settings.RATE_LIMITS, "1000/m"), rule: "0/m"}
    browser = client_of(engineer)
    ask = getattr(browser, method)
    answer = ask(address(route), sent, headers=HTMX if htmx else {})
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert re.search(r"Wait \d+ seconds?, then", answer.content.decode())


@pytest.mark.parametrize("route", NOT_LIMITED)
def test_what_belongs_to_a_counted_page_counts_no_more(
    route, address, client_of, engineer, settings
):
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "0/m")
    assert client_of(engineer).get(address(route)).status_code == 200


def test_the_accounts_count_is_shared_and_no_other_accounts(
    client_of, engineer, owner, stranger, connection, other_connection, settings
):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "search": "1/m"}
    tickets = reverse("tickets:list")
    assert client_of(engineer).get(tickets).status_code == 200
    assert client_of(owner).get(tickets).status_code == 429
    assert client_of(stranger).get(tickets).status_code == 200
