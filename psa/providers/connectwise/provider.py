"""ConnectWise PSA (formerly Manage) as the product's provider."""

import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urlencode

from psa.providers.base import PsaProvider
from psa.providers.connectwise import (
    conditions,
    creating,
    documents,
    lookup,
    mapping,
    people,
    refusals,
    response,
    rights,
    search,
)
from psa.providers.connectwise import time as booking
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.devices import Devices
from psa.providers.connectwise.history import History
from psa.providers.connectwise.lists import TicketLists
from psa.providers.connectwise.setup import SETUP
from psa.providers.documents import DocumentDraft, StoredDocument
from psa.providers.drafts import Contact, NewTicket, TicketType
from psa.providers.errors import (
    InvalidRequest,
    NotFound,
    PermissionMissing,
    PsaError,
    Undecided,
    WriteNotApplied,
)
from psa.providers.setup import Setup
from psa.providers.time import BookedTime, Period, StoredTime, TimeDraft, WorkType
from psa.providers.types import (
    About,
    Assignee,
    Board,
    Company,
    Configuration,
    ConnectionReport,
    Crew,
    Member,
    NoteDraft,
    NoteType,
    Page,
    PostedNote,
    Priority,
    Reference,
    RightsReport,
    Ticket,
    TicketFilter,
    TicketStatus,
    Timeline,
)
from resolutionflow.lib import safe_http

_TICKETS = "/service/tickets"
NOTES_PAGE = 50
# Whether it is this one or the closing that is missing, a refusal does not tell.
EDIT_AS_WELL = "and Service Tickets: Edit, as for every change"
RELATED = 10


