"""Carries the SDK's requests through the one door to the network.

The SDK speaks httpx2, the door httpx. This transport has no sockets: it hands what the SDK
wants to send to `safe_http.stream`, and what comes back to the SDK.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import httpx2

from resolutionflow.lib import safe_http
from resolutionflow.lib.sites import Origin, Policy

# Of the connection between door and service; the door has dealt with them.
_OF_THE_WAY = {"content-encoding", "content-length", "transfer-encoding", "connection"}


class DoorTransport(httpx2.BaseTransport):
    """An httpx2 transport to one origin, through the door."""

    def __init__(self, origin: Origin, policy: Policy) -> None:
        self._client = safe_http.open_client(origin, policy=policy)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send; the read timeout that the SDK asks for bounds the whole answer, in seconds."""
        with _translated(request):
            stream = safe_http.stream(
                self._client,
                request.method,
                str(request.url),
                headers=dict(request.headers),
                content=request.read(),
                seconds=float(request.extensions["timeout"]["read"]),
            )
        headers = {name: text for name, text in stream.headers.items() if name not in _OF_THE_WAY}
        return httpx2.Response(stream.status, headers=headers, stream=_Body(stream, request))

    def close(self) -> None:
        """Close the door's client."""
        self._client.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, stream: safe_http.Stream, request: httpx2.Request) -> None:
        self._stream = stream
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        with _translated(self._request):
            yield from self._stream.pieces

    def close(self) -> None:
        self._stream.close()


@contextmanager
def _translated(request: httpx2.Request) -> Iterator[None]:
    """Raise in the SDK's words what happened on the way."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        # Apart from the others: nothing was sent yet, so nothing is billed.
        raise _not_sent(error, request) from error
    except httpx.TimeoutException as error:
        raise httpx2.ReadTimeout(type(error).__name__, request=request) from error
    except httpx.RequestError as error:
        raise httpx2.TransportError(type(error).__name__, request=request) from error


def _not_sent(error: httpx.RequestError, request: httpx2.Request) -> httpx2.TransportError:
    late = isinstance(error, httpx.TimeoutException)
    kind = httpx2.ConnectTimeout if late else httpx2.ConnectError
    return kind(type(error).__name__, request=request)
