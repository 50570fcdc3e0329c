"""Snippets: kept by administrators, inserted filled in, and never posted to a customer unfilled."""

import pytest

from accounts.models import AuditEntry
from psa.models import Post
from psa.placeholders import NAMES, fill, unfilled
from sessions_app import snippets
from sessions_app.models import Snippet
from tests.sessions_app.test_posting_page import (  # noqa: F401 - fixtures
    HTMX,
    erin,
    form_of,
    linked,
    opened,
    send,
    tenant,
    url,
)

pytestmark = pytest.mark.django_db
PAGE = "/account/admin/snippets/"
TEXT = "Hello {contact}, this is {engineer} about #{ticket} ({summary})."


@pytest.fixture
def adam(client_of, admin_user):
    return client_of(admin_user)


@pytest.fixture
def snippet(account):
    return Snippet.objects.create(account=account, name="hello", text=TEXT)


def options(client, **query):
    answer = client.get("/snippets/", query, headers=HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


def insert(client, session, values, snippet_id):
    sent = values | {"do": "insert", "snippet": str(snippet_id)}
    return client.post(url("post-text", session), sent, headers=HTMX)


def test_the_page_lists_every_placeholder(adam):
    page = adam.get(PAGE).content.decode()
    assert all(f"{{{name}}}" in page for name in NAMES)


def test_snippets_are_added_changed_and_removed_and_each_is_audited(adam):
    assert adam.post(PAGE, {"name": "/bye", "text": "Kind regards\n{engineer}"}).status_code == 302
    bye = Snippet.objects.get()
    assert (bye.name, bye.text) == ("bye", "Kind regards\n{engineer}")
    assert "Kind regards" in adam.get(f"{PAGE}{bye.pk}/").content.decode()
    assert adam.post(f"{PAGE}{bye.pk}/", {"name": "bye", "text": "So long"}).status_code == 302
    bye.refresh_from_db()
    assert bye.text == "So long"
    adam.post(f"{PAGE}{bye.pk}/remove/")
    assert not Snippet.objects.exists()
    actions = [*AuditEntry.objects.order_by("number").values_list("action", flat=True)]
    assert actions[-3:] == ["snippet.added", "snippet.changed", "snippet.removed"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "text": "x"}, "required"),
        ({"name": "/", "text": "x"}, "without slashes"),
        ({"name": "a/b", "text": "x"}, "without slashes"),
        ({"name": "x" * 61, "text": "x"}, "up to 60 go"),
        ({"name": "a", "text": ""}, "required"),
        ({"name": "a", "text": " \n "}, "Write what the snippet inserts"),
        ({"name": "a", "text": "{nobody_knows}"}, "There is no placeholder {nobody_knows}"),
        ({"name": "a", "text": "x" * 2_001}, "up to 2000 go"),
        ({"name": "HELLO", "text": "x"}, "Another snippet has this name"),
    ],
)
def test_what_does_not_hold_is_422(adam, snippet, sent, said):
    answer = adam.post(PAGE, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Snippet.objects.count() == 1


def test_an_account_holds_so_many(adam, snippet, monkeypatch):
    monkeypatch.setattr(snippets, "MOST", 1)
    answer = adam.post(PAGE, {"name": "another", "text": "x"})
    assert answer.status_code == 422
    assert "up to 100 snippets" in answer.content.decode()


def test_a_session_s_snippets_are_filled_and_say_from_where(linked, erin, snippet, tenant):  # noqa: F811
    tenant.tickets[48291]["contactName"] = "Jane *Doe*"
    opened(erin, linked)
    shown = options(erin, session=linked.pk)
    assert "Hello Jane \\*Doe\\*, this is Erin about #48291" in shown
    assert "Jane *Doe*: the contact" in shown
    assert "Erin: your name" in shown


def test_a_ticket_s_snippets_are_filled_from_the_ticket(connection, erin, snippet, tenant):  # noqa: F811
    tenant.tickets[48291]["contactName"] = "Jane Doe"
    assert "Hello Jane Doe, this is Erin" in options(erin, ticket="48291")
    assert "Hello {contact}" in options(erin, ticket="")


def test_an_unread_ticket_leaves_its_placeholders(connection, erin, snippet, simulator):  # noqa: F811
    simulator.faults.add("refuse", times=20)
    assert "Hello {contact}, this is Erin" in options(erin, ticket="48291")


def test_without_a_script_a_snippet_is_inserted_before_the_last_line(linked, erin, snippet):  # noqa: F811
    values = opened(erin, linked)
    answer = insert(erin, linked, values, snippet.pk)
    lines = form_of(answer)["content"].splitlines()
    assert lines[-1] == values["content"].splitlines()[-1]
    assert "this is Erin about #48291" in lines[-3]
    assert "48291: the ticket" in answer.content.decode()


@pytest.mark.parametrize("odd", ["", "0", "x", "1" * 40])
def test_a_snippet_that_is_gone_changes_nothing(linked, erin, odd):  # noqa: F811
    values = opened(erin, linked)
    assert form_of(insert(erin, linked, values, odd))["content"] == values["content"]


def test_another_account_s_snippet_is_none(linked, erin, other_account):  # noqa: F811
    theirs = Snippet.objects.create(account=other_account, name="theirs", text="Secret words")
    values = opened(erin, linked)
    assert "Secret" not in form_of(insert(erin, linked, values, theirs.pk))["content"]
    assert "Secret" not in options(erin, session=linked.pk)


def test_an_unfilled_placeholder_is_marked_and_kept_from_customers(linked, erin, tenant, snippet):  # noqa: F811
    tenant.tickets[48291]["contactName"] = ""
    tenant.tickets[48291]["contact"] = None
    values = opened(erin, linked, note_type="description")
    answer = insert(erin, linked, values, snippet.pk)
    shown = answer.content.decode()
    assert "{contact} is not known" in shown
    assert "Not filled in yet" in shown
    again = form_of(answer) | {"confirm_visible": "on"}
    refused = send(erin, linked, again, headers=HTMX)
    assert refused.status_code == 422
    assert "{contact} is not filled in" in refused.content.decode()
    assert form_of(refused)["content"] == again["content"]
    assert not Post.objects.exists()
    for_us = again | {"note_type": "internal_analysis"}
    assert send(erin, linked, for_us).status_code == 200


def test_what_is_no_placeholder_stays_as_it_is():
    text = 'JSON {"a": 1}, ${HOME}, {A}, {0}, {}, { contact }, {a}'
    assert unfilled(text.replace("{a}", "")) == []
    assert fill(text, {"contact": "Jane"}).text == text


def test_a_value_is_one_line_and_never_a_placeholder_again():
    filled = fill("{contact}", {"contact": "{engineer}\nx", "engineer": "Dana"})
    assert filled.text == "{engineer} x"
    assert filled.values == {"contact": "{engineer} x"}
