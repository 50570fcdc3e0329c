"""Keeping a connection: only what connects, in one row, with nothing sent where it should not."""

import httpx
import pytest
from django.utils import timezone

from psa import catalog, connections, opened
from psa.connections import NotSaved
from psa.models import MemberMapping, Post, PsaConnection
from psa.outbox import worker
from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.errors import (
    AuthFailed,
    ConnectionFailed,
    InvalidRequest,
    PermissionMissing,
    PsaError,
)
from resolutionflow.lib import pinned_sockets, safe_http
from tests.builders import map_member, stored_post
from tests.posts import with_status
from tests.psa.connection_values import values_of

WAITING = Post.State
DOWN = ["refuse", "cut_before", "cut_after", "error_before", "error_after", "rate_limited"]


@pytest.fixture
def make_post(connection, engineer):
    def make(state, status_state="none") -> Post:
        return with_status(stored_post(engineer, connection, state=state), status_state)

    return make


def refused(account, values) -> NotSaved:
    with pytest.raises(NotSaved) as caught:
        connections.save(account, values)
    return caught.value


def test_what_connects_is_kept_with_its_secrets_sealed(account, simulator):
    before = timezone.now()
    values = values_of(simulator)
    saved = connections.save(account, values)
    row = PsaConnection.objects.get(account=account)
    assert row == saved
    assert row.last_validated_at is not None
    assert row.last_validated_at >= before
    assert row.site_url == "https://cw.northwind.example"
    columns = " ".join(str(value) for value in vars(row).values())
    for name in connections.SECRETS:
        assert values[name] not in columns
        assert getattr(connections.credentials_of(row), name) == values[name]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"private_key": "wrong"}, "public_key"),
        ({"public_key": "wrong"}, "public_key"),
        ({"client_id": "wrong"}, "client_id"),
        ({"company_id": "nobody"}, "company_id"),
    ],
)
def test_refused_credentials_are_not_kept(account, simulator, change, field):
    problem = refused(account, values_of(simulator, **change))
    assert (problem.field, problem.out_of_reach) == (field, False)
    assert not PsaConnection.objects.exists()


@pytest.mark.parametrize(
    "site",
    [
        "",
        "not a site",
        "10.0.0.5",
        "https://127.0.0.1",
        "http://127.0.0.1:9400",
        "https://[::1]",
        "http://169.254.169.254/latest/meta-data",
        "https://evilmyconnectwise.net",
        "https://na.myconnectwise.net.evil.com",
        "https://na.myconnectwise.net@evil.com",
        "https://na.myconnectwise.net:8443",
        "http://na.myconnectwise.net",
        "ftp://na.myconnectwise.net",
        "https://na.myconnectwise.net/?next=http://evil.com",
        "https://na.myconnectwise.net\\@evil.com",
        "https://evil.com/na.myconnectwise.net",
        "javascript:alert(1)",
    ],
)
def test_a_refused_site_is_said_beside_the_site_and_never_asked(account, simulator, site):
    problem = refused(account, values_of(simulator, site_url=site))
    assert (problem.field, problem.out_of_reach) == ("site_url", False)
    assert not simulator.journal
    assert not PsaConnection.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        "cw.northwind.example",
        "https://cw.northwind.example/",
        " HTTPS://CW.Northwind.example/v4_6_release/services/system_io/router.rails ",
    ],
)
def test_a_site_is_kept_as_its_origin(account, simulator, typed):
    saved = connections.save(account, values_of(simulator, site_url=typed))
    assert saved.site_url == "https://cw.northwind.example"


def test_a_site_that_is_trusted_for_one_account_is_no_other_accounts(
    account, other_account, simulator, settings
):
    settings.PSA_TRUSTED_SITES = [f"{account.name}=https://cw.northwind.example"]
    problem = refused(other_account, values_of(simulator))
    assert problem.field == "site_url"
    assert not simulator.journal
    saved = connections.save(account, values_of(simulator))
    assert opened.open_provider(saved).get_ticket("48291").id == "48291"


def test_a_name_that_resolves_to_a_private_address_is_refused(account, simulator, monkeypatch):
    def leads_inside(origin, *, trusted):
        return pinned_sockets.pinned_transport(
            origin, trusted=trusted, resolver=lambda host, port: ["10.0.0.8"]
        )

    monkeypatch.setattr(safe_http, "transport_factory", leads_inside)
    problem = refused(account, values_of(simulator, site_url="na.myconnectwise.net"))
    assert problem.field == "site_url"
    assert not PsaConnection.objects.exists()


