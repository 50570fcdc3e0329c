"""The toy as the product's provider: the least that fulfils the contract."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from psa.providers.base import PsaProvider
from psa.providers.drafts import Contact, NewTicket, TicketType
from psa.providers.errors import AuthFailed, InvalidRequest, NotFound, WriteUncertain
from psa.providers.types import (
    About,
    Assignee,
    Board,
    Company,
    ConnectionReport,
    Credentials,
    Entry,
    EntryKind,
    Member,
    Note,
    NoteDraft,
    NoteType,
    Page,
    PostedNote,
    Priority,
    Reference,
    Ticket,
    TicketFilter,
    TicketStatus,
    Timeline,
)
from tests.psa.providers.toy import desk as toy
from tests.psa.providers.toy.desk import Desk, Row
from tests.psa.providers.toy.setup import SETUP

_NUMBER = re.compile(r"(?:TD\s*)?#?([0-9]{1,10})", re.IGNORECASE)
_OWNER = Member(id="1", identifier="teddy", name="Teddy", emails=(), is_active=True, is_api=False)


def ticket_number(text: str) -> str:
    """Return the number that the text names as a ticket's, "" where it names none."""
    found = _NUMBER.fullmatch(text.strip())
    return found[1] if found else ""


class ToyProvider(PsaProvider):
    """Costs: one look at the desk for each method."""

    setup = SETUP

    def __init__(self, desk: Desk, credentials: Credentials) -> None:
        self._desk = desk
        self._credentials = credentials

    # --- Reading ---------------------------------------------------------------------

    def test_connection(self) -> ConnectionReport:
        self._ask("test_connection")
        return ConnectionReport(company_name="Toy Shop", version="1.0", is_cloud=True, latency_ms=1)

    def get_ticket(self, ticket_id: str) -> Ticket:
        self._ask("get_ticket")
        return self._ticket(self._row(ticket_id))

    def get_ticket_statuses(self, board_id: str) -> tuple[TicketStatus, ...]:
        self._ask("get_ticket_statuses")
        if board_id not in toy.BOARDS:
            raise NotFound
        return tuple(
            TicketStatus(id=key, name=name, is_closed=key == toy.CLOSED)
            for key, name in toy.STATUSES.items()
        )

    def search_tickets(self, wanted: TicketFilter, page: int, page_size: int) -> Page[Ticket]:
        self._ask("search_tickets")
        found = [one for one in map(self._ticket, self._desk.rows.values()) if _fits(one, wanted)]
        found.reverse()
        items = tuple(found[(page - 1) * page_size : page * page_size])
        return Page(items=items, total=len(found), page=page, page_size=page_size)

    def list_priorities(self) -> tuple[Priority, ...]:
        return (Priority(id="1", name="Normal", color="", sort_order=1),)

    def list_companies(self, query: str) -> tuple[Company, ...]:
        return tuple(
            Company(id=key, identifier=name, name=name)
            for key, name in toy.COMPANIES.items()
            if query.casefold() in name.casefold()
        )

    def get_company(self, company_id: str) -> Company:
        if company_id not in toy.COMPANIES:
            raise NotFound
        name = toy.COMPANIES[company_id]
        return Company(id=company_id, identifier=name, name=name)

    def list_notes(self, ticket_id: str) -> Timeline:
        self._ask("list_notes")
        notes = [_note(one) for one in reversed(self._row(ticket_id).notes)]
        return Timeline(
            entries=tuple(
                Entry(
                    id=note.id,
                    kind=EntryKind.NOTE,
                    text=note.text,
                    note_type=note.note_type,
                    visibility=note.visibility,
                    author=note.author,
                    by_customer=False,
                    created_at=note.created_at,
                )
                for note in notes
            )
        )

    def list_related(self, about: About) -> tuple[Ticket, ...]:
        return ()

    def list_resources(self, ticket_id: str) -> tuple[Assignee, ...]:
        self._row(ticket_id)
        return ()

    def list_boards(self) -> tuple[Board, ...]:
        return tuple(Board(id=key, name=name) for key, name in toy.BOARDS.items())

    def list_members(self) -> tuple[Member, ...]:
        return (_OWNER,)

    def list_types(self, board_id: str) -> tuple[TicketType, ...]:
        return ()

    def list_contacts(self, company_id: str, query: str) -> tuple[Contact, ...]:
        return ()

    def get_contact(self, contact_id: str) -> Contact:
        raise NotFound

    def list_alike(self, company_id: str, summary: str) -> tuple[Ticket, ...]:
        return ()

    def ticket_url(self, ticket_id: str) -> str:
        return f"https://desk.toy.example/{ticket_id}"

    # --- Writing ---------------------------------------------------------------------

    def post_note(self, ticket_id: str, draft: NoteDraft) -> PostedNote:
        self._ask("post_note")
        row = self._row(ticket_id)
        posted = _note(self._desk.add_note(row, draft.note_type.value, draft.text))
        self._answer()
        return PostedNote(note=posted, differences=())

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
        self._ask("find_note")
        for note in map(_note, self._row(ticket_id).notes):
            is_young = note.created_at is not None and note.created_at > since - timedelta(hours=1)
            is_meant = marker in note.text if marker else is_young and note.text == text
            if is_meant and note.id not in exclude:
                return PostedNote(note=note, differences=())
        return None

    def update_ticket_status(self, ticket_id: str, status_id: str) -> Ticket:
        self._ask("update_ticket_status")
        row = self._row(ticket_id)
        if status_id not in toy.STATUSES:
            raise InvalidRequest("{psa} has no such status. Choose another one.")
        row.status = status_id
        self._answer()
        return self._ticket(row)

    def add_resource(self, ticket_id: str, member_id: str) -> None:
        raise InvalidRequest("On {psa} nobody is assigned to anything.")

    def remove_resource(self, ticket_id: str, member_id: str) -> None:
        self._row(ticket_id)

    def create_ticket(self, draft: NewTicket) -> Ticket:
        self._ask("create_ticket")
        row = self._desk.add_ticket(draft.summary, draft.description, draft.reference)
        self._answer()
        return self._ticket(row)

    def find_created(self, reference: str) -> Ticket | None:
        self._ask("find_created")
        found = [row for row in self._desk.rows.values() if row.reference == reference]
        return self._ticket(found[0]) if found else None

    # --- The desk --------------------------------------------------------------------

    def _ask(self, what: str) -> None:
        self._desk.journal.append(what)
        if self._credentials.private_key != toy.PASSWORD:
            raise AuthFailed("{psa} does not know this password.", field="private_key")

    def _answer(self) -> None:
        if self._desk.silent:
            self._desk.silent -= 1
            raise WriteUncertain

    def _row(self, ticket_id: str) -> Row:
        if ticket_id not in self._desk.rows:
            raise NotFound
        return self._desk.rows[ticket_id]

    def _ticket(self, row: Row) -> Ticket:
        return Ticket(
            id=row.id,
            summary=row.summary,
            board=Reference(id="1", name=toy.BOARDS["1"]),
            status=Reference(id=row.status, name=toy.STATUSES[row.status]),
            company=Reference(id="7", name=toy.COMPANIES["7"]),
            contact_name="",
            priority=None,
            owner=None,
            is_closed=row.status == toy.CLOSED,
            updated_at=None,
            web_url=self.ticket_url(row.id),
        )


def _fits(ticket: Ticket, wanted: TicketFilter) -> bool:
    words = wanted.query.casefold()
    return (
        (wanted.closed is None or ticket.is_closed == wanted.closed)
        and (not words or words in ticket.summary.casefold() or words == ticket.id)
        and wanted.status_name in ("", ticket.status.name)
        and wanted.board_id in ("", ticket.board.id)
        and wanted.company_id in ("", "7")
        and not (wanted.priority_id or wanted.member_identifier)
    )


def _note(stored: tuple[str, str, str, datetime]) -> Note:
    key, place, text, created = stored
    kind = NoteType(place)
    return Note(
        id=key,
        text=text,
        note_type=kind,
        visibility=kind.visibility,
        author="Toy",
        created_at=created,
    )
