"""Senders who never finish a request."""

import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.report import median
from tests.siege.attack import Found, attack, control
from tests.siege.installation import Installation
from tests.siege.visitor import HOST, Visitor

# As many as both processes have threads, and as many as one has for each.
SENDERS = 64
PAGES = 15
# Seconds after which the oldest are cut off (resolutionflow/receiving.py), and some.
SETTLED = 4.0
_HEAD = (
    f"POST /login/ HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-Proto: https\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000\r\n\r\nusername="
)


@contextmanager
def half_sent(port: int, number: int) -> Iterator[list[socket.socket]]:
    """Begin so many requests, and end none."""
    lines = [socket.create_connection(("127.0.0.1", port), 20) for _ in range(number)]
    try:
        for line in lines:
            line.sendall(_HEAD.encode())
        yield lines
    finally:
        for line in lines:
            line.close()


@attack("half-sent")
def direct(besieged: Installation) -> Found:
    """Straight to the application, as behind a proxy that does not buffer."""
    visitor = besieged.visitor("203.0.113.60")
    calm = _pages(visitor)
    with half_sent(besieged.port, SENDERS):
        time.sleep(SETTLED)
        held = _pages(visitor)
    control(visitor.get("/login/").status_code == 200, "pages afterwards")
    return Found(
        f"a page takes {held * 1000:.0f} ms, {calm * 1000:.0f} ms in the calm "
        f"({held / calm:.1f} times)",
        holds=held <= 3 * calm + 0.2,
    )


def _pages(visitor: Visitor) -> float:
    taken = [visitor.took("/login/") for _ in range(PAGES)]
    control(all(status == 200 for status, _ in taken), "the page answers")
    return median(seconds for _, seconds in taken)


@attack("half-sent-proxy")
def through_a_proxy(besieged: Installation) -> Found:
    """The proxies need root and certificates: `make rehearsal` holds both of them."""
    del besieged
    caddy = Path(sys.executable).with_name("caddy")
    there = [name for name in ("nginx", "caddy") if shutil.which(name)]
    there += ["caddy"] if caddy.exists() else []
    return Found(f"`make rehearsal` does it ({', '.join(there) or 'no proxy here'})", holds=None)