def test_a_site_that_redirects_is_not_followed(account, simulator, monkeypatch):
    asked = []

    def redirect(request):
        asked.append(request.url.host)
        return httpx.Response(302, headers={"Location": "https://evil.example/"})

    monkeypatch.setattr(
        safe_http, "transport_factory", lambda *args, **options: httpx.MockTransport(redirect)
    )
    problem = refused(account, values_of(simulator))
    assert set(asked) == {"cw.northwind.example"}
    assert problem.field == "site_url"
    assert not PsaConnection.objects.exists()


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        *((fault, "/login/companyinfo") for fault in DOWN),
        *((fault, "/system/info") for fault in [*DOWN, "not_json"]),
    ],
)
def test_a_psa_out_of_reach_keeps_nothing_and_says_so(account, simulator, fault, path):
    simulator.faults.add(fault, times=20, path=path)
    problem = refused(account, values_of(simulator))
    assert (problem.field, problem.out_of_reach) == ("", True)
    assert not PsaConnection.objects.exists()


def test_a_site_that_answers_otherwise_than_connectwise_is_refused(account, simulator):
    simulator.faults.add("not_json", times=20, path="/login/companyinfo")
    problem = refused(account, values_of(simulator))
    assert (problem.field, problem.out_of_reach) == ("site_url", False)
    assert not PsaConnection.objects.exists()


def test_a_psa_that_does_not_answer_in_time_is_out_of_reach(account, simulator):
    simulator.faults.add("latency", times=20, seconds=120)
    assert refused(account, values_of(simulator)).out_of_reach
    assert not PsaConnection.objects.exists()


@pytest.mark.parametrize("name", ["public_key", "private_key", "client_id"])
def test_a_first_connection_needs_every_secret(account, simulator, name):
    assert refused(account, values_of(simulator, **{name: ""})).field == name
    assert not simulator.journal


def test_the_products_client_id_stands_in_for_one_of_ones_own(account, simulator, settings):
    settings.CONNECTWISE_CLIENT_ID = simulator.tenants["northwind"].client_id
    saved = connections.save(account, values_of(simulator, client_id=""))
    assert connections.credentials_of(saved).client_id == settings.CONNECTWISE_CLIENT_ID
    settings.CONNECTWISE_CLIENT_ID = "another"
    assert connections.credentials_of(saved).client_id == "another"


def test_empty_secrets_keep_the_stored_ones(connection, simulator):
    kept = connections.credentials_of(connection)
    empty = dict.fromkeys(connections.SECRETS, "")
    values = values_of(simulator, display_name="Renamed", **empty)
    saved = connections.save(connection.account, values)
    assert saved.pk == connection.pk
    assert saved.display_name == "Renamed"
    assert connections.credentials_of(saved) == kept


@pytest.mark.parametrize(
    "moved", [{"site_url": "https://na.myconnectwise.net"}, {"company_id": "southside"}]
)
def test_the_stored_key_is_not_sent_to_another_site_or_company(connection, simulator, moved):
    values = values_of(simulator, private_key="", **moved)
    problem = refused(connection.account, values)
    assert problem.field == "private_key"
    assert "Enter the private key again" in problem.sentence
    assert not simulator.journal


def test_an_update_that_does_not_connect_changes_nothing(connection, simulator):
    before = PsaConnection.objects.values().get()
    refused(connection.account, values_of(simulator, display_name="New", private_key="wrong"))
    assert PsaConnection.objects.values().get() == before


def test_unreadable_secrets_must_be_entered_again(connection, simulator, settings):
    settings.CREDENTIAL_KEYS = ["another passphrase of thirty-two letters"]
    empty = dict.fromkeys(connections.SECRETS, "")
    problem = refused(connection.account, values_of(simulator, **empty))
    assert problem.field == "private_key"
    assert "cannot be read with the current keys" in problem.sentence
    saved = connections.save(
        connection.account,
        values_of(simulator, client_id="")
        | {"client_id": simulator.tenants["northwind"].client_id},
    )
    assert connections.credentials_of(saved).private_key


