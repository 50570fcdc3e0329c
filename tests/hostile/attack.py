"""What an attack is, and the wire that it writes to."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

# An attack that nobody ends ends itself.
MOST_SECONDS = 120.0
MOST_BYTES = 512 * 1024 * 1024


class Gone(Exception):
    """The reader has left, or the attack has lasted long enough."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: method, target with its query, header lines by lower-case name, body."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Honest:
    """What an honest PSA would have answered; value is its JSON."""

    status: int
    value: Any


class Wire:
    """One connection, written to byte by byte."""

    def __init__(self, sock: socket.socket, stopped: threading.Event) -> None:
        self._sock = sock
        self._stopped = stopped
        self._ends = time.monotonic() + MOST_SECONDS
        self._left = MOST_BYTES

    def send(self, *pieces: bytes) -> None:
        """Send the pieces; raises Gone when nobody reads any more."""
        self.stream(pieces)

    def stream(self, pieces: Iterable[bytes]) -> None:
        """Send pieces as they are made, which may be without an end; raises Gone."""
        for piece in pieces:
            self._left -= len(piece)
            if self._left < 0 or self._stopped.is_set() or time.monotonic() > self._ends:
                raise Gone
            try:
                self._sock.sendall(piece)
            except OSError as error:
                raise Gone from error

    def wait(self, seconds: float) -> None:
        """Say nothing for so long; raises Gone when the reader leaves meanwhile."""
        ends = min(time.monotonic() + seconds, self._ends)
        while time.monotonic() < ends:
            if self._stopped.wait(min(0.1, max(0.0, ends - time.monotonic()))) or self._left_us():
                raise Gone
        if ends == self._ends:
            raise Gone

    def reset(self) -> None:
        """End the connection with a reset instead of an end."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        raise Gone

    def _left_us(self) -> bool:
        try:
            return self._sock.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


# Writes a whole answer to what was asked; may use what an honest PSA would say.
Write = Callable[[Wire, Request, Callable[[], Honest]], None]


@dataclass(frozen=True, slots=True)
class Attack:
    """A way to answer that does harm; `name` in lower case with dashes."""

    name: str
    group: str
    write: Write


def head(status: str = "200 OK", *lines: str) -> bytes:
    """Return a status line and header lines as they stand on the wire, with the empty line."""
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


JSON = "Content-Type: application/json"


def send_body(wire: Wire, pieces: Iterable[bytes], *lines: str, status: str = "200 OK") -> None:
    """Send a body whose end is the connection's end."""
    wire.send(head(status, JSON, "Connection: close", *lines))
    wire.stream(pieces)


def send_value(wire: Wire, value: object, *lines: str, status: str = "200 OK") -> None:
    """Send a value as JSON, framed as it should be."""
    body = json.dumps(value).encode()
    wire.send(head(status, JSON, f"Content-Length: {len(body)}", *lines), body)
