"""The integrations page: set up, test, change and remove the connection in a browser."""

import logging
import re
from html import unescape

import pytest
from django.urls import reverse

from psa import connections
from psa.models import PsaConnection
from psa.opened import open_provider
from resolutionflow.lib import pinned_sockets, safe_http
from tests.psa.connection_values import values_of

PAGE = "/account/admin/integrations/"
SAVE = "/account/admin/integrations/connection/"
TEST = "/account/admin/integrations/connection/test/"
DELETE = "/account/admin/integrations/connection/delete/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client_of, admin_user):
    return client_of(admin_user)


def shown(response):
    return response.content.decode()


def assert_no_secret(text, *secrets):
    for secret in secrets:
        assert secret not in text


def secrets_of(simulator, company_id="northwind"):
    tenant = simulator.tenants[company_id]
    return tenant.public_key, tenant.private_key, tenant.client_id


def test_the_addresses_are_those_of_the_contract():
    names = ("integrations", "connection-save", "connection-test", "connection-delete")
    assert [reverse(f"psa:{name}") for name in names] == [PAGE, SAVE, TEST, DELETE]


def test_without_a_connection_the_page_says_how_to_get_one(browser):
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert "not connected yet" in shown(page)
    assert "API member" in shown(page)
    assert "Disconnect" not in shown(page)


@pytest.mark.parametrize("tab", ["connection", "nonsense", "Members", ""])
def test_every_unknown_tab_is_the_connection(browser, tab):
    page = browser.get(PAGE, {"tab": tab})
    assert page.status_code == 200
    assert 'name="site_url"' in shown(page)


@pytest.mark.parametrize("person", ["engineer", "viewer"])
@pytest.mark.parametrize(
    ("method", "address"), [("get", PAGE), ("post", SAVE), ("post", TEST), ("post", DELETE)]
)
def test_only_administrators_are_let_in(client_of, request, person, method, address):
    client = client_of(request.getfixturevalue(person))
    assert getattr(client, method)(address).status_code == 403


@pytest.mark.parametrize("address", [TEST, DELETE])
def test_without_a_connection_there_is_nothing_to_test_or_remove(browser, address):
    assert browser.post(address).status_code == 404


@pytest.mark.parametrize(
    ("method", "address"), [("post", PAGE), ("get", SAVE), ("get", TEST), ("put", DELETE)]
)
def test_other_methods_are_refused(browser, method, address):
    assert getattr(browser, method)(address).status_code == 405


