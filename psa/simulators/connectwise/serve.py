"""The simulator over HTTP, with threads and kept-alive connections."""

from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .app import Simulator


class QuietHandler(WSGIRequestHandler):
    """HTTP/1.1 with keep-alive and without a log line per request."""

    protocol_version = "HTTP/1.1"
    # Header and body leave in two writes: without this each answer waits for a delayed ACK.
    disable_nagle_algorithm = True

    def send_header(self, keyword: str, value: str) -> None:
        """Leave out werkzeug's "Connection: close": the simulator reads every body to its end."""
        if keyword.lower() != "connection":
            super().send_header(keyword, value)

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing; the journal has it all."""


def server(simulator: Simulator, port: int, host: str = "127.0.0.1") -> BaseWSGIServer:
    """Return a server that is bound and listening (port 0: any); call `serve_forever` on it."""
    return make_server(host, port, simulator, threaded=True, request_handler=QuietHandler)
