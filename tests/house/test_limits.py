"""Which rule each address counts against, what counts, and whose number it takes from.

Beyond a rule the answer is 429 and how long to wait, in a header and in words. Only what is
valid counts. A person alone never uses up what their account may do.
"""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from psa.models import Post, TicketCreation
from resolutionflow.lib.ratelimit import share_of
from sessions_app import linking
from sessions_app.models import AssistTurn, SessionPost
from tests.builders import map_member

HTMX = {"HX-Request": "true"}
# Every request that writes counts against these, also one that is invalid.
PER_PERSON = {"write", "draft"}
NOTE = {"note_type": "internal_analysis", "content": "The pool is exhausted."}
EDIT = {"content": "The pool was exhausted.", "seen": str(uuid4())}
CONNECTION = {
    "provider": "connectwise",
    "display_name": "Our ConnectWise",
    "site_url": "https://cw.northwind.example",
    "company_id": "northwind",
    "public_key": "one",
    "private_key": "two",
    "client_id": "three",
}
TICKET = {"summary": "Printer again", "company_name": "Contoso", "board": "20"}

# method, route, rule, what is sent. An id of each request's own is sent along.
LIMITED = [
    ("get", "tickets:list", "search", {}),
    ("get", "tickets:list", "search", {"company_name": "Contoso"}),
    ("get", "tickets:companies", "search", {"company_name": "o"}),
    ("get", "tickets:search", "search", {}),
    ("get", "sessions:ticket-link", "search", {"q": "vpn"}),
    ("get", "sessions:ticket-link", "ticket", {"ticket_id": "48291"}),
    ("get", "tickets:detail", "ticket", {}),
    ("get", "sessions:snippet-list", "ticket", {"ticket": "48291"}),
    ("post", "tickets:status", "ticket", {"status_id": "1"}),
    ("post", "tickets:resource-add", "ticket", {"member_id": "152"}),
    ("post", "tickets:resource-remove", "ticket", {"member_id": "152"}),
    ("post", "tickets:note", "post", NOTE),
    ("post", "sessions:post", "post", NOTE),
    ("post", "sessions:post-retry", "post", {"part": "note"}),
    ("post", "sessions:post-edit", "post", EDIT),
    ("post", "tickets:post-retry", "post", {}),
    ("post", "psa:post-retry", "post", {"part": "note"}),
    ("post", "my-day", "post", {"ticket_id": "48291", "time_hours": "0.5"}),
    ("post", "tickets:new", "post", TICKET),
    ("post", "tickets:new-retry", "post", {}),
    ("post", "tickets:new-companies", "search", {"company_name": "o"}),
    ("post", "tickets:new-contacts", "search", {"company": "12"}),
    ("post", "tickets:new-alike", "search", {"company": "12", "summary": "Printer"}),
    ("post", "tickets:new-parse", "search", {"text": "Printer broken at Contoso"}),
    ("get", "my-queue", "queue", {}),
    ("post", "sessions:assist-ask", "assist", {"question": "What next?"}),
    ("post", "sessions:assist-resume", "assist", {}),
    ("get", "sessions:export", "export", {"format": "psa"}),
    ("get", "psa:rights", "ticket", {}),
    ("post", "psa:rights-try", "post", {"ticket_id": "48291"}),
    ("post", "accounts:team-invite", "invite", {"email": "nora@example.com", "role": "engineer"}),
    ("post", "accounts:person-email", "invite", {"new_email": "nora@example.com"}),
    ("post", "psa:connection-save", "connection", CONNECTION),
    ("post", "psa:connection-test", "connection", {}),
    ("post", "psa:keys", "keys", {"public_key": "one", "private_key": "two"}),
    ("post", "psa:keys-switch", "keys", {}),
    ("post", "psa:keys-roll-back", "keys", {}),
    ("post", "psa:members-auto-match", "match", {}),
]
# The same addresses with what does not hold, and what they answer then.
INVALID = [
    ("get", "tickets:list", {"page": "zero"}, 422),
    ("get", "tickets:companies", {"company_name": "x" * 300}, 422),
    ("get", "tickets:search", {"q": "x" * 300}, 422),
    ("get", "sessions:ticket-link", {"q": "x" * 300}, 422),
    ("get", "sessions:ticket-link", {"ticket_id": ""}, 422),
    ("get", "sessions:snippet-list", {"ticket": "none"}, 200),
    ("post", "tickets:status", {}, 422),
    ("post", "tickets:resource-add", {}, 422),
    ("post", "tickets:resource-remove", {}, 422),
    ("post", "tickets:note", {**NOTE, "content": " "}, 422),
    ("post", "sessions:post", {**NOTE, "content": ""}, 422),
    ("post", "sessions:post-retry", {"part": "all"}, 422),
    ("post", "sessions:post-edit", {**EDIT, "content": ""}, 422),
    ("post", "psa:post-retry", {"part": "all"}, 422),
    ("post", "my-day", {"ticket_id": "48291", "time_hours": "24.01"}, 422),
    ("post", "tickets:new", {**TICKET, "summary": ""}, 422),
    ("post", "tickets:new-companies", {"company_name": "x" * 300}, 422),
    ("post", "tickets:new-contacts", {}, 200),
    ("post", "tickets:new-alike", {"summary": "Printer"}, 200),
    ("post", "tickets:new-parse", {"text": ""}, 422),
    ("post", "sessions:assist-ask", {"question": " "}, 422),
    ("get", "sessions:export", {"format": "doc"}, 422),
    ("post", "psa:rights-try", {"ticket_id": ""}, 422),
    ("post", "accounts:team-invite", {"email": "nobody", "role": "engineer"}, 422),
    ("post", "accounts:person-email", {"new_email": "nobody"}, 422),
    ("post", "psa:connection-save", {**CONNECTION, "site_url": ""}, 422),
    ("post", "psa:keys", {"public_key": "one"}, 422),
]
OF_A_TICKET = [
    *("detail", "row", "notes", "configurations", "related", "resources", "statuses"),
    *("resource-add", "resource-remove", "status", "note", "posts"),
]
# What a panel or a form loads beside what was counted already.
NOT_LIMITED = [
    "tickets:notes",
    "tickets:configurations",
    "tickets:related",
    "tickets:resources",
    "tickets:statuses",
    "tickets:posts",
    "tickets:new",
    "tickets:new-choices",
    "sessions:ticket-link",
    "dashboard",
]


