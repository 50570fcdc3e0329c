"""An independent witness: a third-party client that somebody else wrote for the real thing.

`responses` carries its `requests` into the simulator. Each test notes what it called; the
last one prints the list.
"""

import re
from urllib.parse import urlsplit

import pytest
import responses
from pyconnectwise import ConnectWiseManageAPIClient
from pyconnectwise.exceptions import (
    AuthenticationFailedException,
    MalformedRequestException,
    NotFoundException,
    ObjectExistsError,
    PermissionsFailedException,
)
from werkzeug.test import Client

SITE = "cw.northwind.example"
HELD: list[str] = []
TICKET = 48291


@pytest.fixture
def carried(sim):
    wsgi = Client(sim)

    def carry(request):
        url = urlsplit(request.url)
        answer = wsgi.open(
            url.path,
            method=request.method,
            query_string=url.query,
            data=request.body,
            headers=dict(request.headers),
        )
        headers = {k: v for k, v in answer.headers if k.lower() != "content-type"}
        return answer.status_code, headers, answer.data

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            mock.add_callback(
                method,
                re.compile(f"https://{SITE}/.*"),
                carry,
                content_type="application/json",
            )
        yield


def open_client(tenant, public=None, private=None):
    return ConnectWiseManageAPIClient(
        tenant.company_id,
        SITE,
        tenant.client_id,
        public or tenant.public_key,
        private or tenant.private_key,
    )


@pytest.fixture
def client(carried, tenant):
    return open_client(tenant)


@pytest.fixture
def held(sim):
    """Note what the journal says was called, once the test has held."""
    yield
    for entry in sim.journal:
        path = re.sub(r"/\d+", "/{id}", entry.path.removeprefix("/v4_6_release/apis/3.0"))
        extras = sorted(set(entry.query) - {"page", "pageSize"})
        HELD.append(f"{entry.method} {path}" + (f" [{', '.join(extras)}]" if extras else ""))


pytestmark = [
    pytest.mark.usefixtures("held"),
    # The client's own models, not ours.
    pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20"),
]


def test_it_finds_the_codebase(client):
    assert client.codebase == "v4_6_release/"
    assert client.system.info.get().version == "v2026.3.105333"


def test_it_lists_and_pages(client, tenant):
    pages = client.service.tickets.paginated(1, 25)
    assert pages.has_next_page
    assert pages.last_page == 3
    assert [ticket.id for ticket in pages.all()] == list(tenant.tickets)
    assert client.service.tickets.count.get().count == 60


def test_it_filters_orders_and_chooses(client, tenant):
    found = client.service.tickets.get(
        params={
            "conditions": "board/name='Help Desk' and closedFlag=false",
            "orderBy": "id desc",
            "fields": "id,summary,status/name",
            "pageSize": 1000,
        }
    )
    expected = [
        id
        for id, ticket in tenant.tickets.items()
        if ticket["board"]["name"] == "Help Desk" and not ticket["closedFlag"]
    ]
    assert [ticket.id for ticket in found] == expected[::-1]
    assert found[0].status.name
    assert found[0].company is None
    contacts = client.company.contacts.get(
        params={"childConditions": 'communicationItems/value like "%@acmedental.example"'}
    )
    assert {contact.company.identifier for contact in contacts} == {"AcmeDental"}


def test_it_reads_one_of_each(client):
    ticket = client.service.tickets.id(TICKET).get()
    assert ticket.summary == "VPN drops after five minutes"
    assert client.company.companies.id(ticket.company.id).get().name == "Acme Dental Group"
    assert client.company.contacts.id(ticket.contact.id).get().first_name
    assert client.service.boards.id(ticket.board.id).get().name == "Help Desk"
    statuses = client.service.boards.id(ticket.board.id).statuses.get()
    assert ticket.status.id in {status.id for status in statuses}
    assert client.system.members.id(ticket.owner.id).get().identifier == "ERuiz"


def test_it_lists_every_other_kind(client):
    board = client.service.boards.get()[0].id
    for endpoint in (
        client.service.priorities,
        client.service.sources,
        client.service.locations,
        client.service.boards.id(board).types,
        client.service.boards.id(board).subtypes,
        client.service.boards.id(board).teams,
        client.company.companies,
        client.company.configurations,
        client.system.members,
        client.schedule.entries,
        client.time.entries,
        client.time.work_roles,
        client.time.work_types,
        client.time.time_period_setups,
        client.time.time_period_setups.id(1).periods,
        client.finance.agreements,
        client.system.locations,
        client.system.locations.id(11).work_roles,
        client.service.tickets.id(TICKET).notes,
        client.service.tickets.id(TICKET).all_notes,
        client.service.tickets.id(TICKET).configurations,
    ):
        assert endpoint.get()


