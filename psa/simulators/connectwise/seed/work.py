"""Tickets with their conversation, time and assignments."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from ..fields import Record
from ..records.billing import agreement_reference, charge
from ..records.tickets import close, place
from ..records.time_values import TIME_FLAGS
from ..store import Tenant
from ..values import reference
from .names import ANALYSES, DESCRIPTIONS, REPLIES, SUMMARIES
from .setup import DEPARTMENT, LOCATION

DEMO_SUMMARY = "VPN drops after five minutes"
DEMO_DESCRIPTION = (
    "Since the new firewall was installed the VPN drops after about five minutes.\n"
    "Everyone who works from home is affected. Please help, we have a deadline today."
)
SPACING = timedelta(minutes=47)
# Beyond this many only every tenth older ticket has a conversation: memory has its price.
TALKATIVE = 2_000

T = TypeVar("T")


def seed_tickets(tenant: Tenant, count: int, first_id: int, demo: int | None) -> None:
    """Add `count` tickets from `first_id` on, the newest last; `demo` is the demo's own."""
    tenant.tickets.next_id = first_id
    seeder = _Seeder(tenant, count)
    for place_in_line in range(count):
        seeder.add(place_in_line, tenant.tickets.next_id == demo)


class _Seeder:
    def __init__(self, tenant: Tenant, count: int) -> None:
        self.tenant = tenant
        self.count = count
        self.dice = tenant.random
        self.now = tenant.clock()
        self.boards = [b for b in tenant.boards.values() if not b["inactiveFlag"]]
        self.people = [
            m
            for m in tenant.members.values()
            if not m["inactiveFlag"] and m["licenseClass"] in "FX"
        ]
        self.companies = [c for c in tenant.companies.values() if not c["deletedFlag"]]
        self.priorities = list(tenant.tables["priorities"].values())
        self.sources = list(tenant.tables["sources"].values())
        self.by_board = _grouped(tenant.statuses.values(), "board")
        self.subtypes = _grouped(tenant.tables["associations"].values(), "board")
        self.contacts = _grouped(tenant.tables["contacts"].values(), "company")
        self.devices = _grouped(tenant.tables["configurations"].values(), "company")
        self.agreements = {a["company"]["id"]: a for a in tenant.tables["agreements"].values()}
        self.teams = {t["boardId"]: reference(t) for t in tenant.tables["teams"].values()}

    def pick(self, things: Sequence[T]) -> T:
        return things[int(self.dice.random() * len(things))]

    def add(self, position: int, is_demo: bool) -> None:
        age = SPACING * (self.count - position)
        entered = (self.now - age).strftime("%Y-%m-%dT%H:%M:%SZ")
        ticket = self.tenant.tickets.add(self._ticket(entered, is_demo))
        self._people_of(ticket, is_demo)
        recent = position >= self.count - TALKATIVE
        if is_demo:
            self._note(ticket, entered, DEMO_DESCRIPTION, "detailDescriptionFlag", customer=True)
            self._attach(ticket)
        elif recent or position % 10 == 0:
            self._conversation(ticket, entered)

    def _ticket(self, entered: str, is_demo: bool) -> Record:
        board = self.boards[0] if is_demo else self.pick(self.boards)
        company = self.companies[0] if is_demo else self.pick(self.companies)
        kind = self.pick(self.subtypes[board["id"]])
        priority = self.priorities[1] if is_demo else self.pick(self.priorities)
        who = self.pick(self.people)["identifier"]
        ticket: Record = {
            "summary": DEMO_SUMMARY if is_demo else self.pick(SUMMARIES),
            "board": reference(board),
            "company": reference(company),
            "type": kind["type"],
            "subType": kind["subType"],
            "team": self.teams[board["id"]],
            "priority": {**reference(priority), "sort": priority["sortOrder"]},
            "serviceLocation": {"id": 2, "name": "Remote"},
            "source": reference(self.pick(self.sources)),
            "mobileGuid": self.tenant.guid(),
            "_info": {
                "lastUpdated": entered,
                "updatedBy": who,
                "dateEntered": entered,
                "enteredBy": who,
            },
        }
        self._settle_status(ticket, 2 if is_demo else None)
        place(self.tenant, ticket)
        self._contact(ticket)
        if board["location"] != LOCATION:
            ticket["location"] = board["location"]
        if company["id"] in self.agreements:
            ticket["agreement"] = agreement_reference(self.agreements[company["id"]])
        return ticket

    def _settle_status(self, ticket: Record, position: int | None) -> None:
        statuses = [s for s in self.by_board[ticket["board"]["id"]] if not s["inactive"]]
        status = self.pick(statuses) if position is None else statuses[position]
        ticket["status"] = reference(status)
        info = ticket["_info"]
        close(ticket, status, info["dateEntered"], info["enteredBy"])

    def _contact(self, ticket: Record) -> None:
        contacts = self.contacts[ticket["company"]["id"]]
        contact = self.pick([c for c in contacts if not c["inactiveFlag"]])
        ticket["contact"] = reference(contact)
        ticket["contactName"] = ticket["contact"]["name"]
        ticket["contactPhoneNumber"] = contact["defaultPhoneNbr"]
        ticket["contactEmailAddress"] = contact["communicationItems"][0]["value"]

    def _people_of(self, ticket: Record, is_demo: bool) -> None:
        assigned = set()
        if is_demo or self.dice.random() < 0.6:
            erin = [m for m in self.people if m["firstName"] == "Erin"]
            owner = (erin or self.people)[0] if is_demo else self.pick(self.people)
            ticket["owner"] = reference(owner)
            assigned.add(owner["identifier"])
        if not is_demo and self.dice.random() < 0.1:
            member = self.pick(self.people)
            self._schedule(ticket, member)
            assigned.add(member["identifier"])
        if assigned:
            ticket["resources"] = ", ".join(sorted(assigned, key=str.lower))

    def _schedule(self, ticket: Record, member: Record) -> None:
        day = ticket["_info"]["dateEntered"][:10] + "T00:00:00Z"
        name = f"{ticket['company']['name']} / Ticket# {ticket['id']} - {ticket['summary']}"
        self.tenant.tables["schedule_entries"].add(
            {
                "objectId": ticket["id"],
                "name": name,
                "member": reference(member),
                "dateStart": day,
                "dateEnd": day,
                "status": {"id": 1, "name": "Firm"},
                "type": {"id": 4, "identifier": "S"},
                "doneFlag": False,
                "acknowledgedFlag": False,
                "ownerFlag": False,
                "meetingFlag": False,
                "allowScheduleConflictsFlag": False,
                "mobileGuid": self.tenant.guid(),
                "hours": 0.0,
                "_info": {k: ticket["_info"][k] for k in ("lastUpdated", "updatedBy")},
            }
        )

    def _conversation(self, ticket: Record, entered: str) -> None:
        description = self.pick(DESCRIPTIONS)
        self._note(ticket, entered, description, "detailDescriptionFlag", customer=True)
        if self.dice.random() < 0.4:
            self._note(ticket, entered, self.pick(ANALYSES), "internalAnalysisFlag")
        if self.dice.random() < 0.2:
            self._note(ticket, entered, self.pick(REPLIES), "detailDescriptionFlag", customer=True)
            ticket["customerUpdatedFlag"] = True
        if self.dice.random() < 0.3:
            self._time(ticket, entered)
        if self.dice.random() < 0.3:
            self._attach(ticket)

    def _note(
        self, ticket: Record, when: str, text: str, flag: str, *, customer: bool = False
    ) -> None:
        who = self.pick(self.people)
        author: Record = {"contact": ticket["contact"]} if customer else {"member": reference(who)}
        note: dict[str, Any] = {
            "ticketId": ticket["id"],
            "text": text,
            "detailDescriptionFlag": False,
            "internalAnalysisFlag": False,
            "resolutionFlag": False,
            "issueFlag": False,
            **author,
            "dateCreated": when,
            "createdBy": who["identifier"],
            "internalFlag": True,
            "externalFlag": True,
            "_info": {"lastUpdated": when, "updatedBy": who["identifier"]},
        }
        note[flag] = True
        stored = self.tenant.tables["notes"].add(note)
        self.tenant.notes_by_ticket[ticket["id"]].append(stored["id"])

    def _time(self, ticket: Record, when: str) -> None:
        who = self.pick(self.people)
        end = datetime.fromisoformat(when) + timedelta(minutes=30)
        location = ticket.get("location", LOCATION)
        entry = {
            "company": ticket["company"],
            "chargeToId": ticket["id"],
            "chargeToType": "ServiceTicket",
            "member": reference(who),
            "locationId": location["id"],
            "businessUnitId": DEPARTMENT["id"],
            "location": location,
            "department": {name: DEPARTMENT[name] for name in ("id", "name")},
            "workType": {"id": 3, "name": "Regular"},
            "workRole": {"id": 11, "name": "Engineer"},
            "timeStart": when,
            "timeEnd": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "actualHours": 0.5,
            "billableOption": "Billable",
            "notes": self.pick(ANALYSES),
            **dict.fromkeys(TIME_FLAGS, False),
            "addToInternalAnalysisFlag": True,
            "enteredBy": who["identifier"],
            "dateEntered": when,
            "mobileGuid": self.tenant.guid(),
            "ticket": {"id": ticket["id"], "summary": ticket["summary"]},
            "status": "Open",
            "invoiceFlag": False,
            "_info": {"lastUpdated": when, "updatedBy": who["identifier"]},
        }
        charge(self.tenant, entry)
        self.tenant.tables["time_entries"].add(entry)

    def _attach(self, ticket: Record) -> None:
        device = self.pick(self.devices[ticket["company"]["id"]])
        self.tenant.configurations_by_ticket[ticket["id"]].append(device["id"])


def _grouped(records: Any, name: str) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for record in records:
        found.setdefault(record[name]["id"], []).append(record)
    return found