def test_values_that_connect_are_kept_and_the_page_shows_masks(browser, account, simulator):
    answer = browser.post(SAVE, values_of(simulator), follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Connected. ConnectWise accepted the credentials." in shown(answer)
    assert "••••" in shown(answer)
    assert "northwind" in shown(answer)
    assert_no_secret(shown(answer), *secrets_of(simulator))
    assert PsaConnection.objects.get().account == account


def test_htmx_is_sent_to_the_page_after_saving(browser, simulator):
    answer = browser.post(SAVE, values_of(simulator), headers=HTMX)
    assert answer["HX-Redirect"] == PAGE


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"private_key": "wrong-private-key"}, "public_key"),
        ({"public_key": "wrong-public-key"}, "public_key"),
        ({"company_id": "nobody"}, "company_id"),
        ({"company_id": "na.myconnectwise.net/north"}, "company_id"),
        ({"company_id": ""}, "company_id"),
        ({"site_url": "https://10.1.2.3"}, "site_url"),
        ({"site_url": "https://evil.example"}, "site_url"),
        ({"site_url": ""}, "site_url"),
        ({"site_url": "x" * 300}, "site_url"),
        ({"private_key": ""}, "private_key"),
        ({"private_key": "with blank"}, "private_key"),
        ({"client_id": "line\r\nX-Injected: 1"}, "client_id"),
        ({"client_id": "ключ"}, "client_id"),
        ({"display_name": ""}, "display_name"),
        ({"provider": "autotask"}, "provider"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_reason_stands_beside_the_field(browser, simulator, change, field, headers):
    values = values_of(simulator, **change)
    answer = browser.post(SAVE, values, headers=headers)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert f'id="id_{field}_error"' in shown(answer)
    assert ("<html" in shown(answer)) is (headers == {})
    assert_no_secret(shown(answer), *filter(None, (values["public_key"], values["private_key"])))
    assert not PsaConnection.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("fault", ["refuse", "cut_after", "error_before", "rate_limited"])
def test_a_psa_out_of_reach_keeps_the_form_as_typed(browser, simulator, fault, headers):
    simulator.faults.add(fault, times=20)
    values = values_of(simulator, display_name="Our <desk>")
    answer = browser.post(SAVE, values, headers=headers)
    assert answer.status_code == 502
    assert 'value="Our &lt;desk&gt;"' in shown(answer)
    assert 'value="https://cw.northwind.example"' in shown(answer)
    assert 'role="alert"' in shown(answer)
    assert_no_secret(shown(answer), *secrets_of(simulator))
    assert not PsaConnection.objects.exists()


def test_a_name_that_leads_inside_is_refused_beside_the_site(browser, simulator, monkeypatch):
    def leads_inside(origin, *, trusted):
        return pinned_sockets.pinned_transport(
            origin, trusted=trusted, resolver=lambda host, port: ["192.168.0.10"]
        )

    monkeypatch.setattr(safe_http, "transport_factory", leads_inside)
    values = values_of(simulator, site_url="na.myconnectwise.net")
    answer = browser.post(SAVE, values)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["site_url"]


def test_the_client_id_is_asked_for_only_without_one_of_the_product(browser, settings, simulator):
    assert browser.get(PAGE).context["form"].fields["client_id"].required
    settings.CONNECTWISE_CLIENT_ID = simulator.tenants["northwind"].client_id
    assert not browser.get(PAGE).context["form"].fields["client_id"].required
    assert browser.post(SAVE, values_of(simulator, client_id="")).status_code == 302


def test_an_update_without_secrets_keeps_them(browser, connection, simulator):
    empty = dict.fromkeys(connections.SECRETS, "")
    answer = browser.post(SAVE, values_of(simulator, display_name="Renamed", **empty))
    assert answer.status_code == 302
    connection.refresh_from_db()
    assert connection.display_name == "Renamed"


def test_an_update_to_another_site_asks_for_the_key_again(browser, connection, simulator):
    values = values_of(simulator, site_url="na.myconnectwise.net", private_key="")
    answer = browser.post(SAVE, values)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["private_key"]
    assert "https://cw.northwind.example" in shown(answer)
    assert not simulator.journal


def test_the_stored_connection_can_be_tested(browser, connection):
    answer = browser.post(TEST, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "ConnectWise answered in" in shown(answer)
    connection.refresh_from_db()
    assert f"UTC</time>, answered in {connection.last_latency_ms} ms" in shown(answer)
    assert browser.post(TEST, headers=HTMX)["HX-Redirect"] == PAGE


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_test_that_fails_says_why(browser, connection, simulator, headers):
    simulator.faults.add("unauthorized", times=20, path="/system/info")
    answer = browser.post(TEST, headers=headers)
    assert answer.status_code == 502
    assert "Check the public key, the private key" in shown(answer)
    assert_no_secret(shown(answer), *secrets_of(simulator))
    for page in (shown(answer), shown(browser.get(PAGE))):
        assert "Last test failed" in page
        assert "Check the public key, the private key" in page
    assert "Last test failed" in shown(browser.get("/account/admin/"))
    simulator.faults.clear()
    assert "Last test failed" not in shown(browser.post(TEST, follow=True))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_disconnecting_first_says_what_stays_and_what_goes(browser, connection, headers):
    dialog = browser.get(DELETE, headers=headers)
    assert dialog.status_code == 200
    assert "Stays:" in shown(dialog)
    assert "Goes:" in shown(dialog)
    assert ("<html" in shown(dialog)) is (headers != HTMX)
    assert ('aria-labelledby="dialog-title"' in shown(dialog)) is (headers == HTMX)
    assert PsaConnection.objects.exists()


def test_disconnecting_removes_the_connection(browser, connection):
    answer = browser.post(DELETE, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "keep their ticket numbers" in shown(answer)
    assert not PsaConnection.objects.exists()


def test_one_accounts_administrator_never_sees_anothers_connection(
    client_of, owner, other_connection, simulator
):
    client = client_of(owner)
    assert "southside" not in shown(client.get(PAGE))
    assert client.post(DELETE).status_code == 404
    assert client.post(SAVE, values_of(simulator)).status_code == 302
    assert PsaConnection.objects.count() == 2
    other_connection.refresh_from_db()
    assert other_connection.company_id == "southside"


def test_unreadable_credentials_are_said_and_can_be_replaced(
    browser, connection, settings, simulator
):
    settings.CREDENTIAL_KEYS = ["another passphrase of thirty-two letters"]
    page = browser.get(PAGE)
    assert page.status_code == 200
    assert "Credentials unreadable" in shown(page)
    assert browser.post(TEST).status_code == 502
    assert browser.post(SAVE, values_of(simulator)).status_code == 302
    assert "Credentials unreadable" not in shown(browser.get(PAGE))


def test_a_paused_connection_is_shown_as_such(browser, connection):
    PsaConnection.objects.update(is_active=False)
    assert "Paused" in shown(browser.get(PAGE))


def test_the_page_does_not_wait_for_the_psa(browser, connection, simulator):
    browser.get(PAGE)
    assert not simulator.journal


@pytest.mark.parametrize("fault", [None, "unauthorized", "refuse", "not_json"])
def test_no_secret_reaches_a_log(browser, simulator, caplog, fault):
    if fault:
        simulator.faults.add(fault, times=20)
    with caplog.at_level(logging.DEBUG):
        browser.post(SAVE, values_of(simulator))
        browser.post(TEST)
    logged = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert_no_secret(logged, *secrets_of(simulator))


def test_the_guide_names_every_right_that_the_check_asks_for(browser, connection):
    page = unescape(shown(browser.get(PAGE)))
    guide = page[page.index("Rights of the security role") : page.index("Make an API member")]
    granted = dict(re.findall(r"<td>([^<]+ › [^<]+)</td><td>([^<]+)</td>", guide))
    for function in open_provider(connection).check_rights().functions:
        for right in function.rights:
            assert right.verb in granted[right.area].split(", ")
