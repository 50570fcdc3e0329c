"""Carries the product's HTTP into the simulator, in the same process and without waiting."""

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx

from psa.providers.connectwise.client import ConnectWiseClient
from psa.simulators.connectwise import ConnectionCut, ConnectionRefused, Simulator
from resolutionflow.lib import safe_http

# Takes a request and what was answered to it, status and value; returns what to answer instead.
Rewrite = Callable[[httpx.Request, int, Any], tuple[int, Any]]

# Takes a request; returns what to answer to it, or None to let the PSA answer.
Answering = Callable[[httpx.Request], httpx.Response | None]

SITE = "https://cw.northwind.example"


class Patience:
    """A sleep that only counts: how long this thread's request would have waited."""

    def __init__(self) -> None:
        self._thread = threading.local()

    def __call__(self, seconds: float) -> None:
        self._thread.waited = self.waited + seconds

    @property
    def waited(self) -> float:
        return getattr(self._thread, "waited", 0.0)

    def start(self) -> None:
        self._thread.waited = 0.0


class SimulatorTransport(httpx.BaseTransport):
    """An httpx transport over the simulator's WSGI application.

    A refused or cut connection raises what httpx raises on a real one. Where the
    simulator would have kept the caller waiting beyond the read timeout, ReadTimeout is
    raised after the simulator has done its work, as the vendor does.
    """

    def __init__(self, simulator: Simulator, patience: Patience) -> None:
        self._inner = httpx.WSGITransport(app=simulator)
        self._patience = patience

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer from the simulator, or fail as the network would."""
        self._patience.start()
        try:
            answer = self._inner.handle_request(request)
            body = answer.read()
        except ConnectionRefused as error:
            raise httpx.ConnectError("refused", request=request) from error
        except ConnectionCut as error:
            self._give_up_if_late(request)
            raise httpx.RemoteProtocolError("cut", request=request) from error
        self._give_up_if_late(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)

    def _give_up_if_late(self, request: httpx.Request) -> None:
        if self._patience.waited > request.extensions["timeout"]["read"]:
            raise httpx.ReadTimeout("late", request=request)


class RewritingTransport(httpx.BaseTransport):
    """Changes the JSON of what another transport answers."""

    def __init__(self, inner: httpx.BaseTransport, rewrite: Rewrite) -> None:
        self._inner, self._rewrite = inner, rewrite

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, and the answer through `rewrite` if it is JSON."""
        answer = self._inner.handle_request(request)
        if "json" not in answer.headers.get("Content-Type", ""):
            return answer
        value = json.loads(answer.content or "null")
        status, value = self._rewrite(request, answer.status_code, value)
        headers = answer.headers.copy()
        del headers["Content-Length"]
        return httpx.Response(status, headers=headers, content=json.dumps(value))


class AnsweringTransport(httpx.BaseTransport):
    """Answers some requests itself, and passes the others on; `asked` are those it answered."""

    def __init__(self, inner: httpx.BaseTransport, answer: Answering, asked: list[str]) -> None:
        self._inner, self._answer, self._asked = inner, answer, asked

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or let the inner transport."""
        answer = self._answer(request)
        if answer is None:
            return self._inner.handle_request(request)
        self._asked.append(f"{request.method} {request.url.path}")
        return answer


def answer_instead(monkeypatch: Any, answer: Answering) -> list[str]:
    """Have `answer` answer a PSA's requests from now on, where it returns an answer.

    Returns the list of those that it answered, which grows.
    """
    before = safe_http.transport_factory
    asked: list[str] = []

    def transport(*arguments: Any, **options: Any) -> httpx.BaseTransport:
        return AnsweringTransport(before(*arguments, **options), answer, asked)

    monkeypatch.setattr(safe_http, "transport_factory", transport)
    return asked


def rewrite_answers(monkeypatch: Any, rewrite: Rewrite) -> None:
    """Have every JSON answer of a PSA pass through `rewrite` from now on."""
    before = safe_http.transport_factory

    def transport(*arguments: Any, **options: Any) -> httpx.BaseTransport:
        return RewritingTransport(before(*arguments, **options), rewrite)

    monkeypatch.setattr(safe_http, "transport_factory", transport)


def install(monkeypatch, simulator: Simulator, patience: Patience) -> None:
    """Put the simulator behind the HTTP door, for every origin; repeats do not wait."""

    def transport(origin, *, trusted):
        return SimulatorTransport(simulator, patience)

    monkeypatch.setattr("resolutionflow.lib.safe_http.transport_factory", transport)
    monkeypatch.setitem(ConnectWiseClient.__init__.__kwdefaults__, "sleep", lambda seconds: None)
