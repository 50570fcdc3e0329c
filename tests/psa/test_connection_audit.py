"""What the audit says of connections: who, what, before and after; never a secret."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from psa import connections
from psa.models import PsaConnection
from tests.psa.connection_values import values_of


@pytest.fixture
def kept(account, admin_user, simulator):
    return connections.save(account, values_of(simulator), admin_user)


def entries():
    """Return what was recorded, the oldest first."""
    rows = AuditEntry.objects.order_by("number")
    return [(row.action, row.actor_name, row.before, row.after) for row in rows]


FACTS = {
    "PSA": "ConnectWise PSA",
    "name": "Our ConnectWise",
    "site": "https://cw.northwind.example",
    "company": "northwind",
    "state": "active",
}


def test_a_new_connection_is_recorded(kept):
    assert entries() == [("connection.created", "Adam", {}, FACTS)]


def test_only_what_changed_is_recorded_and_of_keys_only_that_they_did(
    kept, account, owner, simulator
):
    connections.save(account, values_of(simulator, display_name="Renamed"), owner)
    public, private = simulator.tenants["northwind"].add_key(without=[])
    pair = {"public_key": public, "private_key": private}
    renamed = values_of(simulator, display_name="Renamed")
    connections.save(account, renamed, owner)
    connections.save(account, renamed | pair, owner)
    assert entries()[1:] == [
        ("connection.updated", "Olive", {"name": "Our ConnectWise"}, {"name": "Renamed"}),
        ("connection.updated", "Olive", {}, {"keys": "changed"}),
    ]
    assert public not in str(entries())


def test_saving_what_stands_records_nothing(kept, account, owner, simulator):
    connections.save(account, values_of(simulator), owner)
    assert len(entries()) == 1


def test_another_company_is_a_removal_and_a_new_connection(kept, account, owner, simulator):
    connections.save(account, values_of(simulator, "southside"), owner)
    assert [(action, actor) for action, actor, _, _ in entries()[1:]] == [
        ("connection.deleted", "Olive"),
        ("connection.created", "Olive"),
    ]


def test_disconnecting_is_recorded(kept, client_of, owner):
    client_of(owner).post(reverse("psa:connection-delete"))
    assert entries()[1:] == [("connection.deleted", "Olive", FACTS, {})]


def test_disconnecting_twice_is_recorded_once(kept, owner):
    again = PsaConnection.objects.get()
    connections.delete(kept, owner)
    connections.delete(again, owner)
    assert len(entries()) == 2


def test_pausing_and_resuming_are_recorded_and_keep_open_clients(kept, owner):
    connections.set_active(kept, False, owner)
    assert not PsaConnection.objects.get().is_active
    connections.set_active(kept, False, owner)
    connections.set_active(kept, True, owner)
    assert PsaConnection.objects.get().updated_at == kept.updated_at
    assert entries()[1:] == [
        ("connection.updated", "Olive", {"state": "active"}, {"state": "paused"}),
        ("connection.updated", "Olive", {"state": "paused"}, {"state": "active"}),
    ]


def test_what_did_not_connect_is_not_recorded(account, owner, simulator):
    with pytest.raises(connections.NotSaved):
        connections.save(account, values_of(simulator, private_key="wrong-private-key"), owner)
    assert entries() == []
