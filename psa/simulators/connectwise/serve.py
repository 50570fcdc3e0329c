"""The simulator over HTTP, with threads and kept-alive connections."""

from typing import Any, cast

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from . import control
from .app import Simulator


class QuietHandler(WSGIRequestHandler):
    """HTTP/1.1 with keep-alive and without a log line per request."""

    protocol_version = "HTTP/1.1"
    # Header and body leave in two writes: without this each answer waits for a delayed ACK.
    disable_nagle_algorithm = True

    # Whether this connection has carried a call; the simulator's own addresses do not count.
    counted = False

    def run_wsgi(self) -> None:
        """Answer one request and leave the connection open.

        werkzeug's own closes it because applications may leave a body unread; the simulator
        reads every body to its end, and all its answers but 204 have a length.
        """
        self.environ = environ = self.make_environ()
        if not self.counted and not environ["PATH_INFO"].startswith(control.PREFIX):
            self.counted = True
            cast(Simulator, self.server.app).connected()

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: Any = None
        ) -> Any:
            code, _, reason = status.partition(" ")
            # Without the Date header of this machine: the simulator sends its own, or none.
            self.send_response_only(int(code), reason)
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        try:
            for part in self.server.app(environ, start_response):
                self.wfile.write(part)
        except ConnectionError:
            self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing; the journal has it all."""


def server(simulator: Simulator, port: int, host: str = "127.0.0.1") -> BaseWSGIServer:
    """Return a server that is bound and listening (port 0: any); call `serve_forever` on it."""
    return make_server(host, port, simulator, threaded=True, request_handler=QuietHandler)
