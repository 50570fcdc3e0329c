"""The pages around the keys: what they may do, and how they are replaced."""

import pytest
from django.urls import reverse

from psa.access import get_connection
from psa.models import Post, PsaConnection
from psa.providers.errors import PermissionMissing
from tests.psa.connection_values import values_of

HTMX = {"HX-Request": "true"}
TAB = "/account/admin/integrations/?tab=connection"
RIGHTS = "/account/admin/integrations/connection/rights/"
KEYS = "/account/admin/integrations/connection/keys/"


@pytest.fixture
def browser(client_of, admin_user, connection):
    return client_of(admin_user)


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def pair(tenant):
    public, private = tenant.add_key(without=["Member Maintenance", "Service Tickets: Add"])
    return {"public_key": public, "private_key": private, "client_id": ""}


def shown(answer) -> str:
    return " ".join(answer.content.decode().split())


def in_use() -> PsaConnection:
    return PsaConnection.objects.get()


# --- What the key may do --------------------------------------------------------------


def test_the_tab_loads_the_permissions_after_itself(browser, simulator):
    page = shown(browser.get(TAB))
    assert f'hx-get="{RIGHTS}"' in page
    assert f'href="{RIGHTS}"' in page
    assert not simulator.journal


def test_without_a_connection_there_is_nothing_to_check(client_of, admin_user):
    client = client_of(admin_user)
    assert RIGHTS not in shown(client.get(TAB))
    assert client.get(RIGHTS).status_code == 404
    assert client.get(KEYS).status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_each_function_says_how_far_the_key_gets(browser, simulator, headers):
    simulator.faults.add("forbidden", times=9, path="/system/members")
    answer = browser.get(RIGHTS, headers=headers)
    assert answer.status_code == 200
    assert ("<html" in shown(answer)) is (headers != HTMX)
    assert "Missing" in shown(answer)
    assert "Grant System › Member Maintenance, Inquire Level: <strong>All</strong>" in shown(answer)
    assert "Not known: Service Desk › Close Service Tickets, Edit Level" in shown(answer)
    assert "Finance › Agreements, Inquire Level: None" in shown(answer)


def test_check_again_asks_again(browser, simulator):
    browser.get(RIGHTS)
    simulator.journal.clear()
    browser.get(RIGHTS)
    assert not simulator.journal
    browser.get(RIGHTS, {"again": "1"})
    assert simulator.journal


def test_a_psa_that_is_down_leaves_the_page_and_says_so_in_the_region(browser, simulator):
    simulator.faults.add("refuse", times=99)
    assert browser.get(TAB).status_code == 200
    answer = browser.get(RIGHTS, headers=HTMX)
    assert answer.status_code == 502
    assert "could not be reached" in shown(answer)


def test_writing_is_tested_on_the_ticket_that_is_named(browser, simulator):
    answer = browser.post(f"{RIGHTS}try/", {"ticket_id": " #48291"})
    assert answer.status_code == 200
    assert "Note: Posted" in shown(answer)
    assert "Status: Changed" in shown(answer)
    note = Post.objects.get()
    assert (note.ticket_id, note.note_type) == ("48291", "internal_analysis")


@pytest.mark.parametrize(
    ("ticket", "said"),
    [("", "Enter the number"), ("1", "knows no ticket"), ("../1", "paste the ticket")],
)
def test_a_ticket_that_is_not_there_is_not_written_on(browser, simulator, ticket, said):
    answer = browser.post(f"{RIGHTS}try/", {"ticket_id": ticket})
    assert answer.status_code == 422
    assert said in shown(answer)
    assert not Post.objects.exists()
    assert {entry.method for entry in simulator.journal} == {"GET"}


def test_a_key_that_may_not_write_is_told_which_right_it_lacks(browser, simulator):
    simulator.faults.add("forbidden", times=1, path="/service/tickets/48291/notes")
    answer = browser.post(f"{RIGHTS}try/", {"ticket_id": "48291"}, headers=HTMX)
    assert answer.status_code == 200
    refusal = PermissionMissing("Service Desk › Service Tickets: Add").of("ConnectWise")
    assert refusal.sentence in shown(answer)
    assert "Read only" in shown(answer)


