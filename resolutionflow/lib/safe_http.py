"""The one door to the network: which addresses we connect to, and for how long.

`sites.py` says which sites are allowed. A name is resolved once per connection, every
address it resolves to is checked, and the socket goes to an address that was checked: DNS
cannot be switched in between. TLS names, certificates and the Host header stay those of
the name. Redirects are not followed, proxies and .netrc of the environment are ignored.

A call ends: each step has a timeout, and `deadline` bounds them together, so that a server
that sends one byte a second holds a thread no longer than one that sends nothing.
"""

import functools
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import certifi
import httpcore
import httpx

from resolutionflow.lib.sites import (
    Origin,
    Policy,
    SiteNotAllowed,
    check_addresses,
    parse_origin,
)
from resolutionflow.lib.waiting import waiting

__all__ = [
    "Answer",
    "Origin",
    "Policy",
    "SiteNotAllowed",
    "Stream",
    "deadline",
    "exchange",
    "open_client",
    "parse_origin",
    "stream",
]

# Seconds. Their sum, and TOTAL, stay below settings.POST_LEASE: when a lease ends, the
# call that it covered has ended too.
TIMEOUT = httpx.Timeout(connect=5.0, read=15.0, write=5.0, pool=3.0)
TOTAL = 25.0
MAX_BODY = 16 * 1024 * 1024
# httpx's pool costs 1 ms of CPU a call at this size, and 7 to 18 ms above 100.
LIMITS = httpx.Limits(max_connections=10, max_keepalive_connections=10, keepalive_expiry=15.0)

_PIECE = 16 * 1024
_MOST_ADDRESSES = 3

_clock = time.monotonic
_ends_at: ContextVar[float | None] = ContextVar("safe_http_ends_at", default=None)

Resolver = Callable[[str, int], Iterable[str]]


class AnswerTooLarge(httpx.TransportError):
    """The body is larger than MAX_BODY bytes; the rest was not read."""


# --- How long it may take ------------------------------------------------------------


@contextmanager
def deadline(seconds: float = TOTAL) -> Iterator[None]:
    """Bound everything done through the door inside; an inner deadline never extends."""
    with _until(_clock() + seconds):
        yield


@contextmanager
def _until(ends: float) -> Iterator[None]:
    outer = _ends_at.get()
    token = _ends_at.set(ends if outer is None else min(ends, outer))
    try:
        yield
    finally:
        _ends_at.reset(token)


def time_left() -> float:
    """Return the seconds until the deadline (TOTAL where none is set)."""
    ends = _ends_at.get()
    return TOTAL if ends is None else ends - _clock()


def _allowance(timeout: float | None, late: type[Exception]) -> float:
    """Return the seconds that one step may take; raises `late` when none are left."""
    left = time_left()
    if left <= 0:
        raise late("The deadline of the call has passed.")
    return left if timeout is None else min(timeout, left)


class DeadlineStream(httpcore.NetworkStream):
    """A socket whose every step ends with the deadline of the call that uses it."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what arrived, within what is left."""
        left = _allowance(timeout, httpcore.ReadTimeout)
        with waiting():
            return self._inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send in pieces, so that a peer that drains slowly meets the deadline too."""
        for start in range(0, len(buffer), _PIECE):
            left = _allowance(timeout, httpcore.WriteTimeout)
            with waiting():
                self._inner.write(buffer[start : start + _PIECE], left)

    def close(self) -> None:
        """Close the socket."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Verify the certificate for the name, not for the address."""
        left = _allowance(timeout, httpcore.ConnectTimeout)
        with waiting():
            return DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        """Pass on what the socket knows."""
        return self._inner.get_extra_info(info)


def system_resolver(host: str, port: int) -> list[str]:
    """Return the addresses the operating system finds, in its order; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


# --- The door ------------------------------------------------------------------------


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses of one origin, and to nothing else."""

    def __init__(
        self, origin: Origin, *, trusted: bool, resolver: Resolver, sockets: httpcore.NetworkBackend
    ) -> None:
        self._origin = origin
        self._trusted = trusted
        self._resolver = resolver
        self._sockets = sockets

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check all, then connect to one of exactly those addresses."""
        addresses = self._addresses(host, port)
        failure: Exception = httpcore.ConnectError("The name has no address.")
        for tried, address in enumerate(addresses):
            left = _allowance(timeout, httpcore.ConnectTimeout) / (len(addresses) - tried)
            try:
                with waiting():
                    stream = self._sockets.connect_tcp(
                        address, port, left, local_address, socket_options
                    )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return DeadlineStream(stream)
        raise failure

    def _addresses(self, host: str, port: int) -> tuple[str, ...]:
        if (host, port) != (self._origin.host, self._origin.port):
            raise SiteNotAllowed("A link to another site is not followed.")
        try:
            with waiting():
                found = self._resolver(host, port)
        except OSError as error:
            raise httpcore.ConnectError("The name does not resolve.") from error
        return check_addresses(found, trusted=self._trusted)[:_MOST_ADDRESSES]


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the process's one TLS context: Mozilla's roots and those of the machine."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


class PinnedTransport(httpx.HTTPTransport):
    """httpx's own transport on a pool that connects through PinnedBackend."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls_context(),
            max_connections=LIMITS.max_connections,
            max_keepalive_connections=LIMITS.max_keepalive_connections,
            keepalive_expiry=LIMITS.keepalive_expiry,
            retries=0,
            network_backend=backend,
        )


