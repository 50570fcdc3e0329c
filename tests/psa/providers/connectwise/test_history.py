"""A ticket's history and people: what answered is shown, and what did not is named."""

import pytest

from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.errors import NotFound, PsaError
from psa.providers.types import EntryKind
from tests.psa.providers.connectwise.test_provider import open_client, paths
from tests.simulated import rewrite_answers

TICKET = "48291"


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def provider(simulator):
    client = open_client(simulator)
    yield ConnectWiseProvider(client, company_id="northwind")
    client.close()


TROUBLE = [
    ("error_before", {"status": 404}),
    ("error_before", {"status": 500}),
    ("error_before", {"status": 502}),
    ("error_before", {"status": 400}),
    ("error_before", {"status": 423}),
    ("not_json", {}),
    ("cut_before", {}),
    ("cut_after", {}),
    ("refuse", {}),
    ("latency", {"seconds": 60}),
    ("rate_limited", {"retry_after": 60}),
    ("unauthorized", {}),
]


@pytest.mark.parametrize(("kind", "details"), TROUBLE)
def test_notes_are_shown_without_their_time_entries(provider, simulator, kind, details):
    provider.test_connection()
    simulator.faults.add(kind, times=None, path="/time/entries", **details)
    history = provider.list_notes(TICKET)
    assert history.entries
    assert {entry.kind for entry in history.entries} == {EntryKind.NOTE}
    (said,) = history.missing
    assert said.startswith("Time entries could not be read and are left out.")
    assert "deleted" not in said


@pytest.mark.parametrize(("kind", "details"), [*TROUBLE, ("forbidden", {})])
def test_the_owner_is_shown_without_the_schedule(provider, simulator, tenant, kind, details):
    provider.test_connection()
    owner = next(iter(tenant.members.values()))
    tenant.tickets[48291]["owner"] = {"id": owner["id"], "identifier": owner["identifier"]}
    simulator.faults.add(kind, times=None, path="/schedule/entries", **details)
    crew = provider.show_resources(TICKET)
    assert [one.member_id for one in crew.assignees] == [str(owner["id"])]
    (said,) = crew.missing
    assert said.startswith("Who else works on it could not be read from the schedule.")
    with pytest.raises(PsaError):
        provider.list_resources(TICKET)


def test_a_ticket_that_is_gone_is_gone(provider):
    for ask in (provider.list_notes, provider.show_resources):
        with pytest.raises(NotFound):
            ask("1")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/notes", "1 note could not be read. Look in ConnectWise."),
        ("/time/entries", "1 time entry could not be read. Look in ConnectWise."),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(provider, monkeypatch, path, says):
    def rewrite(request, status, value):
        extra = [{"id": "odd"}, {"id": 7, "text": "x"}]
        return status, [*extra, *value] if request.url.path.endswith(path) else value

    rewrite_answers(monkeypatch, rewrite)
    history = provider.list_notes(TICKET)
    assert says in history.missing
    assert "7" in {entry.id for entry in history.entries}


def note(tenant, **names):
    tenant.notes_by_ticket[48291][:] = []
    stored = tenant.tables["notes"].add({"ticketId": 48291, "text": "x", **names})
    tenant.notes_by_ticket[48291].append(stored["id"])


def test_members_are_asked_about_only_where_a_note_has_two_authors(provider, simulator, tenant):
    key, contact = tenant.api_member(), next(iter(tenant.tables["contacts"].values()))
    member = {"id": key["id"], "name": "API"}
    note(tenant, member=member)
    provider.list_notes(TICKET)
    assert ("GET", "/system/members") not in paths(simulator)
    note(tenant, member=member, contact={"id": contact["id"], "name": "Ida Berg"})
    for _ in range(3):
        (entry,) = [e for e in provider.list_notes(TICKET).entries if e.kind is EntryKind.NOTE]
        assert (entry.author, entry.by_customer) == ("Ida Berg", True)
    assert paths(simulator).count(("GET", "/system/members")) == 1


def test_a_person_who_writes_for_a_customer_stays_the_author(provider, tenant):
    person = next(one for one in tenant.members.values() if one["licenseClass"] == "F")
    note(tenant, member={"id": person["id"], "name": "Erin"}, contact={"id": 1, "name": "Ida"})
    (entry,) = [e for e in provider.list_notes(TICKET).entries if e.kind is EntryKind.NOTE]
    assert (entry.author, entry.by_customer) == ("Erin for Ida", False)