class ConnectWiseProvider(PsaProvider):
    """Joins the client (HTTP) with the mapping (JSON); see `PsaProvider` for the contract.

    Costs, once the API is found: every method one call, lists one per 1,000 records,
    find_note one per 50 notes. Calls side by side count as one: searching, the history and the
    people of a ticket take the time of one, and so do its configurations where they, or the
    ticket's company, are known. However many calls it takes, a method ends within
    safe_http.TOTAL seconds.
    """

    setup: ClassVar[Setup] = SETUP

    def __init__(
        self,
        client: ConnectWiseClient,
        *,
        company_id: str,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._company_id = company_id
        self._clock = clock
        self._now = now
        self._tickets = TicketLists(client, self._ticket, clock=clock)
        self._devices = Devices(client, clock=clock)
        self._history = History(client, clock=clock)

    def test_connection(self) -> ConnectionReport:
        """Ask companyinfo for the company and system/info with the credentials."""
        company = self._client.company()
        started = self._clock()
        info = self._client.read(response.SYSTEM_INFO)
        elapsed = self._clock() - started
        self._prove_the_keys()
        return ConnectionReport(
            company_name=company.name,
            version=mapping.version(info),
            is_cloud=company.is_cloud,
            latency_ms=round(elapsed * 1000),
        )

    def _prove_the_keys(self) -> None:
        """Make a call that needs the keys: some servers tell system/info to everybody.

        Any API member may list boards, whatever its role (developer guide). A role that may
        not proves the keys as well; a list that is not there does so for no key.
        """
        try:
            self._client.read("/service/boards", {"fields": "id", "pageSize": "1"})
        except PermissionMissing:
            return
        except NotFound as error:
            raise refusals.credentials_refused(None) from error

    def check_rights(self) -> RightsReport:
        """Read one record of each kind; what only a write would show stays open."""
        return rights.check(self._client)

    def get_ticket(self, ticket_id: str) -> Ticket:
        """Return the ticket as it is now. Raises NotFound."""
        return self._ticket(response.record(self._client.read(_ticket_path(ticket_id))))

    def get_ticket_statuses(self, board_id: str) -> tuple[TicketStatus, ...]:
        """Return the active statuses of a board in the board's own order."""
        active = conditions.equals(conditions.STATUS_INACTIVE, False)
        rows = self._all(f"/service/boards/{_number(board_id)}/statuses", str(active))
        found = [mapping.status(row) for row in rows if row.get("inactive") is not True]
        return tuple(sorted(found, key=lambda status: (status.sort_order, status.name)))

    def search_tickets(self, wanted: TicketFilter, page: int, page_size: int) -> Page[Ticket]:
        """Fetch the page and the count side by side; check the rows where more was asked for."""
        with safe_http.deadline():
            return self._tickets.page(wanted, page, page_size)

    def list_priorities(self) -> tuple[Priority, ...]:
        """Return the priorities, the most urgent first."""
        found = [mapping.priority(row) for row in self._all("/service/priorities")]
        return tuple(sorted(found, key=lambda priority: (priority.sort_order, priority.name)))

    def list_companies(self, query: str) -> tuple[Company, ...]:
        """Return up to 50 companies whose name or identifier holds the words, by name."""
        with safe_http.deadline():
            return creating.companies(self._client, query)

    def get_company(self, company_id: str) -> Company:
        """Return one company. Raises NotFound."""
        path = f"/company/companies/{_number(company_id)}"
        row = self._client.read(path, {"fields": "id,identifier,name"})
        return mapping.company(response.record(row))

    def list_notes(self, ticket_id: str) -> Timeline:
        """Read the notes, and the time entries that were charged to the ticket, side by side."""
        return self._history.of(_number(ticket_id))

    def get_ticket_configurations(
        self, ticket_id: str, *, company_id: str = ""
    ) -> tuple[Configuration, ...]:
        """Return the configurations on the ticket, by name."""
        with safe_http.deadline():
            return self._devices.of_ticket(_number(ticket_id), company_id)

    def list_related(self, about: About) -> tuple[Ticket, ...]:
        """Look by company and words, among the tickets of the last year."""
        with safe_http.deadline():
            alike = self._tickets.newest(search.similar(about, self._now()))
        return tuple(search.likeliest(about, alike)[:RELATED])

    def list_about_configuration(self, ticket_id: str, configuration_id: str) -> tuple[Ticket, ...]:
        """Look for one configuration: several joined by OR are refused."""
        if not search.is_id(configuration_id):
            return ()
        found = self._tickets.newest(search.about_device(int(configuration_id)))
        return tuple(search.others(found, ticket_id)[:RELATED])

    def list_resources(self, ticket_id: str) -> tuple[Assignee, ...]:
        """Return the owner, then those whom the schedule has on the ticket, by name."""
        return people.people_on(self._client, _number(ticket_id)).assignees

    def show_resources(self, ticket_id: str) -> Crew:
        """Return the owner also where the schedule cannot be read."""
        return people.known_on(self._client, _number(ticket_id))

    def add_resource(self, ticket_id: str, member_id: str) -> None:
        """Make the member the owner where there is none, else add an entry to the schedule."""
        people.add(self._client, _number(ticket_id), _number(member_id))

    def remove_resource(self, ticket_id: str, member_id: str) -> None:
        """Clear the owner, and delete the member's entries of the schedule."""
        people.remove(self._client, _number(ticket_id), _number(member_id))

    def list_boards(self) -> tuple[Board, ...]:
        """Return the active boards that hold service tickets, by name."""
        active = conditions.equals(conditions.BOARD_INACTIVE, False)
        rows = self._all("/service/boards", str(active))
        found = [mapping.board(row) for row in rows if mapping.is_active_service_board(row)]
        return tuple(sorted(found, key=lambda board: board.name.casefold()))

    def list_members(self) -> tuple[Member, ...]:
        """Return all members, also inactive and API members, by name."""
        found = [mapping.member(row) for row in self._all("/system/members")]
        return tuple(sorted(found, key=lambda member: member.name.casefold()))

    def post_note(self, ticket_id: str, draft: NoteDraft) -> PostedNote:
        """Write one note, once, and compare what was stored with what was asked."""
        path = f"{_ticket_path(ticket_id)}/notes"
        try:
            body = mapping.note_body(draft)
        except ValueError as error:
            raise InvalidRequest("The note cannot be written like this.") from error
        stored = self._client.write("POST", path, body)
        return _posted(stored, draft.text, draft.note_type, draft.member_id)

    def find_note(
        self,
        ticket_id: str,
        *,
        marker: str,
        text: str,
        since: datetime,
        exclude: Collection[str] = (),
        note_type: NoteType | None = None,
        member_id: str | None = None,
    ) -> PostedNote | None:
        """Look through the notes since then, and further back for the marker."""
        with safe_http.deadline():
            rows = list(self._notes_since(ticket_id, since))
            window = self._in_their_time(since)
        free = [row for row in rows if str(row["id"]) not in exclude]
        found = lookup.sent_note(free, marker, text, window or since - lookup.READ_BACK)
        return _posted(found, text, note_type, member_id) if found else None

    def get_note(self, ticket_id: str, note_id: str, *, text: str) -> PostedNote:
        """Return the note as it is now, compared with the text that it is to have; one call."""
        return _posted(response.record(self._client.read(_note_path(ticket_id, note_id))), text)

    def edit_note(self, ticket_id: str, note_id: str, *, text: str) -> PostedNote:
        """Replace the text alone: without processNotifications nobody is mailed; one call."""
        change = [{"op": "replace", "path": "text", "value": text}]
        return _posted(self._client.write("PATCH", _note_path(ticket_id, note_id), change), text)

    def list_work_roles(self, location_id: str) -> tuple[Reference, ...]:
        """Return the roles that the location takes, by name; one call."""
        return booking.work_roles(self._client, location_id and _number(location_id))

    def list_work_types(self) -> tuple[WorkType, ...]:
        """Return the work types, by name; one call."""
        return booking.work_types(self._client)

    def list_periods(self) -> tuple[Period, ...]:
        """Return the days for which time is taken; a call, and one for each set-up."""
        with safe_http.deadline():
            return booking.periods(self._client)

    def list_time(self, member_id: str, since: datetime, until: datetime) -> tuple[StoredTime, ...]:
        """Return the member's time entries in their order; one call."""
        return booking.of_member(self._client, _number(member_id), since, until)

    def book_time(self, ticket_id: str, draft: TimeDraft) -> BookedTime:
        """Write one time entry, once, and compare what was stored."""
        return booking.book(self._client, _number(ticket_id), draft)

    def find_time(
        self,
        ticket_id: str,
        draft: TimeDraft,
        *,
        since: datetime,
        exclude: Collection[str] = (),
    ) -> BookedTime | None:
        """Look for the marker among the member's entries on the ticket; one call per 1,000."""
        with safe_http.deadline():
            return booking.find(
                self._client, _number(ticket_id), draft, since=since, exclude=exclude
            )

    def attach_document(
        self, ticket_id: str, draft: DocumentDraft, content: bytes
    ) -> StoredDocument:
        """Add one file to the ticket, once, and compare what was stored."""
        return documents.attach(self._client, _number(ticket_id), draft, content)

    def find_document(
        self,
        ticket_id: str,
        draft: DocumentDraft,
        *,
        since: datetime,
        exclude: Collection[str] = (),
    ) -> StoredDocument | None:
        """Look for the marker among the ticket's documents; one call per 1,000."""
        with safe_http.deadline():
            return documents.find(
                self._client, _number(ticket_id), draft, since=since, exclude=exclude
            )

    def _in_their_time(self, since: datetime) -> datetime | None:
        """Return the moment by ConnectWise's clock, with an allowance; None if it tells no time."""
        offset = self._client.clock_offset
        return None if offset is None else since + offset - lookup.CLOCK_ALLOWANCE

    def update_ticket_status(self, ticket_id: str, status_id: str) -> Ticket:
        """Change the status and believe only what came back."""
        change = mapping.status_change(_number(status_id))
        try:
            stored = self._client.write("PATCH", _ticket_path(ticket_id), change)
        except PermissionMissing as error:
            if self._closes(ticket_id, status_id):
                raise PermissionMissing(f"{refusals.CLOSING_RIGHT} ({EDIT_AS_WELL})") from error
            raise
        ticket = self._ticket(stored)
        if ticket.status.id != status_id:
            raise WriteNotApplied(
                f"ConnectWise answered success, but the status is still “{ticket.status.name}”. "
                "Check the ticket in ConnectWise."
            )
        return ticket

    def _closes(self, ticket_id: str, status_id: str) -> bool:
        """Tell whether the status closes tickets, which takes a right of its own.

        Two calls, after a refusal only; False where that cannot be told.
        """
        try:
            board = self.get_ticket(ticket_id).board.id
            offered = self.get_ticket_statuses(board)
        except PsaError:
            return False
        return any(one.is_closed for one in offered if one.id == status_id)

    def create_ticket(self, draft: NewTicket) -> Ticket:
        """Write the ticket, once, and return it as it was stored."""
        return self._ticket(creating.create(self._client, draft))

    def find_created(self, reference: str) -> Ticket | None:
        """Look for the ticket by its externalXRef; one call."""
        found = creating.find(self._client, reference)
        return self._ticket(found) if found else None

    def list_types(self, board_id: str) -> tuple[TicketType, ...]:
        """Return the board's types with their subtypes and items, by name."""
        return creating.types(self._client, _number(board_id))

    def list_contacts(self, company_id: str, query: str) -> tuple[Contact, ...]:
        """Return up to 50 active contacts of a company, by name."""
        return creating.contacts(self._client, company_id, query)

    def get_contact(self, contact_id: str) -> Contact:
        """Return one contact. Raises NotFound."""
        return creating.contact(self._client, _number(contact_id))

    def list_alike(self, company_id: str, summary: str) -> tuple[Ticket, ...]:
        """Look for the telling words among the company's open tickets; one call."""
        found = self._tickets.newest(creating.alike(company_id, summary))
        return tuple(creating.most_alike(found, summary)[: creating.MOST_ALIKE])

    def ticket_url(self, ticket_id: str) -> str:
        """Return the ticket's page on the web host, which has no api- prefix."""
        site = self._client.site
        web = site.with_host(site.host.removeprefix("api-"))
        query = {
            "locale": "en_US",
            "recordType": "ServiceFv",
            "recid": ticket_id,
            "companyName": self._company_id,
        }
        router = "/v4_6_release/services/system_io/router/openrecord.rails"
        return f"{web}{router}?{urlencode(query)}"

    def close(self) -> None:
        """Close the sockets."""
        self._client.close()

    def _ticket(self, row: response.Record) -> Ticket:
        return mapping.ticket(row, web_url=self.ticket_url(str(row["id"])))

    def _all(self, path: str, condition: str = "") -> Iterator[response.Record]:
        """Yield the records of all pages, in the order of their ids; one page is held at a time."""
        params = {"orderBy": "id asc"} | ({"conditions": condition} if condition else {})
        for page in self._client.read_pages(path, params):
            yield from page.records

    def _notes_since(self, ticket_id: str, since: datetime) -> Iterator[response.Record]:
        """Yield the ticket's notes since the moment, and of 26 hours before it, newest first.

        A note that arrives while pages are read shifts the others to later pages: one may
        come twice, none is skipped. A page that is not in the order that was asked for
        proves nothing about the next: then all pages are read. Raises Undecided for a note
        that cannot be read, since it may be the one that is sought.
        """
        path = f"{_ticket_path(ticket_id)}/notes"
        order = {"orderBy": "dateCreated desc"}
        for page in self._client.read_pages(path, order, size=NOTES_PAGE):
            if page.skipped:
                raise Undecided()
            yield from page.records
            created = [mapping.moment_in(row, "dateCreated") for row in page.records]
            known = [moment for moment in created if moment is not None]
            oldest = (self._in_their_time(since) or since) - lookup.READ_BACK
            if known and known[-1] < oldest and known == sorted(known, reverse=True):
                return


def _posted(
    row: response.Record,
    text: str,
    note_type: NoteType | None = None,
    member_id: str | None = None,
) -> PostedNote:
    return PostedNote(
        note=mapping.note(row),
        differences=mapping.differences(row, text=text, note_type=note_type, member_id=member_id),
    )


def _ticket_path(ticket_id: str) -> str:
    return f"{_TICKETS}/{_number(ticket_id)}"


def _note_path(ticket_id: str, note_id: str) -> str:
    return f"{_ticket_path(ticket_id)}/notes/{_number(note_id)}"


def _number(text: str) -> str:
    """Return the id if ConnectWise could have such a one; raises NotFound otherwise."""
    if search.is_id(text):
        return text
    raise NotFound("ConnectWise numbers its records with digits only. Check the number.")
