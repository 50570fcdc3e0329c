"""One provider per connection and process, and no database connection held while it waits."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection as database
from django.db import transaction

from psa import connections, keys
from psa.models import PsaConnection
from resolutionflow.lib import safe_http
from resolutionflow.lib.database import release_database
from tests.psa.connection_values import values_of


def test_a_connection_is_opened_once(connection):
    again = PsaConnection.objects.get(pk=connection.pk)
    assert connections.open_provider(connection) is connections.open_provider(again)


def test_threads_share_one_provider(connection):
    connection.refresh_from_db()
    with ThreadPoolExecutor(8) as pool:
        providers = list(pool.map(lambda _: connections.open_provider(connection), range(32)))
    assert len(set(map(id, providers))) == 1


def test_two_accounts_never_share_a_provider(connection, other_connection):
    mine = connections.open_provider(connection)
    theirs = connections.open_provider(other_connection)
    assert mine is not theirs
    assert mine.test_connection().company_name != theirs.test_connection().company_name


def test_a_change_opens_anew(connection, simulator):
    before = connections.open_provider(connection)
    public_key, private_key = simulator.tenants["northwind"].add_key()
    keys = {"public_key": public_key, "private_key": private_key}
    connections.save(connection.account, values_of(simulator, **keys))
    after = connections.open_provider(PsaConnection.objects.get(pk=connection.pk))
    assert after is not before
    assert after.test_connection().company_name


def test_a_change_made_by_another_process_is_seen(connection):
    before = connections.open_provider(connection)
    changed = PsaConnection.objects.get(pk=connection.pk)
    changed.company_id = "southside"
    changed.save()
    assert connections.open_provider(changed) is not before


def test_a_row_read_before_the_change_gets_the_present_provider(connection):
    stale = PsaConnection.objects.get(pk=connection.pk)
    changed = PsaConnection.objects.get(pk=connection.pk)
    changed.company_id = "southside"
    changed.save()
    present = connections.open_provider(changed)
    assert connections.open_provider(stale) is present


def test_new_keys_of_the_ring_open_nothing_anew(connection, settings):
    before = connections.open_provider(connection)
    settings.CREDENTIAL_KEYS = ["a new passphrase of thirty-two letters", settings.SECRET_KEY]
    assert keys.reseal(connection.pk) is True
    again = PsaConnection.objects.get(pk=connection.pk)
    assert connections.open_provider(again) is before


@pytest.fixture
def closable_database(transactional_db, monkeypatch):
    """Let an in-memory database be closed too: it lives on in a connection of the test's own."""
    if database.vendor != "sqlite":
        yield
        return
    keeper = sqlite3.connect(database.settings_dict["NAME"], uri=True)
    monkeypatch.setattr(database, "is_in_memory_db", lambda: False)
    yield
    database.ensure_connection()
    keeper.close()


@pytest.fixture
def held_during_calls(simulator, monkeypatch):
    """Record, at each request to the PSA, whether this thread holds a database connection."""
    held = []
    make = safe_http.transport_factory

    def watched(*args, **options):
        transport = make(*args, **options)
        handle = transport.handle_request

        def watch(request):
            held.append(database.connection is not None)
            return handle(request)

        monkeypatch.setattr(transport, "handle_request", watch)
        return transport

    monkeypatch.setattr(safe_http, "transport_factory", watched)
    return held


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_while_the_psa_is_asked(
    closable_database, held_during_calls, connection, simulator
):
    provider = connections.open_provider(connection)
    for _ in range(2):
        assert PsaConnection.objects.count() == 1
        assert database.connection is not None
        provider.get_ticket("48291")
    connections.save(connection.account, values_of(simulator))
    connections.test(PsaConnection.objects.get())
    assert len(held_during_calls) >= 7
    assert not any(held_during_calls)


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_the_database_connection_stays(closable_database, account):
    with transaction.atomic():
        account.name = "Renamed"
        account.save()
        release_database()
        assert database.connection is not None
    account.refresh_from_db()
    assert account.name == "Renamed"
