"""What an API key may do of what the product needs, and what it could read beyond that.

Reads one id of each kind, a few at a time; nothing is written. The words are those of
ConnectWise's role editor, as the set-up pages of other integrations quote them (N-able,
CyberFOX, Commvault, Gozynta, read 2026-11). Levels below "All" hide records from us without a
refusal, so that reading cannot tell them apart from "All".
"""

from functools import partial

from psa.providers.connectwise import refusals
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.errors import (
    InvalidRequest,
    NotFound,
    PermissionMissing,
    PsaError,
    ServerError,
)
from psa.providers.types import FunctionCheck, RightCheck, RightsReport, Write
from resolutionflow.lib import safe_http
from resolutionflow.lib.side_by_side import each

# Reads side by side: well below what one connection may have in flight.
_LANES = 4

_TICKETS = "/service/tickets"
_BOARDS = "/service/boards"
_MEMBERS = "/system/members"
_COMPANIES = "/company/companies"
_CONTACTS = "/company/contacts"
_CONFIGURATIONS = "/company/configurations"
_TIME = "/time/entries"
_WORK_TYPES = "/time/workTypes"
_SCHEDULE = "/schedule/entries"
_DOCUMENTS = "/system/documents"

# The calls that show a right only when they are made in earnest.
_WRITES = {
    Write.NOTE: ("POST", "/service/tickets/1/notes"),
    Write.STATUS: ("PATCH", "/service/tickets/1"),
    Write.ASSIGN: ("POST", _SCHEDULE),
    Write.UNASSIGN: ("DELETE", f"{_SCHEDULE}/1"),
    Write.TIME: ("POST", _TIME),
    Write.DOCUMENT: ("POST", _DOCUMENTS),
}

# What the product does, what it reads for that, and what it writes.
_FUNCTIONS: tuple[tuple[str, tuple[str, ...], tuple[Write, ...]], ...] = (
    ("Finding, showing and linking tickets", (_TICKETS,), ()),
    ("Boards, statuses and priorities", (_BOARDS,), ()),
    ("Posting notes", (_TICKETS,), (Write.NOTE,)),
    ("Changing a ticket's status and owner", (_TICKETS, _BOARDS), (Write.STATUS,)),
    ("Closing tickets", (_TICKETS, _BOARDS), (Write.STATUS, Write.CLOSING)),
    # A ticket is added by the same right as a note.
    ("Creating tickets", (_TICKETS, _BOARDS, _COMPANIES, _CONTACTS), (Write.NOTE,)),
    ("Signing notes as the engineer", (_MEMBERS,), ()),
    ("Filtering tickets by company", (_COMPANIES,), ()),
    ("A ticket's configurations", (_CONFIGURATIONS,), ()),
    ("Time entries among the notes", (_TIME,), ()),
    ("Booking time", (_TIME, _WORK_TYPES), (Write.TIME,)),
    # Documents are listed of one record only: without one, reading shows nothing.
    ("Adding pictures and files", (), (Write.DOCUMENT,)),
    ("Who works on a ticket", (_SCHEDULE,), (Write.ASSIGN, Write.UNASSIGN)),
)
# What we never ask for: a key that reads it has more than it needs.
_SURPLUS = {
    "/finance/agreements": "Finance › Agreements",
    "/finance/invoices": "Finance › Invoicing",
    "/procurement/catalog": "Procurement › Product Catalog",
    "/procurement/purchaseorders": "Procurement › Purchase Orders",
    "/project/projects": "Project › Project Headers",
    "/sales/opportunities": "Sales › Opportunity",
    "/expense/entries": "Time & Expense › Expense Report Entry",
}


def check(client: ConnectWiseClient) -> RightsReport:
    """Return what the client's key may do; raises PsaError when ConnectWise cannot be asked."""
    needed = {path for _, reads, _ in _FUNCTIONS for path in reads}
    readable = _try(client, [*sorted(needed), *_SURPLUS])
    return RightsReport(
        functions=tuple(
            FunctionCheck(
                name=name,
                rights=(
                    *(_right(refusals.right_for("GET", path), readable[path]) for path in reads),
                    *map(_writing, writes),
                ),
            )
            for name, reads, writes in _FUNCTIONS
        ),
        surplus=tuple(
            RightCheck(area=area, verb="Inquire", granted=True, level="None")
            for path, area in _SURPLUS.items()
            if readable[path]
        ),
    )


def _try(client: ConnectWiseClient, paths: list[str]) -> dict[str, bool | None]:
    """Return for each path whether it may be read; None where the answer does not tell."""
    with safe_http.deadline():
        lanes = each(partial(_try_lane, client, paths[lane::_LANES]) for lane in range(_LANES))
    return {path: answer for lane in lanes for path, answer in lane.items()}


def _try_lane(client: ConnectWiseClient, paths: list[str]) -> dict[str, bool | None]:
    return {path: _may_read(client, path) for path in paths}


def _may_read(client: ConnectWiseClient, path: str) -> bool | None:
    """Ask for one id, which tells as much as a record and carries none."""
    # A module that is not licensed, or a bad moment: neither is a missing right.
    unclear = PsaError if path in _SURPLUS else (NotFound, InvalidRequest, ServerError)
    try:
        client.read(path, {"pageSize": "1", "fields": "id"})
    except PermissionMissing:
        return False
    except unclear:
        return None
    return True


def _right(name: str, granted: bool | None) -> RightCheck:
    area, _, verb = name.rpartition(": ")
    return RightCheck(area=area, verb=verb, granted=granted)


def _writing(write: Write) -> RightCheck:
    name = refusals.CLOSING_RIGHT if write is Write.CLOSING else refusals.right_for(*_WRITES[write])
    area, _, verb = name.rpartition(": ")
    return RightCheck(area=area, verb=verb, shown_by=write)
