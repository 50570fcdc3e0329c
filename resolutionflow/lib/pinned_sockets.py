"""Sockets of the HTTP door: to checked addresses of one origin, each step within the call's bounds.

A name is resolved once per connection, every address it resolves to is checked, and the socket
goes to an address that was checked: DNS cannot be switched in between. TLS names, certificates
and the Host header stay those of the name.
"""

import functools
import socket
import ssl
from collections.abc import Callable, Iterable

import certifi
import httpcore
import httpx

from resolutionflow.lib import call_bounds
from resolutionflow.lib.sites import Origin, SiteNotAllowed, check_addresses
from resolutionflow.lib.waiting import waiting

# httpx's pool costs 1 ms of CPU a call at this size, and 7 to 18 ms above 100.
LIMITS = httpx.Limits(max_connections=10, max_keepalive_connections=10, keepalive_expiry=15.0)

_PIECE = 16 * 1024
_MOST_ADDRESSES = 3

Resolver = Callable[[str, int], Iterable[str]]


class AnswerTooLarge(httpx.TransportError):
    """The answer is larger than any we expect; the rest was not read."""


class BoundedStream(httpcore.NetworkStream):
    """A socket whose every step ends with the deadline of the call that uses it.

    What it reads counts for the bytes of that call.
    """

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what arrived, within what is left."""
        left = call_bounds.step(timeout, httpcore.ReadTimeout)
        with waiting():
            received = self._inner.read(max_bytes, left)
        if not call_bounds.take(len(received)):
            raise AnswerTooLarge("The answer is larger than any we expect.")
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send in pieces, so that a peer that drains slowly meets the deadline too."""
        for start in range(0, len(buffer), _PIECE):
            left = call_bounds.step(timeout, httpcore.WriteTimeout)
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
        left = call_bounds.step(timeout, httpcore.ConnectTimeout)
        with waiting():
            return BoundedStream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        """Pass on what the socket knows."""
        return self._inner.get_extra_info(info)


def system_resolver(host: str, port: int) -> list[str]:
    """Return the addresses the operating system finds, in its order; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


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
            left = call_bounds.step(timeout, httpcore.ConnectTimeout) / (len(addresses) - tried)
            try:
                with waiting():
                    stream = self._sockets.connect_tcp(
                        address, port, left, local_address, socket_options
                    )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return BoundedStream(stream)
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