@pytest.fixture
def address(session, connection, account, owner, claude_service):
    """Return what makes the address of a route, about one session of Olive's and one ticket."""
    linking.link(session, "48291", owner)
    failed = {
        "account": account,
        "connection": connection,
        "ticket_id": "48291",
        "state": Post.State.FAILED,
    }
    post = Post.objects.create(**failed, **NOTE, request_id=uuid4(), posted_by=owner)
    SessionPost.objects.create(session=session, post=post)
    wish = {"account": account, "connection": connection, "made_by": owner, "summary": "Printer"}
    creation = TicketCreation.objects.create(**wish, request_id=uuid4(), state="failed")
    turn = AssistTurn.objects.create(session=session, request_id=uuid4(), state="stopped")
    of_ticket = {"ticket_id": "48291"}
    of_session = {"session_id": session.pk}
    named: dict[str, dict] = {
        "tickets:new-retry": {"creation_id": creation.pk},
        "tickets:post-retry": {**of_ticket, "post_id": post.pk},
        "psa:post-retry": {"post_id": post.pk},
        "sessions:post-retry": {**of_session, "post_id": post.pk},
        "sessions:post-edit": {**of_session, "post_id": post.pk},
        "sessions:assist-resume": {**of_session, "turn_id": turn.pk},
        "sessions:assist-ask": of_session,
        "sessions:ticket-link": of_session,
        "sessions:post": of_session,
        "sessions:export": of_session,
        "accounts:person-email": {"user_id": session.engineer_id},
    }
    named |= {f"tickets:{name}": of_ticket for name in OF_A_TICKET}
    return lambda route: reverse(route, kwargs=named.get(route, {}))


