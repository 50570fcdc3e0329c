"""The server: honest until it is told how to attack."""

import http.client
import json
import socket
import socketserver
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.hostile.attack import Attack, Gone, Honest, Request, Wire, send_value
from tests.hostile.attacks import ATTACKS

CONTROL = "/__hostile__/"
_COMPANY_INFO = "/login/companyinfo/"
_MOST_HEAD = 65_536

_DATE = "2026-11-02T09:14:00Z"
_PLACE = {"id": 1, "identifier": "NW", "name": "Northwind"}
# Holds what the product asks of tickets, notes and lists alike.
_RECORD = {
    "id": 1,
    "identifier": "one",
    "name": "One",
    "summary": "Printer is jamming",
    "text": "It jams on every page.",
    "board": _PLACE,
    "status": {"id": 1, "name": "New"},
    "priority": {"id": 1, "name": "High", "sort": 1},
    "company": _PLACE,
    "contact": _PLACE,
    "dateEntered": _DATE,
    "dateCreated": _DATE,
    "createdBy": "erin",
    "_info": {"lastUpdated": _DATE, "dateEntered": _DATE, "updatedBy": "erin"},
}


class HostilePsa:
    """The server's state; `attack` may be changed at any time.

    `seen` keeps method and target of the last thousand requests that were no control.
    """

    def __init__(self, *, upstream: str = "", port: int = 0) -> None:
        self.attack: Attack | None = None
        self.everywhere = False
        self.seen: deque[tuple[str, str]] = deque(maxlen=1000)
        self.upstream = upstream
        self.stopped = threading.Event()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.psa = self
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def serve_forever(self) -> None:
        """Take connections until `close`."""
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """End all attacks under way, and take no more connections."""
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()

    # --- Answers ---------------------------------------------------------------------

    def answer(self, wire: Wire, request: Request) -> None:
        """Write the answer to one request."""
        path = request.target.partition("?")[0]
        if path.startswith(CONTROL):
            self._control(wire, request, path.removeprefix(CONTROL))
            return
        self.seen.append((request.method, request.target))
        attacked = self.everywhere or not path.startswith(_COMPANY_INFO)
        if self.attack and attacked:
            self.attack.write(wire, request, lambda: self.honest(request))
            return
        honest = self.honest(request)
        send_value(wire, honest.value, "Connection: close", status=f"{honest.status} Honest")

    def honest(self, request: Request) -> Honest:
        """Return what an honest PSA says: the one upstream, or a few small records."""
        return _asked(self.upstream, request) if self.upstream else _built_in(request)

    def _control(self, wire: Wire, request: Request, name: str) -> None:
        if request.method == "PUT" and name not in ATTACKS:
            send_value(wire, {"unknown": name}, status="404 Not Found")
            return
        if request.method in ("PUT", "DELETE"):
            self.attack = ATTACKS.get(name)
            self.everywhere = "everywhere=1" in request.target
        groups = {each.name: each.group for each in ATTACKS.values()}
        now = self.attack.name if self.attack else None
        send_value(wire, {"attack": now, "attacks": groups, "seen": list(self.seen)})


def _built_in(request: Request) -> Honest:
    path = request.target.partition("?")[0]
    if path.startswith(_COMPANY_INFO):
        info = {"CompanyName": "Northwind", "Codebase": "v4_6_release/", "IsCloud": False}
        return Honest(200, info)
    if path.endswith("/system/info"):
        return Honest(200, {"version": "v2026.1", "isCloud": False, "serverTimeZone": "UTC"})
    if path.endswith("/count"):
        return Honest(200, {"count": 1})
    single = path.rpartition("/")[2].isdigit() or request.method in ("PATCH", "PUT")
    return Honest(200, _RECORD if single else [_RECORD])


def _asked(upstream: str, request: Request) -> Honest:
    site = urlsplit(upstream)
    line = http.client.HTTPConnection(site.hostname or "", site.port, timeout=60)
    try:
        passed = {
            name: text
            for name, text in request.headers.items()
            if name in ("authorization", "clientid", "accept", "content-type")
        }
        line.request(request.method, request.target, request.body or None, passed)
        answer = line.getresponse()
        text = answer.read()
        return Honest(answer.status, json.loads(text) if text else None)
    finally:
        line.close()


# --- Sockets -------------------------------------------------------------------------


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 256
    psa: HostilePsa


class _Handler(socketserver.BaseRequestHandler):
    server: _Server
    request: socket.socket

    def handle(self) -> None:
        """Read one request, answer it, and end the connection."""
        psa = self.server.psa
        self.request.settimeout(60)
        with suppress(Gone, OSError):
            request = _read(self.request)
            if request:
                psa.answer(Wire(self.request, psa.stopped), request)
                self.request.shutdown(socket.SHUT_WR)


def _read(sock: socket.socket) -> Request | None:
    """Return the request; None where the other side says nothing that is one."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = sock.recv(_MOST_HEAD)
        received += piece
        if not piece or len(received) > _MOST_HEAD:
            return None
    start, _, body = received.partition(b"\r\n\r\n")
    first, *lines = start.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): text.strip() for name, _, text in pairs}
    missing = int(headers.get("content-length", "0")) - len(body)
    while missing > 0 and (piece := sock.recv(min(missing, _MOST_HEAD))):
        body += piece
        missing -= len(piece)
    return Request(method, target, headers, body)


@contextmanager
def hostile_psa(*, upstream: str = "", port: int = 0) -> Iterator[HostilePsa]:
    """Run the server on a thread of this process; port 0 takes a free one."""
    psa = HostilePsa(upstream=upstream, port=port)
    thread = threading.Thread(target=psa.serve_forever, daemon=True)
    thread.start()
    try:
        yield psa
    finally:
        psa.close()
        thread.join()
