"""Who is on a ticket, where it is ConnectWise's own: the owner, and entries of the schedule."""

import pytest

from psa.providers.connectwise import people
from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.errors import ConnectionFailed, WriteNotApplied, WriteUncertain
from tests.psa.providers.connectwise.test_provider import open_client


@pytest.fixture
def client(simulator):
    made = open_client(simulator)
    yield made
    made.close()


@pytest.fixture
def provider(client):
    return ConnectWiseProvider(client, company_id="northwind")


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


def entry(tenant, member_id, **more):
    member = tenant.members[member_id]
    return tenant.tables["schedule_entries"].add(
        {
            "objectId": 48291,
            "member": {"id": member_id, "identifier": member["identifier"], "name": "Somebody"},
            "type": {"id": 4, "identifier": "S"},
            "doneFlag": False,
            "_info": {},
            **more,
        }
    )


@pytest.fixture
def colleague(tenant):
    owner = tenant.tickets[48291]["owner"]["id"]
    return next(m["id"] for m in tenant.members.values() if m["id"] != owner)


def test_entries_that_are_done_or_of_another_kind_assign_nobody(provider, tenant, colleague):
    entry(tenant, colleague, doneFlag=True)
    entry(tenant, colleague, type={"id": 1, "identifier": "C"})
    del entry(tenant, colleague)["member"]
    assert [person.is_owner for person in provider.list_resources("48291")] == [True]


def test_all_entries_of_a_member_are_deleted_and_a_member_is_listed_once(
    provider, tenant, colleague
):
    entry(tenant, colleague)
    entry(tenant, colleague)
    assert len(provider.list_resources("48291")) == 2
    provider.remove_resource("48291", str(colleague))
    assert len(provider.list_resources("48291")) == 1


def test_an_entry_that_is_gone_already_is_as_good_as_deleted(
    provider, simulator, tenant, colleague
):
    entry(tenant, colleague)
    provider.test_connection()
    simulator.faults.add("error_before", status=404, method="DELETE")
    provider.remove_resource("48291", str(colleague))


def test_a_removal_that_stops_half_way_is_uncertain(provider, simulator, tenant):
    owner = tenant.tickets[48291]["owner"]["id"]
    entry(tenant, owner)
    provider.test_connection()
    simulator.faults.add("refuse", method="PATCH")
    with pytest.raises(WriteUncertain):
        provider.remove_resource("48291", str(owner))
    simulator.faults.add("refuse", method="PATCH")
    with pytest.raises(ConnectionFailed):
        provider.remove_resource("48291", str(owner))


def test_an_assignment_of_somebody_else_is_not_believed(client, monkeypatch, colleague):
    monkeypatch.setattr(client, "write", lambda *_: {"id": 1, "member": {"id": 7}})
    with pytest.raises(WriteNotApplied):
        people.add(client, "48291", str(colleague))
