"""What addresses hold: ids and the filters of lists, never words of a ticket, and no keys.

Addresses stand in the logs of proxies, in browsers' histories and, as referrers, in requests.
"""

import re
from html import unescape
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

import pytest
from django.urls import resolve

from sessions_app import lifecycle

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r'\s(?:href|src|action|formaction|hx-[a-z-]*|data-[a-z-]*)="([^"]*[/?][^"]*)"')
# An element that asks with GET and sends what stands in fields along.
ASKS = re.compile(r'<(?:(?:form|input|select)\s[^>]*|[^>]*\shx-include="[^>]*)>')
WORD = "zanzibar"
# Ids, pages, choices among fixed values, and where to go on: to an address of ours again.
NAMES = {
    *(
        "assigned",
        "again",
        "card",
        "company",
        "configuration",
        "date",
        "format",
        "fresh",
        "ticket",
        "next",
        "note_type",
        "page",
        "post",
    ),
    *("session", "show", "since", "status", "tab", "turn", "until"),
    # An e-mail, from the page of the person.
    "who",
}
# Lists and searches whose filter is their address, and the choices of a board by its id.
ASKED_BY_FIELDS = {
    *("accounts:audit", "accounts:team", "psa:posts", "sessions:list", "sessions:ticket-link"),
    *("my-day", "time-sums"),
    *("tickets:companies", "tickets:list", "tickets:new-choices", "tickets:search"),
    "tickets:search-filters",
}


@pytest.fixture
def wordy(simulator, session) -> None:
    """Have the word stand in everything that people write about tickets and customers."""
    tenant = simulator.tenants["northwind"]
    for ticket in tenant.tickets.values():
        ticket["summary"] = f"{WORD} {ticket['id']}"
        ticket["company"]["name"] = f"{WORD} company"
    for rows, name in ((tenant.companies, "name"), (tenant.tables["notes"], "text")):
        for row in rows.values() if isinstance(rows, dict) else rows.all():
            row[name] = f"{WORD} {name}"
    lifecycle.add_step(
        session,
        {"kind": "note", "title": WORD, "outcome": "", "notes": WORD, "command_output": ""},
    )


def addresses_in(page: str) -> set[str]:
    """Return what leads somewhere, as it would stand in a log; a script's headers do not."""
    found = {unescape(value) for value in ADDRESS.findall(page)}
    return {value for value in found if value.startswith(("/", "?", "http"))}


def asked_by_fields(page: str) -> set[str]:
    """Return the routes that fields of the page are sent to as a query."""
    elements = [element for element in ASKS.findall(page) if " hx-get=" in element]
    elements += re.findall(r'<form[^>]*method="get"[^>]*>', page)
    paths = [
        found for each in elements for found in re.findall(r'(?:hx-get|action)="([^"?]+)', each)
    ]
    return {resolve(path).view_name for path in paths}


def test_no_page_leads_to_an_address_with_words_of_a_ticket(wordy, prober):
    addresses: set[str] = set()
    asked: set[str] = set()
    shown = 0
    for endpoint in prober.endpoints:
        if endpoint.method == "GET" and not endpoint.is_admins:
            for headers in ({}, {"HX-Request": "true"}):
                page = prober.ask(endpoint, urlencode(endpoint.base), headers=headers).body
                shown += WORD in page
                addresses |= addresses_in(page)
                asked |= asked_by_fields(page)
    ours = {address for address in addresses if not address.startswith("http")}
    assert shown > 15, "the pages show the words, so an address could hold them"
    assert [address for address in ours if WORD in unquote_plus(address).lower()] == []
    assert {name for each in ours for name, _ in parse_qsl(urlsplit(each).query)} <= NAMES
    assert asked <= ASKED_BY_FIELDS
    assert len(asked) > 5
