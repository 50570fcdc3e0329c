"""The simulator's own addresses under /__simulator__/, for tests on this machine only."""

import json
from collections.abc import Callable
from typing import Any, Protocol

from werkzeug.wrappers import Request, Response

from .answers import plain_json
from .faults import Faults
from .fields import Record
from .journal import Journal
from .quirks import Quirks
from .store import Tenant

PREFIX = "/__simulator__/"
_LOOPBACK = ("127.0.0.1", "::1")


class Controlled(Protocol):
    """What is looked at and changed of the simulator."""

    faults: Faults
    journal: Journal
    quirks: Quirks
    connections: int
    tenants: dict[str, Tenant]

    def dump(self) -> dict[str, Any]:
        """Return all records of all tenants."""


def control(simulator: Controlled, request: Request) -> Response:
    """Answer one control request.

    POST faults {"add": {…}} or {"random": {…}} · DELETE faults · GET quirks ·
    POST quirks {"most_per_page": 3, "clock_behind": 4800, …} · DELETE quirks (all to their
    defaults) · GET journal · GET dump · GET connections (TCP, accepted since the start) ·
    GET notes/{company}/{ticket} · GET documents/{company}/{ticket} (each with its SHA-256) ·
    GET mails/{company} and mails/{company}/{ticket} (what would have been sent) ·
    POST records/{company}/{table}/{id} {"status": "Billed"} (as if somebody had changed it in
    the PSA). 403 from other machines, 404 and 400 as usual.
    """
    if request.remote_addr not in (None, *_LOOPBACK):
        return Response("Only from this machine.", 403)
    what, *rest = request.path.removeprefix(PREFIX).split("/")
    handler = _HANDLERS.get((request.method, what, len(rest)))
    if handler is None:
        return Response("There is no such control.", 404)
    try:
        return handler(simulator, request, *rest)
    except LookupError:
        return Response("There is no such tenant, ticket or record.", 404)
    except (AttributeError, TypeError, ValueError) as error:
        return Response(str(error), 400)


def _add_faults(simulator: Controlled, request: Request) -> Response:
    wanted: dict[str, dict[str, Any]] = json.loads(request.get_data())
    for how in ("add", "random"):
        if how in wanted:
            getattr(simulator.faults, how)(**wanted[how])
    return Response(status=204)


def _clear_faults(simulator: Controlled, _: Request) -> Response:
    simulator.faults.clear()
    return Response(status=204)


def _quirks(simulator: Controlled, request: Request) -> Response:
    if request.method == "DELETE":
        simulator.quirks.reset()
    elif request.method == "POST":
        simulator.quirks.turn(json.loads(request.get_data()))
    return plain_json(simulator.quirks.as_json())


def _journal(simulator: Controlled, _: Request) -> Response:
    return plain_json([entry.as_json() for entry in list(simulator.journal)])


def _connections(simulator: Controlled, _: Request) -> Response:
    return plain_json({"accepted": simulator.connections})


def _dump(simulator: Controlled, _: Request) -> Response:
    return plain_json(simulator.dump())


def _of_ticket(what: Callable[[Tenant, int], list[Record]]) -> Callable[..., Response]:
    def told(simulator: Controlled, _: Request, company: str, ticket: str) -> Response:
        return plain_json(what(simulator.tenants[company.lower()], _number(ticket)))

    return told


def _mails(simulator: Controlled, _: Request, company: str) -> Response:
    return plain_json(simulator.tenants[company.lower()].mails_of())


def _number(text: str) -> int:
    if not text.isdecimal():
        raise LookupError(text)
    return int(text)


def _change(
    simulator: Controlled, request: Request, company: str, table: str, number: str
) -> Response:
    tenant = simulator.tenants[company.lower()]
    with tenant.lock:
        if table not in tenant.tables:  # to ask for it would make it
            raise LookupError(table)
        record = tenant.tables[table][_number(number)]
        record.update(json.loads(request.get_data()))
        tenant.found.clear()
        return plain_json(record)


# By method, first word of the path and how many follow it.
_HANDLERS: dict[tuple[str, str, int], Callable[..., Response]] = {
    ("POST", "faults", 0): _add_faults,
    ("DELETE", "faults", 0): _clear_faults,
    ("GET", "quirks", 0): _quirks,
    ("POST", "quirks", 0): _quirks,
    ("DELETE", "quirks", 0): _quirks,
    ("GET", "journal", 0): _journal,
    ("GET", "connections", 0): _connections,
    ("GET", "dump", 0): _dump,
    ("GET", "notes", 2): _of_ticket(Tenant.notes_of),
    ("GET", "documents", 2): _of_ticket(Tenant.documents_of),
    ("GET", "mails", 1): _mails,
    ("GET", "mails", 2): _of_ticket(Tenant.mails_of),
    ("POST", "records", 3): _change,
}
