"""gunicorn's worker with a bound on how long a request may take to arrive.

gunicorn's threads wait for a request's head and body without a limit in time, so 32 requests
that were sent by half held a process. A proxy that buffers requests keeps such senders away
(docs/operations.md says that one must stand in front); this is what holds without one, or
behind one that does not buffer:

- A request arrives whole within WHOLE seconds, however steadily it trickles.
- No more than a quarter of the threads wait for slow senders. Beyond that the oldest of them
  are cut off after PATIENCE seconds; what arrives at once is never among them.
- The application sees whole bodies only. Half a form is answered with 408 and never acted on.
- Where files are sent a body may be larger, and a quarter of the threads may receive such ones.
- Who takes no answer is let go after SEND seconds.
"""

import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore, Lock, Thread
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from gunicorn.workers.gthread import ThreadWorker

WHOLE = 30.0
PATIENCE = 2.0
SEND = 60.0
# As much as the proxies of deploy/ let through: a little more than the application takes.
LARGEST_BODY = 11 * 1024 * 1024
# Of a step's form with files: three of 10 MiB, and what stands around them.
LARGEST_WITH_FILES = 32 * 1024 * 1024
TAKES_FILES = re.compile(r"/sessions/[0-9a-f-]{36}/steps/(?:[0-9]+/edit/)?")
# Larger bodies wait on the disk for the application, not in memory.
_IN_MEMORY = 1024 * 1024
_PLACE = "resolutionflow.place"
_STEP = 64 * 1024
_ROUND = 0.5
_PAGES = Path(__file__).resolve().parent.parent / "deploy" / "errors"


class Receiving:
    """The connections of one process whose request has not arrived whole."""

    def __init__(self, places: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._clock = clock
        self._since: dict[socket.socket, float] = {}
        self._lock = Lock()
        self._with_files = BoundedSemaphore(places)

    def place_for_files(self) -> BoundedSemaphore | None:
        """Return what `let_go` releases after a request with files, None while none is free."""
        return self._with_files if self._with_files.acquire(blocking=False) else None

    @contextmanager
    def request(self, connection: socket.socket) -> Iterator[None]:
        """Watch the connection until its request is whole, or over."""
        with self._lock:
            self._since[connection] = self._clock()
        try:
            yield
        finally:
            self.whole(connection)

    def whole(self, connection: socket.socket) -> None:
        """Stop watching: the request is here, and what follows is the application's time."""
        with self._lock:
            self._since.pop(connection, None)

    def cut_off(self) -> None:
        """End the receiving of what takes too long; its reader then finds the end of the data."""
        with self._lock:
            for connection in self._too_slow():
                del self._since[connection]
                try:
                    connection.shutdown(socket.SHUT_RD)
                except OSError:
                    continue  # Its sender was faster.

    def _too_slow(self) -> list[socket.socket]:
        now = self._clock()
        oldest_first = sorted(self._since, key=lambda each: self._since[each])
        slow = [each for each in oldest_first if now - self._since[each] > PATIENCE]
        beyond = max(0, len(slow) - self._places)
        return slow[:beyond] + [e for e in slow[beyond:] if now - self._since[e] > WHOLE]

    def watch(self) -> None:
        """Cut off what is too slow, for as long as the process lives."""
        while True:
            time.sleep(_ROUND)
            self.cut_off()


class WholeBodies:
    """WSGI middleware: hands the application requests whose body is here, whole and bounded."""

    def __init__(self, application: WSGIApplication, receiving: Receiving) -> None:
        self._application = application
        self._receiving = receiving

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Read the body, or answer 413 where it is too large and 408 where it breaks off.

        429 where too many large ones are on the disk already.
        """
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > LARGEST_BODY:
            if length > LARGEST_WITH_FILES or not TAKES_FILES.fullmatch(environ["PATH_INFO"]):
                return _refusal("413 Content Too Large", start_response)
            place = self._receiving.place_for_files()
            if place is None:
                return _refusal("429 Too Many Requests", start_response)
            environ[_PLACE] = place
        body = _received(environ["wsgi.input"], length)
        connection = environ["gunicorn.socket"]
        self._receiving.whole(connection)
        connection.settimeout(SEND)
        if body.tell() < length:
            body.close()
            return _refusal("408 Request Timeout", start_response)
        body.seek(0)
        environ["wsgi.input"] = body
        return self._application(environ, start_response)


def let_go(environ: WSGIEnvironment) -> None:
    """Close what a body was kept in, after its request; gunicorn.py's post_request calls it."""
    if place := environ.pop(_PLACE, None):
        place.release()
    body = environ.get("wsgi.input")
    if isinstance(body, SpooledTemporaryFile):
        body.close()


def _received(source: Any, length: int) -> IO[bytes]:
    """Return what arrives of a body of this length, with its end as the position."""
    body: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - goes with the request
    while (left := length - body.tell()) > 0 and (chunk := source.read(min(left, _STEP))):
        body.write(chunk)
    return body


def _refusal(status: str, start_response: StartResponse) -> list[bytes]:
    page = (_PAGES / f"{status[:3]}.html").read_bytes()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(page))),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'"),
        ("Connection", "close"),
    ]
    start_response(status, headers)
    return [page]


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threaded worker, with bounds on receiving and sending."""

    wsgi: WSGIApplication

    def init_process(self) -> None:
        """Begin to watch in the process that will serve, which is a child of gunicorn's."""
        self.receiving = Receiving(places=max(1, self.cfg.threads // 4))
        Thread(target=self.receiving.watch, name="receiving", daemon=True).start()
        super().init_process()

    def load_wsgi(self) -> None:
        """Put the middleware in front of the application."""
        super().load_wsgi()
        self.wsgi = WholeBodies(self.wsgi, self.receiving)

    def handle(self, conn: Any) -> Any:
        """Read one request and answer it, as gunicorn does, while its arrival is watched."""
        with self.receiving.request(conn.sock):
            return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        """Log an error as gunicorn does, but for the address: it may hold a token or a search."""
        if hasattr(req, "uri"):
            req.uri = "(address not logged)"
        super().handle_error(req, client, addr, exc)
