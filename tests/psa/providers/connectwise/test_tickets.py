"""What is on tickets, where it is ConnectWise's own, and the gate; against the simulator."""

import threading
from functools import partial

import pytest

from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.errors import (
    Busy,
    ConnectionFailed,
    NotAnswering,
)
from psa.providers.gate import Gate, Places
from tests.clocks import Seconds
from tests.psa.providers.connectwise.test_provider import open_client, paths


@pytest.fixture
def clock():
    return Seconds()


@pytest.fixture
def client(simulator):
    made = open_client(simulator)
    yield made
    made.close()


@pytest.fixture
def provider(client, clock):
    return ConnectWiseProvider(client, company_id="northwind", clock=clock)


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


def fresh_calls(simulator, act):
    before = len(paths(simulator))
    act()
    return paths(simulator)[before:]


# --- What is on a ticket -------------------------------------------------------------


def test_configurations_are_asked_for_once_a_minute_and_what_they_are_once_a_quarter(
    provider, simulator, clock
):
    provider.test_connection()
    ask = partial(provider.get_ticket_configurations, "48291")
    assert len(fresh_calls(simulator, ask)) == 2
    assert fresh_calls(simulator, ask) == []
    clock.seconds += 61
    assert len(fresh_calls(simulator, ask)) == 1
    clock.seconds += 15 * 60
    assert len(fresh_calls(simulator, ask)) == 2


def test_who_knows_the_company_asks_for_its_configurations_beside_the_ids(
    provider, simulator, tenant
):
    (device,) = tenant.configurations_by_ticket[48291]
    tenant.configurations_by_ticket[48270][:] = [device]
    company = str(tenant.tables["configurations"][device]["company"]["id"])
    ask = partial(provider.get_ticket_configurations, company_id=company)
    provider.test_connection()
    simulator.journal.clear()
    found = ask("48291")
    assert [each.id for each in found] == [str(device)]
    asked = [entry.query.get("conditions", "") for entry in simulator.journal]
    assert sorted(asked) == ["", f"company/id = {company}"]
    assert len(fresh_calls(simulator, partial(ask, "48270"))) == 1
    assert ask("48270") == found


@pytest.mark.parametrize("company", ["1", "x", "9" * 20])
def test_with_another_company_they_are_asked_for_by_id(provider, tenant, company):
    found = provider.get_ticket_configurations("48291", company_id=company)
    assert [int(each.id) for each in found] == tenant.configurations_by_ticket[48291]


def test_without_the_companys_configurations_they_are_asked_for_by_id(provider, simulator):
    simulator.faults.add("forbidden", times=1, path="/company/configurations")
    assert provider.get_ticket_configurations("48291", company_id="19")


def test_a_ticket_without_configurations_has_none(provider, tenant):
    tenant.configurations_by_ticket[48291].clear()
    assert provider.get_ticket_configurations("48291") == ()


def test_a_configuration_that_is_gone_is_left_out(provider, tenant):
    tenant.configurations_by_ticket[48291].append(
        tenant.tables["configurations"].add({"name": "gone", "deviceIdentifier": ""})["id"]
    )
    both = provider.get_ticket_configurations("48291")
    assert "gone" in {device.name for device in both}


def test_tickets_that_share_a_device_are_found_by_it(provider, tenant, simulator):
    device = tenant.configurations_by_ticket[48291][0]
    tenant.configurations_by_ticket[48270][:] = [device]
    tenant.configurations_by_ticket[48271][:] = [7302, device]
    ask = partial(provider.list_about_configuration, "48291", str(device))
    found = [ticket.id for ticket in ask()]
    assert {"48270", "48271"} <= set(found)
    assert "48291" not in found
    assert found == sorted(found, key=int, reverse=True)
    assert len(fresh_calls(simulator, ask)) == 1
    assert provider.list_about_configuration("48291", "x") == ()
    assert provider.list_about_configuration("48291", "0") == ()


# --- The gate ------------------------------------------------------------------------


def test_a_silent_connectwise_is_left_alone_and_asked_again_later(simulator, clock):
    client = open_client(simulator)
    client._gate = Gate(Places(), clock=clock)
    provider = ConnectWiseProvider(client, company_id="northwind")
    provider.test_connection()
    simulator.faults.add("refuse", times=None)
    errors = []
    for _ in range(4):
        with pytest.raises(ConnectionFailed) as raised:
            provider.get_ticket("48291")
        errors.append(raised.type)
    assert errors == [ConnectionFailed, ConnectionFailed, NotAnswering, NotAnswering]
    simulator.faults.clear()
    before = paths(simulator)
    with pytest.raises(NotAnswering):
        provider.get_ticket("48291")
    assert paths(simulator) == before
    clock.seconds += 10
    assert provider.get_ticket("48291").id == "48291"
    client.close()


def test_a_hanging_connectwise_holds_so_many_threads_and_no_more(simulator, monkeypatch):
    client = open_client(simulator)
    client._gate = Gate(Places(), calls=2, patience=0.0)
    provider = ConnectWiseProvider(client, company_id="northwind")
    provider.test_connection()
    hanging, release = threading.Barrier(3), threading.Event()

    def hang():
        hanging.wait(30)
        release.wait(30)

    client._before_send = hang
    threads = [threading.Thread(target=provider.get_ticket, args=("48291",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    hanging.wait(30)
    with pytest.raises(Busy):
        provider.get_ticket("48291")
    with pytest.raises(Busy):
        provider.update_ticket_status("48291", "503")
    release.set()
    for thread in threads:
        thread.join()
    client.close()
