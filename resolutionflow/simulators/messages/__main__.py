"""`python -m resolutionflow.simulators.messages --port 9401`: the stand-in on this machine."""

from argparse import ArgumentParser

from werkzeug.serving import WSGIRequestHandler, make_server

from .app import MessagesStandIn


class QuietHandler(WSGIRequestHandler):
    """Without a log line per request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until interrupted."""
    parser = ArgumentParser(description="Runs a stand-in for the Messages API on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=9401)
    port = parser.parse_args().port
    server = make_server(
        "127.0.0.1", port, MessagesStandIn(), threaded=True, request_handler=QuietHandler
    )
    server.serve_forever()


if __name__ == "__main__":
    main()
