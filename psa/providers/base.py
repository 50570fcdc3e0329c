"""The contract that a PSA fulfils. `docs/adding-a-provider.md` walks through it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps
from typing import Any, ClassVar

from psa.providers.documents import DocumentDraft, StoredDocument
from psa.providers.drafts import Contact, NewTicket, TicketType
from psa.providers.errors import NotOffered, PsaError
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


class PsaProvider(ABC):
    """One account's PSA, used by many threads at once.

    Every method but ticket_url and close may raise `psa.providers.errors.PsaError`.

    Reads raise ConnectionFailed, Timeout, ServerError, RateLimited, AuthFailed,
    PermissionMissing or NotFound; repeating one is always safe. Writes are sent once and
    never repeated here: ConnectionFailed, SiteRefused and RateLimited mean that nothing was done,
    AuthFailed, PermissionMissing, NotFound and InvalidRequest that it was refused, and
    WriteUncertain that it may have been done; `PsaError.certainty` tells the three apart.

    Texts, dates and numbers that come back are fit for a page and a database: a provider passes
    each answer through `psa.providers.cleaning` where it is parsed.

    A method that names a `Capability` is for PSAs whose `setup` has it; the others' raise
    NotOffered.
    """

    setup: ClassVar[Setup]

    def __init_subclass__(cls) -> None:
        """Let each error that leaves a method of the contract name this PSA."""
        super().__init_subclass__()
        for name in vars(PsaProvider):
            if not name.startswith("_") and callable(method := getattr(cls, name)):
                setattr(cls, name, _naming_the_psa(method))

    @abstractmethod
    def test_connection(self) -> ConnectionReport:
        """Prove that site, company and credentials work together. Changes nothing."""

    def check_rights(self) -> RightsReport:
        """Return for each function what it needs and has, as far as reading shows it.

        Also what the key can read without need. Empty for a PSA whose keys carry no rights.
        """
        return RightsReport()

    @abstractmethod
    def get_ticket(self, ticket_id: str) -> Ticket:
        """Return the ticket as it is now. Raises NotFound when it does not exist."""

    @abstractmethod
    def get_ticket_statuses(self, board_id: str) -> tuple[TicketStatus, ...]:
        """Return the active statuses of a board in the board's own order."""

    @abstractmethod
    def search_tickets(self, wanted: TicketFilter, page: int, page_size: int) -> Page[Ticket]:
        """Return one page of the tickets that the filter describes, the newest first.

        `page` from 1, `page_size` up to 100. A page past the end is empty. Every part of the
        filter is applied; raises InvalidRequest for one that cannot be.
        """

    @abstractmethod
    def list_priorities(self) -> tuple[Priority, ...]:
        """Return the priorities, the most urgent first."""

    @abstractmethod
    def list_companies(self, query: str) -> tuple[Company, ...]:
        """Return up to 50 companies whose name or identifier holds the words, by name.

        An empty query returns the first 50.
        """

    @abstractmethod
    def get_company(self, company_id: str) -> Company:
        """Return one company. Raises NotFound."""

    @abstractmethod
    def list_notes(self, ticket_id: str) -> Timeline:
        """Return the ticket's notes and time entries as one history, newest first.

        Where time entries cannot be had the notes come alone; the right, or what else is
        missing, is told.
        """

    def get_ticket_configurations(
        self, ticket_id: str, *, company_id: str = ""
    ) -> tuple[Configuration, ...]:
        """Return the configurations that are attached to the ticket, by name.

        The ticket's company, where it is known, may make it faster. `CONFIGURATIONS`.
        """
        del ticket_id, company_id
        raise NotOffered

    @abstractmethod
    def list_related(self, about: About) -> tuple[Ticket, ...]:
        """Return up to 10 other tickets that may help with this one, the likeliest first.

        They are of the same company, or in similar words.
        """

    def list_about_configuration(self, ticket_id: str, configuration_id: str) -> tuple[Ticket, ...]:
        """Return up to 10 other tickets about the configuration, the newest first.

        A configuration that there cannot be has none. `CONFIGURATIONS`.
        """
        del ticket_id, configuration_id
        raise NotOffered

    @abstractmethod
    def list_resources(self, ticket_id: str) -> tuple[Assignee, ...]:
        """Return who works on the ticket: its owner first, then the others by name.

        Raises where one of them cannot be had: a change of people is judged by this list.
        """

    def show_resources(self, ticket_id: str) -> Crew:
        """Return what is known of who works on the ticket, and what of it is missing."""
        return Crew(assignees=self.list_resources(ticket_id))

    @abstractmethod
    def add_resource(self, ticket_id: str, member_id: str) -> None:
        """Assign a member: as owner where there is none, else beside the owner.

        Nothing is sent when the member is assigned already. Raises as writes do.
        """

    @abstractmethod
    def remove_resource(self, ticket_id: str, member_id: str) -> None:
        """Take a member off the ticket, as owner and beside the owner.

        Nothing is sent when the member is not assigned. Raises as writes do.
        """

    @abstractmethod
    def list_boards(self) -> tuple[Board, ...]:
        """Return the active service boards, by name."""

    @abstractmethod
    def list_members(self) -> tuple[Member, ...]:
        """Return all members, also inactive and API members (they carry flags)."""

    @abstractmethod
    def post_note(self, ticket_id: str, draft: NoteDraft) -> PostedNote:
        """Write one note, once, and compare what was stored with what was asked."""

    @abstractmethod
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
        """Look for a note that an uncertain write may have left on the ticket.

        `since` is the moment of the first attempt, aware and by our clock; the PSA's own clock
        decides which notes are younger. Leaves out the ids in `exclude`; matches by `marker`
        when one is given, whenever the note was written, then by the same text, also one that
        the PSA cut. None means surely absent at this moment; raises Undecided for what may be
        the note or another one. What is found is compared with `text`, and with `note_type`
        and `member_id` where given.
        """

    def get_note(self, ticket_id: str, note_id: str, *, text: str) -> PostedNote:
        """Return the note as it is now, compared with the text that it is to have.

        Raises NotFound when it is not on the ticket. `NOTE_EDIT`.
        """
        del ticket_id, note_id, text
        raise NotOffered

    def edit_note(self, ticket_id: str, note_id: str, *, text: str) -> PostedNote:
        """Replace a note's text, once, and compare what was stored; asks for no mail.

        Raises as writes do, and NotFound when the note is not on the ticket. `NOTE_EDIT`.
        """
        del ticket_id, note_id, text
        raise NotOffered

    def list_work_roles(self, location_id: str) -> tuple[Reference, ...]:
        """Return the active work roles that tickets of the location take, by name.

        All active ones where the location is not known (empty). `TIME`.
        """
        del location_id
        raise NotOffered

    def list_work_types(self) -> tuple[WorkType, ...]:
        """Return the active work types, by name. `TIME`."""
        raise NotOffered

    def list_periods(self) -> tuple[Period, ...]:
        """Return for which days time is taken; empty where the PSA tells of none. `TIME`."""
        raise NotOffered

    def list_time(self, member_id: str, since: datetime, until: datetime) -> tuple[StoredTime, ...]:
        """Return the member's time entries that lie, or reach, between two aware moments.

        `TIME`.
        """
        del member_id, since, until
        raise NotOffered

    def book_time(self, ticket_id: str, draft: TimeDraft) -> BookedTime:
        """Write one time entry, once, and compare what was stored; asks for no mail.

        Raises as writes do. `TIME`.
        """
        del ticket_id, draft
        raise NotOffered

    def find_time(
        self,
        ticket_id: str,
        draft: TimeDraft,
        *,
        since: datetime,
        exclude: Collection[str] = (),
    ) -> BookedTime | None:
        """Look for a time entry that an uncertain `book_time` may have left on the ticket.

        `since` is the moment of the first attempt, aware and by our clock. Leaves out the ids in
        `exclude`. None means surely absent at this moment; raises Undecided for one that may be
        it or another one. `TIME`.
        """
        del ticket_id, draft, since, exclude
        raise NotOffered

    def attach_document(
        self, ticket_id: str, draft: DocumentDraft, content: bytes
    ) -> StoredDocument:
        """Add one file to the ticket, once, and compare what was stored.

        Raises as writes do. `DOCUMENTS`.
        """
        del ticket_id, draft, content
        raise NotOffered

    def find_document(
        self,
        ticket_id: str,
        draft: DocumentDraft,
        *,
        since: datetime,
        exclude: Collection[str] = (),
    ) -> StoredDocument | None:
        """Look for a file that an uncertain `attach_document` may have left on the ticket.

        `since` is the moment of the first attempt, aware and by our clock. Leaves out the ids in
        `exclude`. None means surely absent at this moment; raises Undecided for one that may be
        it or another one. `DOCUMENTS`.
        """
        del ticket_id, draft, since, exclude
        raise NotOffered

    @abstractmethod
    def update_ticket_status(self, ticket_id: str, status_id: str) -> Ticket:
        """Change the status and believe only what came back.

        Raises WriteNotApplied when the PSA answers success with another status.
        """

    @abstractmethod
    def create_ticket(self, draft: NewTicket) -> Ticket:
        """Create the ticket, once, and return it as the PSA stored it.

        The draft's reference is stored with it. Raises InvalidRequest for what does not fit
        together, such as a status of another board.
        """

    @abstractmethod
    def find_created(self, reference: str) -> Ticket | None:
        """Look for the ticket that an uncertain `create_ticket` may have left.

        None means surely absent at this moment; raises where that cannot be told.
        """

    @abstractmethod
    def list_types(self, board_id: str) -> tuple[TicketType, ...]:
        """Return the board's active types by name, each with what it may be combined with."""

    @abstractmethod
    def list_contacts(self, company_id: str, query: str) -> tuple[Contact, ...]:
        """Return up to 50 active contacts of a company whose names hold all of the words.

        An empty query returns the first 50.
        """

    @abstractmethod
    def get_contact(self, contact_id: str) -> Contact:
        """Return one contact. Raises NotFound."""

    @abstractmethod
    def list_alike(self, company_id: str, summary: str) -> tuple[Ticket, ...]:
        """Return up to 5 open tickets of the company in similar words, the likeliest first."""

    @abstractmethod
    def ticket_url(self, ticket_id: str) -> str:
        """Return the address of the ticket in the PSA's own web pages. Calls nothing."""

    def close(self) -> None:  # noqa: B027 (a provider without sockets has nothing to do)
        """Give back the sockets; the provider is not used afterwards."""


def _naming_the_psa(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def named(self: PsaProvider, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except PsaError as error:
            error.of(self.setup.label)
            raise

    return named
