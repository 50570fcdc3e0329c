"""The simulator: a WSGI application with everything in memory."""

import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.http import http_date
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from . import answers, auth, control, errors
from .calls import API_ROOT, Answer, Call, Route
from .errors import ApiError
from .faults import Faults
from .journal import Entry, Journal
from .mishaps import Work, suffer
from .quirks import Quirks
from .records import ROUTES
from .records.system import company_info, system_info
from .seed import seeded_tenants

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

COMPANY_INFO = "/login/companyinfo/"
_MAP = Map([Rule(route.path, methods=[route.method], endpoint=route) for route in ROUTES])


def _now() -> datetime:
    return datetime.now(UTC)


class InMemoryRequest(Request):
    """A request whose files stay in memory: there is nothing to close, however late it is done."""

    max_form_memory_size = None

    def _get_file_stream(self, *_: Any, **__: Any) -> io.BytesIO:
        return io.BytesIO()


class Simulator:
    """ConnectWise PSA for tests and the demo: call it as WSGI, or serve it with `serve`.

    `clock` returns aware date-times; `sleep` takes seconds and may raise to say that the
    caller has stopped waiting; `public_base` is the start of links in answers, which differs
    from the address that is called, as on the cloud. Thread-safe.
    """

    def __init__(
        self,
        seed: int = 1,
        tickets: int = 300,
        clock: Callable[[], datetime] = _now,
        sleep: Callable[[float], None] = time.sleep,
        public_base: str | None = None,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        self.latency = 0.0
        self.faults = Faults()
        self.quirks = Quirks()
        self.journal = Journal()
        self.connections = 0
        self.tenants = seeded_tenants(seed, tickets, self._time, public_base)
        self._late: list[tuple[datetime, Work]] = []
        self._late_lock = threading.Lock()
        self._count_lock = threading.Lock()
        for tenant in self.tenants.values():
            tenant.settle = self.settle
            tenant.quirks = self.quirks

    def _time(self) -> datetime:
        """Return the moment by the PSA's own clock."""
        return self.clock() - self.quirks.clock_behind

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request; raises ConnectionCut or ConnectionRefused where a fault says so."""
        request = InMemoryRequest(environ)
        request.get_data()  # read to the end: the next request follows on the same socket
        if request.path.startswith(control.PREFIX):
            return control.control(self, request)(environ, start_response)
        self.settle()
        path = _tidied(request.path)
        fault = self.faults.take(request.method, path)
        entry = self.journal.record(self._entry(request, path, fault.kind if fault else None))
        work = partial(self._work, request, path, entry)
        if self.latency:
            self.sleep(self.latency)
        if fault is None:
            response = work()
        else:
            response = suffer(fault, work, environ, self.sleep, self._later)
        entry.status = response.status_code
        if self.quirks.tells_time:
            response.headers["Date"] = http_date(self._time())
        return response(environ, start_response)

    def connected(self) -> None:
        """Count a TCP connection that calls come in by; whoever serves the simulator knows."""
        with self._count_lock:
            self.connections += 1

    def settle(self, everything: bool = False) -> None:
        """Do the work that hung and is due by now; `everything`: whatever still hangs."""
        with self._late_lock:
            now = self.clock()
            due = [work for at, work in self._late if everything or at <= now]
            self._late = [item for item in self._late if item[1] not in due]
        for work in due:
            work()

    def _later(self, work: Work, seconds: float) -> None:
        with self._late_lock:
            self._late.append((self.clock() + timedelta(seconds=seconds), work))

    def dump(self) -> dict[str, Any]:
        """Return all records of all tenants, as JSON can carry them; no keys."""
        self.settle()
        return {
            company: {name: list(table.values()) for name, table in tenant.tables.items()}
            for company, tenant in self.tenants.items()
        }

    def _entry(self, request: Request, path: str, fault: str | None) -> Entry:
        return Entry(
            at=self.clock(),
            tenant="",
            method=request.method,
            path=path,
            query=request.args.to_dict(),
            body=_journalled(request),
            fault=fault,
        )

    def _work(self, request: Request, path: str, entry: Entry) -> Response:
        try:
            if path.startswith(COMPANY_INFO):
                company = path.removeprefix(COMPANY_INFO).lower()
                tenant = self.tenants.get(company)
                return answers.plain_json(company_info(tenant, request.host, self.quirks))
            return answers.response(self._api(request, path, entry))
        except ApiError as error:
            return answers.refusal(error)

    def _api(self, request: Request, path: str, entry: Entry) -> Answer:
        path = self._routed(path)
        if self.quirks.system_info_open and path == "/system/info":
            return Answer(200, system_info(self.quirks))
        caller = auth.authenticate(request, self.tenants, self.quirks)
        entry.tenant = caller.tenant.company_id
        route, arguments = _match(path, request.method)
        if not caller.key.rights.allow(route.area, route.needs):
            raise errors.forbidden()
        call = Call(caller.tenant, caller.key, self.quirks, request, API_ROOT + path)
        with caller.tenant.lock:
            if request.method != "GET" and not path.endswith("/search"):
                caller.tenant.found.clear()
            return route.handler(call, **arguments)

    def _routed(self, path: str) -> str:
        """Return the path inside the API; raises what the gateway says to other paths."""
        for root in (API_ROOT, f"/{self.quirks.codebase}apis/3.0"):
            if path.startswith(root + "/") and "/apis/" not in path.removeprefix(root):
                return path.removeprefix(root)
        raise errors.cannot_route()


def _tidied(path: str) -> str:
    """Return the path as if links with their double slash and closing slash were well formed."""
    return re.sub("/{2,}", "/", path).rstrip("/")


def _match(path: str, method: str) -> tuple[Route, dict[str, Any]]:
    try:
        route, arguments = _MAP.bind("simulator").match(path, method)
    except MethodNotAllowed:
        raise errors.wrong_method(method) from None
    except NotFound:
        raise errors.no_endpoint() from None
    return route, dict(arguments)


def _journalled(request: Request) -> Any:
    """Return what a request carried; of files what they are called and how large they are."""
    body = request.get_data()
    if request.mimetype == "multipart/form-data":
        files = {name: _file(part) for name, part in request.files.items()}
        return {**request.form.to_dict(), **files}
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def _file(part: FileStorage) -> dict[str, Any]:
    size = len(part.stream.read())
    part.stream.seek(0)  # whoever does the work reads it from its beginning
    return {"filename": part.filename, "size": size}
