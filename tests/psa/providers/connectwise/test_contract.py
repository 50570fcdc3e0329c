"""ConnectWise keeps the contract, shown against the in-process simulator."""

import dataclasses

import pytest

from psa.providers.registry import open_provider
from psa.providers.types import Credentials
from tests.psa.providers.contract import ProviderContract
from tests.psa.providers.contract_creation import CreationContract
from tests.psa.providers.contract_tickets import TicketsContract
from tests.psa.providers.world import Costs, World
from tests.simulated import SITE


class ConnectWise(World):
    costs = Costs(
        ticket=1,
        page_with_total=2,
        history=2,
        note=1,
        read_note=1,
        edit_note=1,
        status=1,
        creation=1,
        find_created=1,
    )
    ticket_id = "48291"
    ticket_summary = "VPN drops after five minutes"
    missing_ticket_id = "2147483647"

    def __init__(self, simulator):
        self.simulator = simulator
        self.tenant = tenant = simulator.tenants["northwind"]
        self.credentials = Credentials(
            site_url=SITE,
            company_id="northwind",
            public_key=tenant.public_key,
            private_key=tenant.private_key,
            client_id=tenant.client_id,
        )
        self.opened = []
        self.provider = self.provider_with()
        self.journalled = 0
        ticket = tenant.tickets[48291]
        board = ticket["board"]["id"]
        self.company_name = ticket["company"]["name"]
        self.board_id = str(board)
        self.current_status = str(ticket["status"]["id"])
        self.closed_status = self.status(board, closedStatus=True)
        self.inactive_status = self.status(board, inactive=True)
        other = next(number for number in tenant.boards if number != board)
        self.status_of_other_board = self.status(other, inactive=False)
        self.company_id = str(ticket["company"]["id"])
        self.priority_id = str(ticket["priority"]["id"])
        self.owner_id = str(ticket["owner"]["id"])
        self.owner_identifier = ticket["owner"]["identifier"]
        self.member_id = self.member("AKowalski")

    def member(self, identifier):
        members = self.tenant.members.values()
        return str(next(m["id"] for m in members if m["identifier"] == identifier))

    def status(self, board, **wanted):
        return str(
            next(
                status["id"]
                for status in self.tenant.statuses.values()
                if status["board"]["id"] == board and wanted.items() <= status.items()
            )
        )

    def provider_with(self, **credentials):
        changed = dataclasses.replace(self.credentials, **credentials)
        self.opened.append(open_provider("connectwise", changed))
        return self.opened[-1]

    def provider_without_write_rights(self):
        public, private = self.tenant.add_key({"Service Tickets": ["Inquire"]})
        return self.provider_with(public_key=public, private_key=private)

    def provider_without(self, area):
        public, private = self.tenant.add_key(without=[area])
        return self.provider_with(public_key=public, private_key=private)

    def provider_without_time(self):
        return self.provider_without("Time Entry")

    def provider_without_people(self):
        return self.provider_without("Resource Scheduling")

    def name_ticket(self, summary):
        self.tenant.tickets[48291]["summary"] = summary

    def leave_unowned(self):
        ticket = self.tenant.tickets[48291]
        del ticket["owner"], ticket["resources"]

    def ignore_owner_changes(self):
        self.simulator.quirks.deaf_to = frozenset({"owner"})

    def customer_writes(self, text):
        ticket = self.tenant.tickets[48291]
        now = self.tenant.now()
        note = {
            "ticketId": 48291,
            "text": text,
            "detailDescriptionFlag": True,
            "internalAnalysisFlag": False,
            "resolutionFlag": False,
            "issueFlag": False,
            "contact": ticket["contact"],
            "dateCreated": now,
            "createdBy": "API",
            "internalFlag": True,
            "externalFlag": True,
            "_info": {"lastUpdated": now, "updatedBy": "API"},
        }
        stored = self.tenant.tables["notes"].add(note)
        self.tenant.notes_by_ticket[48291].append(stored["id"])

    def somebody_works(self, hours):
        entries = self.tenant.tables["time_entries"]
        member = self.tenant.members[int(self.member_id)]
        now = self.tenant.now()
        entries.add(
            {
                "chargeToId": 48291,
                "chargeToType": "ServiceTicket",
                "member": {"id": member["id"], "name": "Adam Kowalski"},
                "timeStart": now,
                "actualHours": hours,
                "notes": "Looked at it",
                "addToInternalAnalysisFlag": True,
                "_info": {"lastUpdated": now, "updatedBy": "API"},
            }
        )

    def stored_people(self):
        ticket = self.tenant.tickets[48291]
        entries = self.tenant.tables["schedule_entries"].values()
        found = {e["member"]["id"] for e in entries if e["objectId"] == 48291}
        owner = {ticket["owner"]["id"]} if "owner" in ticket else set()
        return {str(number) for number in found | owner}

    def fail(self, kind, method, times=1, **details):
        self.simulator.faults.add(kind, times=times, method=method, **details)

    def calls(self):
        entries = list(self.simulator.journal)
        fresh, self.journalled = entries[self.journalled :], len(entries)
        return [f"{e.method} {e.path}" for e in fresh if "companyinfo" not in e.path]

    def is_write(self, call):
        method, _, path = call.partition(" ")
        return method != "GET" and not path.endswith("/search")

    def stored_texts(self):
        return [note["text"] for note in self.tenant.notes_of(48291)]

    def stored_status(self):
        return str(self.tenant.tickets[48291]["status"]["id"])

    def cut_texts_at(self, length):
        self.simulator.quirks.note_text_limit = length

    def ignore_status_changes(self):
        self.provider = self.provider_with()
        self.simulator.quirks.status_of_other_board = "ignored"
        self.closed_status = self.status_of_other_board


@pytest.fixture
def world(simulator):
    made = ConnectWise(simulator)
    yield made
    for provider in made.opened:
        provider.close()


class TestConnectWise(ProviderContract):
    pass


class TestConnectWiseTickets(TicketsContract):
    pass


class TestConnectWiseCreation(CreationContract):
    pass