def test_it_writes_a_note(client, tenant):
    notes = client.service.tickets.id(TICKET).notes
    note = notes.post({"text": "Idle timeout set back.", "resolutionFlag": True})
    assert note.text == tenant.notes_of(TICKET)[-1]["text"] == "Idle timeout set back."
    assert notes.id(note.id).get().resolution_flag is True
    patched = notes.id(note.id).patch([{"op": "replace", "path": "text", "value": "Better."}])
    assert patched.text == "Better."
    notes.id(note.id).delete()
    assert notes.count.get().count == 1


def test_it_creates_changes_and_deletes_a_ticket(client, tenant):
    ticket = client.service.tickets.post(
        {"summary": "From outside", "company": {"identifier": "OBrien"}}
    )
    assert ticket.company.name == "O'Brien & Sons"
    own = client.service.tickets.id(ticket.id)
    closed = next(s["id"] for s in tenant.statuses.values() if s["closedStatus"])
    changed = own.patch([{"op": "replace", "path": "status", "value": {"id": closed}}])
    assert changed.closed_flag is True
    own.delete()
    with pytest.raises(NotFoundException):
        own.get()


def test_it_books_changes_and_deletes_time(client, tenant):
    entries = client.time.entries
    body = {"chargeToId": TICKET, "chargeToType": "ServiceTicket", "notes": "Worked."}
    body |= {"timeStart": "2026-04-21T08:00:00Z", "member": {"identifier": "ERuiz"}}
    entry = entries.post({**body, "timeEnd": "2026-04-21T08:20:00Z"})
    assert (entry.actual_hours, entry.billable_option) == (0.33, "Billable")
    assert (entry.work_role.name, entry.work_type.name) == ("Engineer", "Remote Support")
    found = entries.get(
        params={"conditions": f"chargeToId={TICKET} and member/id={entry.member.id}"}
    )
    assert [one.id for one in found] == [entry.id]
    own = entries.id(entry.id)
    later = [{"op": "replace", "path": "timeEnd", "value": "2026-04-21T09:00:00Z"}]
    assert own.patch(later).actual_hours == 1
    assert own.put({**body, "billableOption": "NoCharge"}).billable_option == "NoCharge"
    own.delete()
    assert entry.id not in tenant.tables["time_entries"]
    with pytest.raises(MalformedRequestException):
        entries.post({**body, "timeStart": "2026-04-21T08:00:00"})


def test_it_reads_documents(client, tenant):
    carried = {"title": "Log", "fileName": "a.log", "recordType": "ticket", "recordId": TICKET}
    guid = tenant.guid()
    stored = tenant.tables["documents"].add({**carried, "guid": guid, "size": 1, "_info": {}})
    of_ticket = {"recordType": "Ticket", "recordId": TICKET}
    (document,) = client.system.documents.get(params=of_ticket)
    assert (document.id, str(document.guid)) == (stored["id"], guid)
    assert client.system.documents.id(stored["id"]).get().file_name == "a.log"
    assert client.service.tickets.id(TICKET).documents.get()[0].name == "Log"
    client.system.documents.id(stored["id"]).delete()
    assert not tenant.tables["documents"]


def test_it_assigns_people_and_registers_callbacks(client, tenant):
    entry = client.schedule.entries.post(
        {"objectId": TICKET, "member": {"identifier": "DRuiz"}, "type": {"id": 4}}
    )
    assert entry.member.name == "Dana Ruiz"
    assert client.service.tickets.id(TICKET).get().resources == "DRuiz, ERuiz"
    client.schedule.entries.id(entry.id).delete()
    callback = {"url": "https://x.example/?recordId=", "objectId": 1, "type": "ticket"}
    client.system.callbacks.post({**callback, "level": "owner"})
    with pytest.raises(ObjectExistsError):
        client.system.callbacks.post({**callback, "level": "owner"})


def test_it_understands_how_it_is_refused(client, tenant):
    with pytest.raises(MalformedRequestException):
        client.service.tickets.get(params={"conditions": "nothing=1"})
    with pytest.raises(AuthenticationFailedException):
        open_client(tenant, "wrong", "wrong").system.info.get()
    crippled = open_client(tenant, *tenant.add_key(without=["Service Tickets"]))
    with pytest.raises(PermissionsFailedException):
        crippled.service.tickets.id(TICKET).get()


def test_the_list_of_what_held(capsys):
    calls = sorted(set(HELD))
    with capsys.disabled():
        print(f"\npyconnectwise called {len(calls)} kinds of request, and all held:")
        for call in calls:
            print(f"  {call}")
