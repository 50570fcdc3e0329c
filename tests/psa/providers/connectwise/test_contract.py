"""ConnectWise keeps the contract, shown against the in-process simulator."""

import dataclasses

import pytest

from psa.providers.registry import open_provider
from psa.providers.types import Credentials
from tests.psa.providers.contract import ProviderContract
from tests.psa.providers.world import World
from tests.simulated import SITE


class ConnectWise(World):
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
        self.member_id = str(
            next(m["id"] for m in tenant.members.values() if m["identifier"] == "ERuiz")
        )

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

    def fail(self, kind, method, times=1, **details):
        self.simulator.faults.add(kind, times=times, method=method, **details)

    def calls(self):
        entries = list(self.simulator.journal)
        fresh, self.journalled = entries[self.journalled :], len(entries)
        return [f"{e.method} {e.path}" for e in fresh if "companyinfo" not in e.path]

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
