"""The simulator's own addresses under /__simulator__/, for tests on this machine only."""

import json
from typing import Any, Protocol

from werkzeug.wrappers import Request, Response

from .answers import plain_json
from .faults import Faults
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
    defaults) · GET journal · GET dump · GET notes/{company}/{ticket} · GET connections (TCP,
    accepted since the start). 403 from other machines, 404 and 400 as usual.
    """
    if request.remote_addr not in (None, *_LOOPBACK):
        return Response("Only from this machine.", 403)
    what, *rest = request.path.removeprefix(PREFIX).split("/")
    if what == "faults" and request.method in ("POST", "DELETE"):
        return _faults(simulator, request)
    if what == "quirks":
        return _quirks(simulator, request)
    if request.method == "GET" and what == "journal":
        return plain_json([entry.as_json() for entry in list(simulator.journal)])
    if request.method == "GET" and what == "connections":
        return plain_json({"accepted": simulator.connections})
    if request.method == "GET" and what == "dump":
        return plain_json(simulator.dump())
    if request.method == "GET" and what == "notes" and len(rest) == 2:
        return _notes(simulator, *rest)
    return Response("There is no such control.", 404)


def _faults(simulator: Controlled, request: Request) -> Response:
    if request.method == "DELETE":
        simulator.faults.clear()
        return Response(status=204)
    try:
        wanted: dict[str, dict[str, Any]] = json.loads(request.get_data())
        for how in ("add", "random"):
            if how in wanted:
                getattr(simulator.faults, how)(**wanted[how])
    except (TypeError, ValueError) as error:
        return Response(str(error), 400)
    return Response(status=204)


def _quirks(simulator: Controlled, request: Request) -> Response:
    if request.method == "DELETE":
        simulator.quirks.reset()
    elif request.method == "POST":
        try:
            simulator.quirks.turn(json.loads(request.get_data()))
        except (AttributeError, ValueError) as error:
            return Response(str(error), 400)
    return plain_json(simulator.quirks.as_json())


def _notes(simulator: Controlled, company: str, ticket: str) -> Response:
    tenant = simulator.tenants.get(company.lower())
    if tenant is None or not ticket.isdecimal():
        return Response("There is no such tenant or ticket.", 404)
    return plain_json(tenant.notes_of(int(ticket)))
