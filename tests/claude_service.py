"""Carries what is meant for Claude to its stand-in, in the same process and without waiting."""

from contextlib import contextmanager

import httpx

from resolutionflow.lib import safe_http
from resolutionflow.lib.claude import client
from resolutionflow.simulators.messages import ConnectionCut, MessagesStandIn
from tests.simulated import Patience

SITE = "https://claude.example.test"


class _Body(httpx.SyncByteStream):
    """The stand-in's answer while it arrives, and what a real network would make of it."""

    def __init__(self, body, request, patience):
        self._body, self._request, self._patience = body, request, patience

    def __iter__(self):
        pieces = iter(self._body)
        while True:
            try:
                piece = next(pieces)
            except StopIteration:
                return
            except ConnectionCut as error:
                raise httpx.RemoteProtocolError("cut", request=self._request) from error
            if self._patience.waited > self._request.extensions["timeout"]["read"]:
                raise httpx.ReadTimeout("late", request=self._request)
            yield piece


class StandInTransport(httpx.BaseTransport):
    """An httpx transport over the stand-in's WSGI application."""

    def __init__(self, service: MessagesStandIn, patience: Patience) -> None:
        self._service, self._patience = service, patience

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._patience.start()
        answer = httpx.WSGITransport(app=self._service).handle_request(request)
        if self._patience.waited > request.extensions["timeout"]["read"]:
            raise httpx.ReadTimeout("late", request=request)
        body = _Body(answer.stream, request, self._patience)
        return httpx.Response(answer.status_code, headers=answer.headers, stream=body)


@contextmanager
def installed(monkeypatch, settings):
    """Open the SDK's client on the stand-in; it is kept as it would be in a process."""
    patience = Patience()
    service = MessagesStandIn(sleep=patience)
    settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL = "stand-in-key", SITE
    client._client.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(
            safe_http, "transport_factory", lambda *_, **__: StandInTransport(service, patience)
        )
        client.open_client()
    yield service
    client._client.cache_clear()
