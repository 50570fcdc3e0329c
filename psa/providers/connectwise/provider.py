"""ConnectWise PSA (formerly Manage) as the product's provider."""

import time
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from psa.providers.base import PsaProvider
from psa.providers.connectwise import conditions, mapping, response
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.errors import InvalidRequest, NotFound, PermissionMissing, WriteNotApplied
from psa.providers.types import (
    Board,
    ConnectionReport,
    Member,
    NoteDraft,
    NoteType,
    PostedNote,
    RightCheck,
    Ticket,
    TicketStatus,
)
from resolutionflow.lib import safe_http

# How far ConnectWise's clock may be off from ours.
CLOCK_ALLOWANCE = timedelta(minutes=5)
NOTES_PAGE = 50
_LARGEST_ID = 2**31 - 1
# Which call shows or needs which right, and what people lose without it.
_NEEDED = (
    ("GET", "/service/tickets", "showing and linking tickets"),
    ("GET", "/service/boards", "showing boards and their statuses"),
    ("GET", "/system/members", "signing notes as the engineer"),
    ("POST", "/service/tickets/1/notes", "posting notes"),
    ("PATCH", "/service/tickets/1", "changing a ticket's status"),
)


class ConnectWiseProvider(PsaProvider):
    """Joins the client (HTTP) with the mapping (JSON); see `PsaProvider` for the contract.

    Costs, once the API is found: every method one call, lists one per 1,000 records,
    find_note one per 50 notes. However many calls it takes, a method ends within
    safe_http.TOTAL seconds.
    """

    name: ClassVar[str] = "connectwise"
    label: ClassVar[str] = "ConnectWise PSA"

    def __init__(
        self,
        client: ConnectWiseClient,
        *,
        company_id: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._company_id = company_id
        self._clock = clock

    def test_connection(self) -> ConnectionReport:
        """Ask companyinfo for the company and system/info with the credentials."""
        company = self._client.company()
        started = self._clock()
        info = self._client.read(response.SYSTEM_INFO)
        elapsed = self._clock() - started
        return ConnectionReport(
            company_name=company.name,
            version=mapping.version(info),
            is_cloud=company.is_cloud,
            latency_ms=round(elapsed * 1000),
        )

    def check_rights(self) -> tuple[RightCheck, ...]:
        """Read one record of each kind; what only a write would show stays open."""
        return tuple(
            RightCheck(
                right=response.right_for(method, path),
                needed_for=needed_for,
                granted=self._may_read(path) if method == "GET" else None,
            )
            for method, path, needed_for in _NEEDED
        )

    def _may_read(self, path: str) -> bool:
        try:
            self._client.read(path, {"pageSize": "1"})
        except PermissionMissing:
            return False
        return True

    def get_ticket(self, ticket_id: str) -> Ticket:
        """Return the ticket as it is now. Raises NotFound."""
        return self._ticket(response.record(self._client.read(_ticket_path(ticket_id))))

    def get_ticket_statuses(self, board_id: str) -> tuple[TicketStatus, ...]:
        """Return the active statuses of a board in the board's own order."""
        active = conditions.equals(conditions.STATUS_INACTIVE, False)
        rows = self._all(f"/service/boards/{_number(board_id)}/statuses", str(active))
        found = [mapping.status(row) for row in rows if row.get("inactive") is not True]
        return tuple(sorted(found, key=lambda status: (status.sort_order, status.name)))

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
        """Look through the notes since then, newest first: the marker, then the text."""
        same: PostedNote | None = None
        with safe_http.deadline():
            rows = list(self._notes_since(ticket_id, since - CLOCK_ALLOWANCE))
        for row in rows:
            if str(row["id"]) in exclude:
                continue
            candidate = _posted(row, text, note_type, member_id)
            if marker and marker in candidate.note.text:
                return candidate
            if same is None and mapping.same_text(text, candidate.note.text):
                same = candidate
        return same

    def update_ticket_status(self, ticket_id: str, status_id: str) -> Ticket:
        """Change the status and believe only what came back."""
        change = mapping.status_change(_number(status_id))
        ticket = self._ticket(self._client.write("PATCH", _ticket_path(ticket_id), change))
        if ticket.status.id != status_id:
            raise WriteNotApplied(
                f"ConnectWise answered success, but the status is still “{ticket.status.name}”. "
                "Check the ticket in ConnectWise."
            )
        return ticket

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

    def _all(self, path: str, condition: str = "") -> list[response.Record]:
        """Return the records of all pages, in the order of their ids."""
        params = {"orderBy": "id asc"} | ({"conditions": condition} if condition else {})
        with safe_http.deadline():
            return [row for page in self._client.read_pages(path, params) for row in page]

    def _notes_since(self, ticket_id: str, since: datetime) -> Iterator[response.Record]:
        """Yield the ticket's notes since the moment, newest first.

        A note that arrives while pages are read shifts the others to later pages: one may
        come twice, none is skipped. A page that is not in the order that was asked for
        proves nothing about the next: then all pages are read.
        """
        path = f"{_ticket_path(ticket_id)}/notes"
        order = {"orderBy": "dateCreated desc"}
        for page in self._client.read_pages(path, order, size=NOTES_PAGE):
            created = [mapping.note(row).created_at for row in page]
            known = [moment for moment in created if moment is not None]
            for row, moment in zip(page, created, strict=True):
                if moment is None or moment >= since:
                    yield row
            if known and known[-1] < since and known == sorted(known, reverse=True):
                return


def _posted(
    row: response.Record, text: str, note_type: NoteType | None, member_id: str | None
) -> PostedNote:
    return PostedNote(
        note=mapping.note(row),
        differences=mapping.differences(row, text=text, note_type=note_type, member_id=member_id),
    )


def _ticket_path(ticket_id: str) -> str:
    return f"/service/tickets/{_number(ticket_id)}"


def _number(text: str) -> str:
    """Return the id if ConnectWise could have such a one; raises NotFound otherwise."""
    if text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) <= _LARGEST_ID:
        return text
    raise NotFound("ConnectWise numbers its records with digits only. Check the number.")