@pytest.mark.parametrize(
    ("method", "path", "rule"),
    [("get", "", "ticket"), ("get", "next/", "ticket"), ("post", "try/", "post")],
)
def test_what_asks_the_psa_is_limited(browser, pair, settings, method, path, rule):
    browser.post(KEYS, pair)
    settings.RATE_LIMITS = settings.RATE_LIMITS | {rule: "0/m"}
    ticket = {"ticket_id": "48291"}
    assert getattr(browser, method)(RIGHTS + path, ticket).status_code == 429


# --- Replacing the keys ----------------------------------------------------------------


def test_the_tab_says_since_when_the_keys_are_in_use(browser):
    assert "more than a year old" not in shown(browser.get(TAB))
    PsaConnection.objects.update(keys_since="2025-01-01T00:00:00Z")
    page = shown(browser.get(TAB))
    assert "2025-01-01" in page
    assert "more than a year old" in page
    assert f'href="{KEYS}"' in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_new_keys_wait_until_they_are_put_in_use(browser, tenant, pair, headers):
    entered = browser.post(KEYS, pair, headers=headers)
    assert entered.get("HX-Redirect", entered.get("Location")) == KEYS
    page = shown(browser.get(KEYS))
    assert "New keys wait" in page
    assert pair["private_key"] not in page
    assert "New keys wait" in shown(browser.get(TAB))
    switched = browser.post(f"{KEYS}switch/", headers=headers)
    assert switched.get("HX-Redirect", switched.get("Location")) == KEYS
    assert in_use().next_credentials_encrypted == ""
    assert "Put them back" in shown(browser.get(KEYS))
    browser.post(f"{KEYS}roll-back/", headers=headers)
    page = shown(browser.get(KEYS))
    assert "Put them back" not in page
    assert "New keys wait" in page
    browser.post(f"{KEYS}discard/", headers=headers)
    assert "New keys wait" not in shown(browser.get(KEYS))


def test_the_waiting_keys_show_what_they_may_do(browser, pair):
    assert browser.get(f"{RIGHTS}next/").status_code == 404
    browser.post(KEYS, pair)
    answer = browser.get(f"{RIGHTS}next/", headers=HTMX)
    assert answer.status_code == 200
    assert "Grant System › Member Maintenance" in shown(answer)
    assert "Write on this ticket" not in shown(answer)
    assert "the new API key" in shown(browser.get(f"{RIGHTS}next/"))


def test_keys_that_do_not_connect_are_not_put_in_use(browser, simulator):
    browser.post(KEYS, {"public_key": "wrongPublic", "private_key": "wrongPrivate"})
    before = in_use().credentials_encrypted
    answer = browser.post(f"{KEYS}switch/", headers=HTMX)
    assert answer.status_code == 422
    assert "refused the credentials" in shown(answer)
    assert in_use().credentials_encrypted == before
    simulator.faults.add("refuse", times=99)
    assert browser.post(f"{KEYS}switch/").status_code == 502


@pytest.mark.parametrize("step", ["switch", "roll-back"])
def test_a_step_replayed_says_that_there_is_nothing_to_do(browser, step):
    answer = browser.post(f"{KEYS}{step}/")
    assert answer.status_code == 422
    assert "keys" in shown(answer)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("values", [{}, {"public_key": "a", "private_key": "with blank"}])
def test_keys_that_cannot_be_keys_are_refused(browser, headers, values):
    answer = browser.post(KEYS, values, headers=headers)
    assert answer.status_code == 422
    assert "with blank" not in shown(answer)
    assert in_use().next_credentials_encrypted == ""


def test_another_administrator_who_was_quicker_is_noticed(browser, pair, monkeypatch):
    def read_and_changed_since(request):
        connection = get_connection(request)
        connection.credentials_encrypted = "another token"
        return connection

    monkeypatch.setattr("psa.views.keys.get_connection", read_and_changed_since)
    answer = browser.post(KEYS, pair | {"client_id": "00000000-0000-4000-8000-000000000009"})
    assert answer.status_code == 422
    assert "changed meanwhile" in shown(answer)


def test_unreadable_keys_leave_the_page_to_enter_others(browser, settings, simulator):
    settings.CREDENTIAL_KEYS = ["another passphrase of thirty-two letters"]
    assert browser.get(KEYS).status_code == 200
    assert browser.post(reverse("psa:connection-save"), values_of(simulator)).status_code == 302
