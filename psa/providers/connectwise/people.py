"""Who works on a ticket: its owner, and the open service entries of the schedule.

`resources`, the ticket's own text of them, is never written: it answers 200 and stays.
"""

from dataclasses import dataclass
from functools import partial

from psa.providers.connectwise import conditions as c
from psa.providers.connectwise import mapping, response
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.response import Record
from psa.providers.connectwise.setup import SETUP
from psa.providers.errors import (
    ConnectionFailed,
    NotFound,
    PsaError,
    ServerError,
    Timeout,
    WriteNotApplied,
    WriteUncertain,
)
from psa.providers.types import Assignee, Crew
from resolutionflow.lib import safe_http
from resolutionflow.lib.side_by_side import both

ENTRIES = "/schedule/entries"


@dataclass(frozen=True, slots=True)
class People:
    """The owner's reference, and the schedule entries that are not done."""

    owner: Record
    entries: list[Record]

    @property
    def assignees(self) -> tuple[Assignee, ...]:
        """The owner first, then the others by name; each once."""
        found: dict[str, Assignee] = {}
        for entry in self.entries:
            person = mapping.assignee(entry["member"], is_owner=False)
            found[person.member_id] = person
        others = sorted(found.values(), key=lambda person: person.name.casefold())
        if not self.owner:
            return tuple(others)
        owner = mapping.assignee(self.owner, is_owner=True)
        return (owner, *(person for person in others if person.member_id != owner.member_id))

    def entries_of(self, member_id: str) -> list[int]:
        """Return the ids of a member's entries; there may be several."""
        return [entry["id"] for entry in self.entries if str(entry["member"]["id"]) == member_id]


def people_on(client: ConnectWiseClient, ticket_id: str) -> People:
    """Ask for the owner and for the entries, side by side. Raises as reads do."""
    with safe_http.deadline():
        owner, entries = both(
            lambda: _owner(client, ticket_id), lambda: _entries(client, ticket_id)
        )
    return People(owner, entries)


def known_on(client: ConnectWiseClient, ticket_id: str) -> Crew:
    """Return who is known to be on the ticket: the owner alone where the schedule is silent.

    For showing only: who is missing here may well be on the ticket.
    """
    with safe_http.deadline():
        owner, (entries, missing) = both(
            lambda: _owner(client, ticket_id), lambda: _told_entries(client, ticket_id)
        )
    return Crew(assignees=People(owner, entries).assignees, missing=missing)


def _told_entries(
    client: ConnectWiseClient, ticket_id: str
) -> tuple[list[Record], tuple[str, ...]]:
    try:
        return _entries(client, ticket_id), ()
    except PsaError as error:
        why = (
            "It does not offer this."
            if isinstance(error, NotFound)
            else error.of(SETUP.label).sentence
        )
        return [], (f"Who else works on it could not be read from the schedule. {why}",)


def _owner(client: ConnectWiseClient, ticket_id: str) -> Record:
    owner_only = {"fields": "id,owner/id,owner/identifier,owner/name"}
    ticket = response.record(client.read(_ticket(ticket_id), owner_only))
    return mapping.reference_in(ticket, "owner")


def _entries(client: ConnectWiseClient, ticket_id: str) -> list[Record]:
    """Return the open service entries that name a member. Raises as reads do."""
    params = {
        "conditions": str(
            c.and_(
                c.equals(c.SCHEDULE_TYPE, mapping.SERVICE_ENTRY),
                c.equals(c.SCHEDULE_OBJECT, int(ticket_id)),
                c.equals(c.SCHEDULE_DONE, False),
            )
        ),
        "fields": "id,member/id,member/identifier,member/name,doneFlag",
        "orderBy": "id asc",
    }
    pages = client.read_pages(ENTRIES, params)
    rows = [row for page in pages for row in page.records]
    return [row for row in rows if mapping.reference_in(row, "member")]


def add(client: ConnectWiseClient, ticket_id: str, member_id: str) -> None:
    """Assign a member: as owner where there is none, else by an entry of the schedule."""
    with safe_http.deadline():
        people = _before_writing(client, ticket_id)
        if any(person.member_id == member_id for person in people.assignees):
            return
        if people.owner:
            _schedule(client, ticket_id, member_id)
        else:
            _own(client, ticket_id, member_id)


def remove(client: ConnectWiseClient, ticket_id: str, member_id: str) -> None:
    """Clear the owner if it is this member, and delete the member's entries."""
    with safe_http.deadline():
        people = _before_writing(client, ticket_id)
        steps = [
            partial(client.delete, f"{ENTRIES}/{entry}") for entry in people.entries_of(member_id)
        ]
        if str(people.owner.get("id")) == member_id:
            steps.append(partial(_own, client, ticket_id, None))
        for done, step in enumerate(steps):
            try:
                step()
            except PsaError as error:
                if not done:
                    raise
                # Part of it stands already: "nothing was done" would be wrong.
                raise WriteUncertain() from error


def _before_writing(client: ConnectWiseClient, ticket_id: str) -> People:
    """Return who is on the ticket; trouble here means that nothing was sent."""
    try:
        return people_on(client, ticket_id)
    except (Timeout, ServerError) as error:
        raise ConnectionFailed(error.of(SETUP.label).sentence) from error


def _own(client: ConnectWiseClient, ticket_id: str, member_id: str | None) -> None:
    stored = client.write("PATCH", _ticket(ticket_id), mapping.owner_change(member_id))
    owner = mapping.record_in(stored, "owner").get("id")
    if (None if owner is None else str(owner)) != member_id:
        raise WriteNotApplied(
            "ConnectWise answered success, but the ticket's owner is not the one that was asked "
            "for. Check the ticket in ConnectWise."
        )


def _schedule(client: ConnectWiseClient, ticket_id: str, member_id: str) -> None:
    stored = client.write("POST", ENTRIES, mapping.assignment(ticket_id, member_id))
    member = mapping.record_in(stored, "member").get("id")
    if (str(stored.get("objectId")), str(member)) != (ticket_id, member_id):
        raise WriteNotApplied(
            "ConnectWise answered success, but assigned something else than was asked for. "
            "Check the ticket in ConnectWise."
        )


def _ticket(ticket_id: str) -> str:
    return f"/service/tickets/{ticket_id}"