def pinned_transport(
    origin: Origin,
    *,
    trusted: bool,
    resolver: Resolver = system_resolver,
    sockets: httpcore.NetworkBackend | None = None,
) -> httpx.BaseTransport:
    """Return a transport to the origin; resolver and sockets are for tests to replace."""
    sockets = sockets or httpcore.SyncBackend()
    return PinnedTransport(
        PinnedBackend(origin, trusted=trusted, resolver=resolver, sockets=sockets)
    )


# Tests put an in-process PSA here; called as transport_factory(origin, trusted=...).
transport_factory: Callable[..., httpx.BaseTransport] = pinned_transport


def open_client(origin: Origin, *, policy: Policy) -> httpx.Client:
    """Return a pooled client for one origin; the caller closes it.

    Connects to nothing yet. Raises SiteNotAllowed when the policy refuses the origin.
    """
    trusted = policy.admit(origin)
    return httpx.Client(
        base_url=str(origin),
        transport=transport_factory(origin, trusted=trusted),
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def exchange(
    client: httpx.Client,
    method: str,
    path: str,
    *,
    params: Mapping[str, str] | None = None,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request and read the whole answer, within the deadline.

    `body` is sent as JSON in ASCII, which no proxy can misread. Raises SiteNotAllowed
    before anything is sent, and httpx.RequestError for whatever happens on the way.
    """
    content = None if body is None else json.dumps(body).encode("ascii")
    typed = {} if body is None else {"Content-Type": "application/json"}
    request = client.build_request(
        method, path, params=params, content=content, headers={**(headers or {}), **typed}
    )
    with deadline():
        if time_left() <= 0:
            raise httpx.ConnectTimeout("The deadline of the call has passed.", request=request)
        response = client.send(request, stream=True)
        try:
            received = _whole_body(response)
        finally:
            response.close()
    lowered = {name.lower(): value for name, value in response.headers.items()}
    return Answer(status=response.status_code, headers=lowered, body=received)


def _whole_body(response: httpx.Response) -> bytes:
    """Return the decoded body; counted after decoding, so compression cannot hide size."""
    received = bytearray()
    for piece in response.iter_bytes():
        received += piece
        if len(received) > MAX_BODY:
            raise AnswerTooLarge("The answer is larger than any we expect.")
    return bytes(received)


# --- Answers that are read while they arrive -----------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An answer under way. Whoever does not read `pieces` to the end calls `close`."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]
    close: Callable[[], None]


def stream(
    client: httpx.Client,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str],
    content: bytes,
    seconds: float,
) -> Stream:
    """Send one request and hand its answer on, decoded, as it arrives.

    `seconds` bounds all of it. Raises SiteNotAllowed before anything is sent, and
    httpx.RequestError for whatever happens on the way, also while the pieces are read.
    """
    ends = _clock() + seconds
    timeout = httpx.Timeout(
        connect=TIMEOUT.connect, read=seconds, write=TIMEOUT.write, pool=TIMEOUT.pool
    )
    request = client.build_request(
        method, path, headers=dict(headers), content=content, timeout=timeout
    )
    with _until(ends):
        response = client.send(request, stream=True)
    lowered = {name.lower(): value for name, value in response.headers.items()}
    return Stream(
        status=response.status_code,
        headers=lowered,
        pieces=_pieces(response, ends),
        close=response.close,
    )


def _pieces(response: httpx.Response, ends: float) -> Iterator[bytes]:
    """Yield the decoded body. The deadline is set for each step: a reader may stop between."""
    received, pieces = 0, response.iter_bytes()
    try:
        while True:
            with _until(ends):
                piece = next(pieces, None)
            if piece is None:
                return
            received += len(piece)
            if received > MAX_BODY:
                raise AnswerTooLarge("The answer is larger than any we expect.")
            yield piece
    finally:
        response.close()
