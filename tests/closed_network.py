"""Closes the network of this process but for loopback and the named databases."""

import ipaddress
import os
import socket
from contextlib import contextmanager
from unittest import mock
from urllib.parse import urlsplit


class NetworkClosed(BaseException):
    """A test tried to leave this machine. No `except Exception` may swallow that."""


def _allowed_names() -> set[str]:
    urls = (os.environ.get(name, "") for name in ("TEST_DATABASE_URL", "DATABASE_URL", "REDIS_URL"))
    return {"localhost", *(host for url in urls if (host := urlsplit(url).hostname))}


@contextmanager
def closed_network():
    """Refuse to resolve or connect to anything else, loudly."""
    names = _allowed_names()
    look_up, connect = socket.getaddrinfo, socket.socket.connect
    resolved: set[str] = set()

    def check(host):
        host = host.decode() if isinstance(host, bytes) else host or "localhost"
        if host in names or host in resolved or _is_loopback(host):
            return
        raise NetworkClosed(f"a test wanted to reach {host}")

    def guarded_look_up(host, *args, **kwargs):
        check(host)
        found = look_up(host, *args, **kwargs)
        resolved.update(str(entry[4][0]) for entry in found)
        return found

    def guarded_connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            check(address[0])
        return connect(self, address)

    with (
        mock.patch.object(socket, "getaddrinfo", guarded_look_up),
        mock.patch.object(socket.socket, "connect", guarded_connect),
    ):
        yield


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