@pytest.fixture
def ask(address, client_of):
    """Return what sends a request to a route, as somebody."""

    def ask(person, method, route, sent, **headers):
        named = {"request_id": str(uuid4())} if method == "post" else {}
        return getattr(client_of(person), method)(
            address(route), {**named, **sent}, headers=headers
        )

    return ask


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize(("method", "route", "rule", "sent"), LIMITED)
def test_beyond_its_rule_an_address_says_how_long_to_wait(
    method, route, rule, sent, headers, ask, owner, settings
):
    settings.RATE_LIMITS = {**dict.fromkeys(settings.RATE_LIMITS, "1000/m"), rule: "0/m"}
    mapped(owner)
    answer = ask(owner, method, route, sent, **headers)
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert re.search(r"Wait \d+ seconds?, then", answer.content.decode())


@pytest.mark.parametrize(("method", "route", "sent", "status"), INVALID)
def test_what_is_invalid_counts_for_nobody(method, route, sent, status, ask, owner, settings):
    settings.RATE_LIMITS = {
        rule: rate if rule in PER_PERSON else "0/m" for rule, rate in settings.RATE_LIMITS.items()
    }
    assert ask(owner, method, route, sent).status_code == status


def test_every_limited_address_that_can_be_asked_wrongly_is_asked_wrongly():
    cannot = {"tickets:detail", "my-queue", "psa:rights", "sessions:assist-resume"}
    cannot |= {"tickets:post-retry", "tickets:new-retry", "psa:connection-test"}
    cannot |= {"psa:keys-switch", "psa:keys-roll-back", "psa:members-auto-match"}
    assert {row[1] for row in LIMITED} - {row[1] for row in INVALID} == cannot


@pytest.mark.parametrize("route", NOT_LIMITED)
def test_what_belongs_to_a_counted_page_counts_no_more(route, ask, owner, settings):
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, "0/m")
    assert ask(owner, "get", route, {}).status_code == 200


# --- Whose number it is ----------------------------------------------------------------


@pytest.mark.parametrize("rate", ["10/m", "2/m"])
def test_a_person_alone_does_not_use_up_what_the_account_may_do(
    rate, ask, engineer, owner, settings
):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "post": rate}
    most = int(rate.split("/")[0])
    answers = [ask(engineer, "post", "tickets:note", NOTE).status_code for _ in range(most)]
    assert answers == [302] * share_of(most) + [429] * (most - share_of(most))
    left = most - share_of(most)
    answers = [ask(owner, "post", "tickets:note", NOTE).status_code for _ in range(left + 1)]
    assert answers == [302] * left + [429]


def test_empty_notes_of_one_leave_room_for_the_real_note_of_another(ask, engineer, owner):
    for _ in range(15):
        assert ask(engineer, "post", "tickets:note", {**NOTE, "content": ""}).status_code == 422
    assert ask(owner, "post", "tickets:note", NOTE).status_code == 302
    assert ask(engineer, "post", "tickets:note", NOTE).status_code == 302


def test_an_account_takes_nothing_from_another(
    ask, engineer, owner, stranger, other_connection, settings
):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "search": "1/m"}
    assert ask(engineer, "get", "tickets:list", {}).status_code == 200
    assert ask(owner, "get", "tickets:list", {}).status_code == 429
    assert ask(stranger, "get", "tickets:list", {}).status_code == 200


@pytest.mark.parametrize(
    ("account", "person"), [(0, 0), (1, 1), (2, 1), (5, 4), (6, 5), (10, 6), (30, 18), (60, 36)]
)
def test_a_share_is_usable_and_leaves_something(account, person):
    assert share_of(account) == person


def mapped(person):
    """Let the person be somebody in the PSA, whose queue can be asked for."""
    map_member(person, person.account.psa_connection, "152")


def test_connections_are_saved_and_tested_ten_times_a_minute_in_all(
    ask, owner, admin_user, stranger, simulator
):
    for person in [owner, admin_user] * 5:
        assert ask(person, "post", "psa:connection-test", {}).status_code == 302
    for person in (owner, admin_user):
        assert ask(person, "post", "psa:connection-test", {}).status_code == 429
        assert ask(person, "post", "psa:connection-save", CONNECTION).status_code == 429
    asked = len(simulator.journal)
    assert ask(owner, "post", "psa:connection-save", CONNECTION).status_code == 429
    assert len(simulator.journal) == asked
