"""Whole addresses of our own pages, for letters, invitations and callbacks.

They begin with PUBLIC_URL alone. A request's Host header is chosen by who sends the request:
a link made from it could lead the person who receives it to a stranger's server.
"""

import ipaddress
from collections.abc import Iterable

from django.conf import settings

# What `make demo` prints, and what a development server answers on.
LOCAL_ORIGIN = "http://127.0.0.1:8000"
_LOOPBACK_NAMES = {"localhost", ".localhost", "testserver"}


def absolute(path: str) -> str:
    """Return the whole address of this path of ours, such as `/invite/…/`."""
    return f"{settings.PUBLIC_URL}{path}"


def is_loopback(host: str) -> bool:
    """Tell whether this host name or address leads to the same machine only."""
    name = host.strip().strip("[]").lower()
    if name in _LOOPBACK_NAMES or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def default_origin(allowed_hosts: Iterable[str], *, https: bool) -> str:
    """Return what PUBLIC_URL is where the operator sets none.

    Behind https that is the first name of ALLOWED_HOSTS that people could type; else, or
    where ALLOWED_HOSTS holds only patterns, it is the address of the demo.
    """
    names = (host for host in allowed_hosts if "*" not in host and not host.startswith("."))
    name = next((name for name in names if not is_loopback(name)), "")
    return f"https://{name}" if https and name else LOCAL_ORIGIN
