"""The stand-in: a WSGI application, in the same process or behind a port of loopback."""

import json
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from . import events, rules
from .scripts import Script

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# What stands where a model's name would: the product's pages tell people by it.
MODEL = "stand-in"
CONTROL = "/__stand_in__/"
_LOOPBACK = (None, "127.0.0.1", "::1")


class ConnectionCut(ConnectionError):
    """In-process stand-in for a socket that was closed in the middle of an answer."""


class MessagesStandIn:
    """Answers POST /v1/messages. `requests` holds the bodies that came, the oldest first.

    `sleep` takes seconds and may raise to say that the caller has stopped waiting. A key that
    begins with "wrong" is not accepted. Thread-safe.
    """

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self.sleep = sleep
        self.requests: list[dict[str, Any]] = []
        self._scripts: list[Script] = []
        self._lock = threading.Lock()

    def will(self, *scripts: Script) -> None:
        """Answer the next calls so, one after the other."""
        with self._lock:
            self._scripts += scripts

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path.startswith(CONTROL):
            return self._control(request)
        if (request.method, request.path) != ("POST", "/v1/messages"):
            return _error(404, "not_found_error")
        if not _key(request) or _key(request).startswith("wrong"):
            return _error(401, "authentication_error")
        try:
            asked: dict[str, Any] = json.loads(request.get_data())
            script = self._next(asked)
        except (LookupError, TypeError, ValueError):
            return _error(400, "invalid_request_error")
        return self._play(script, asked)

    def _next(self, asked: dict[str, Any]) -> Script:
        with self._lock:
            self.requests.append(asked)
            return self._scripts.pop(0) if self._scripts else rules.answer(asked)

    def _play(self, script: Script, asked: dict[str, Any]) -> Response:
        if script.wait:
            self.sleep(script.wait)
        if script.raw is not None:
            return Response(script.raw, script.status, content_type=script.content_type)
        if script.error and script.error_after is None:
            return _error(script.status, script.error)
        if not asked.get("stream"):
            return _json(events.message(script, MODEL, asked))
        return Response(self._stream(script, asked), content_type="text/event-stream")

    def _stream(self, script: Script, asked: dict[str, Any]) -> Iterable[bytes]:
        for number, event in enumerate(events.stream(script, MODEL, asked)):
            if number == script.cut_after:
                raise ConnectionCut
            if number == script.silent_end:
                return
            if number == script.error_after:
                yield events.line(events.error(script.error))
                return
            if script.pause and number:
                self.sleep(script.pause)
            yield events.line(event)

    def _control(self, request: Request) -> Response:
        """Script the stand-in from another process of this machine: POST scripts, GET requests."""
        if request.remote_addr not in _LOOPBACK:
            return Response("Only from this machine.", 403)
        what = (request.method, request.path.removeprefix(CONTROL))
        if what == ("GET", "requests"):
            return _json(self.requests)
        if what != ("POST", "scripts"):
            return Response("There is no such control.", 404)
        try:
            self.will(*(Script(**each) for each in json.loads(request.get_data())))
        except (TypeError, ValueError) as error:
            return Response(str(error), 400)
        return Response(status=204)


def _key(request: Request) -> str:
    """Return the key, in either of the two headers in which SDKs send it."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return request.headers.get("X-Api-Key", bearer)


def as_json(*scripts: Script) -> str:
    """Return scripts as the control address takes them."""
    return json.dumps([asdict(each) for each in scripts])


def _error(status: int, kind: str) -> Response:
    return _json(events.error(kind), status)


def _json(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