def test_entered_keys_replace_unreadable_ones_under_the_products_client_id(
    connection, simulator, settings
):
    settings.CREDENTIAL_KEYS = ["another passphrase of thirty-two letters"]
    settings.CONNECTWISE_CLIENT_ID = simulator.tenants["northwind"].client_id
    saved = connections.save(connection.account, values_of(simulator, client_id=""))
    assert connections.credentials_of(saved).client_id == settings.CONNECTWISE_CLIENT_ID


@pytest.mark.parametrize("error", [PermissionMissing("System: Inquire"), InvalidRequest()])
def test_any_other_refusal_belongs_to_the_whole_form(account, simulator, monkeypatch, error):
    def refuse(provider):
        raise error

    monkeypatch.setattr(ConnectWiseProvider, "test_connection", refuse)
    problem = refused(account, values_of(simulator))
    assert (problem.field, problem.sentence, problem.out_of_reach) == ("", error.sentence, False)


def test_another_company_is_another_connection(connection, simulator, make_post):
    waiting = make_post(WAITING.QUEUED)
    saved = connections.save(connection.account, values_of(simulator, "southside"))
    assert saved.pk != connection.pk
    waiting.refresh_from_db()
    assert (waiting.state, waiting.connection_id) == (WAITING.FAILED, None)


def test_the_second_of_two_first_connections_is_told(account, simulator):
    mine = connections.try_out(account, values_of(simulator))
    connections.save(account, values_of(simulator, display_name="Theirs"))
    with pytest.raises(NotSaved, match="Somebody else changed this connection"):
        connections.keep(mine)
    assert PsaConnection.objects.get().display_name == "Theirs"


def test_a_connection_that_changed_or_went_during_the_test_is_not_overwritten(
    connection, simulator
):
    mine = connections.try_out(connection.account, values_of(simulator))
    connections.save(connection.account, values_of(simulator, display_name="Theirs"))
    with pytest.raises(NotSaved, match="Somebody else"):
        connections.keep(mine)
    connections.delete(PsaConnection.objects.get())
    with pytest.raises(NotSaved, match="Somebody else"):
        connections.keep(mine)
    assert not PsaConnection.objects.exists()


def test_a_test_learns_afresh_and_forgets_what_was_remembered(connection, simulator):
    catalog.boards(connection)
    report = connections.test(connection)
    connection.refresh_from_db()
    assert connection.last_validated_at is not None
    assert report.company_name
    simulator.journal.clear()
    catalog.boards(connection)
    assert simulator.journal


def test_a_test_that_fails_keeps_the_reason_until_one_succeeds(connection, simulator):
    simulator.faults.add("unauthorized", times=20, path="/system/info")
    with pytest.raises(AuthFailed):
        connections.test(connection)
    connection.refresh_from_db()
    assert connection.last_validated_at is None
    assert connection.is_failing
    assert "private key" in connection.last_failure
    simulator.faults.clear()
    connections.test(connection)
    connection.refresh_from_db()
    assert not connection.is_failing


def test_deleting_fails_what_waits_and_keeps_the_history(connection, engineer, make_post):
    map_member(engineer, connection, "7")
    queued, unknown, posted, sending = (
        make_post(state)
        for state in (WAITING.QUEUED, WAITING.UNKNOWN, WAITING.POSTED, WAITING.SENDING)
    )
    status_waits = make_post(WAITING.POSTED, "unknown")
    assert worker.waiting(connection) == ["3 posts", "1 status change"]
    connections.delete(connection)
    for post in (queued, unknown, posted, sending, status_waits):
        post.refresh_from_db()
        assert post.connection is None
        assert post.ticket_id == "48291"
    assert queued.state == WAITING.FAILED
    assert queued.error == "The connection was removed before this note was sent."
    assert unknown.state == WAITING.FAILED
    assert "could be checked" in unknown.error
    assert (posted.state, sending.state) == (WAITING.POSTED, WAITING.SENDING)
    assert status_waits.status_state == "failed"
    assert "status" in status_waits.status_error
    assert not MemberMapping.objects.exists()
    assert not PsaConnection.objects.exists()


def test_a_paused_connection_is_not_opened(connection):
    connection.is_active = False
    with pytest.raises(ConnectionFailed, match="paused"):
        connections.open_provider(connection)


def test_unreadable_credentials_are_a_psa_error_with_a_sentence(connection, settings):
    settings.CREDENTIAL_KEYS = ["another passphrase of thirty-two letters"]
    with pytest.raises(PsaError, match="cannot be read"):
        connections.open_provider(connection)
