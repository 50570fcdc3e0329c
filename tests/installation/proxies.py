"""Holds a proxy of deploy/ against senders who never finish, too large forms, and its own log.

Loopback only, bounded: SENDERS connections, and less than two minutes.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

import httpx

from tests.bench.report import Row, median

# More of each kind than both web processes have threads.
SENDERS = 70
# The contract: slow heads and bodies end within it.
BOUND = 60.0
PAGES = 20
TOO_LARGE = 12 * 1024 * 1024
# Words that a log must not hold: of a search, of an invitation, of a link to a new password.
WORDS = ("salary-of-the-director", "12-inviting.secret", "1-renewing.secret")
_HEAD = "POST /login/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000\r\n"
KINDS = {
    "heads": (_HEAD, ""),
    "bodies": (f"{_HEAD}\r\nusername=", ""),
    "trickling bodies": (f"{_HEAD}\r\nusername=", "x"),
}


@dataclass
class Senders:
    """Connections that began a request and do not end it; `lives` is how long each was borne."""

    trickle: bytes
    lives: list[float] = field(default_factory=list)
    _open: dict[ssl.SSLSocket, float] = field(default_factory=dict)

    def add(self, connection: ssl.SSLSocket, first: bytes) -> None:
        """Send the beginning of a request."""
        connection.sendall(first)
        connection.setblocking(False)
        self._open[connection] = time.monotonic()

    @property
    def borne(self) -> int:
        """How many the proxy still bears."""
        return len(self._open)

    def go_on_until(self, stop: Event) -> None:
        """Trickle once a second, and note who was cut off."""
        while self._open and not stop.wait(1):
            for connection in list(self._open):
                if not self._goes_on(connection):
                    self.lives.append(time.monotonic() - self._open.pop(connection))

    def _goes_on(self, connection: ssl.SSLSocket) -> bool:
        """Send a little more; an answer, or the end of the connection, is the end of it."""
        try:
            connection.send(self.trickle)
            connection.recv(1)
        except ssl.SSLWantReadError:
            return True
        except OSError:
            return False
        return False


def hold(
    name: str, host: str, certificate: str, log: Callable[[], str], *, whole: bool
) -> list[Row]:
    """Attack the proxy on port 443 of this machine and return what it bore.

    log: returns all that the proxy has logged. whole: whether it bounds the whole of a body.
    """
    with httpx.Client(
        base_url=f"https://{host}", verify=ssl.create_default_context(cafile=certificate)
    ) as person:
        rows = [*_slow(name, host, certificate, person, whole=whole), _large(name, person)]
        return [*rows, _logged(name, person, log)]


def _slow(
    name: str, host: str, certificate: str, person: httpx.Client, *, whole: bool
) -> Iterator[Row]:
    calm = median(_took(person) for _ in range(PAGES))
    with _senders(host, certificate) as kinds:
        slowest = max(_took(person) for _ in range(PAGES))
        count = sum(each.borne for each in kinds.values())
        yield Row(
            f"{name}: slowest page while {count} requests are half sent",
            slowest * 1000, "ms", max(1000, calm * 5000), f"{calm * 1000:.0f} ms in the calm",
        )  # fmt: skip
        ends = time.monotonic() + BOUND + 10
        bounded = [each for kind, each in kinds.items() if whole or not kind.startswith("tr")]
        while any(each.borne for each in bounded) and time.monotonic() < ends:
            time.sleep(0.5)
        for kind, each in kinds.items():
            longest = max(each.lives, default=float("nan")) if not each.borne else float("inf")
            limit = BOUND if each in bounded else None
            yield Row(f"{name}: longest of the slow {kind}", longest, "s", limit)


@contextmanager
def _senders(host: str, certificate: str) -> Iterator[dict[str, Senders]]:
    context = ssl.create_default_context(cafile=certificate)
    stop = Event()
    with ExitStack() as opened:
        kinds = {kind: Senders(trickle.encode()) for kind, (_, trickle) in KINDS.items()}
        for kind, (first, _) in KINDS.items():
            for _ in range(SENDERS if kind != "trickling bodies" else SENDERS // 10):
                plain = socket.create_connection(("127.0.0.1", 443), 20)
                connection = opened.enter_context(context.wrap_socket(plain, server_hostname=host))
                kinds[kind].add(connection, first.format(host=host).encode())
        going = [Thread(target=each.go_on_until, args=(stop,)) for each in kinds.values()]
        for each in going:
            each.start()
        yield kinds
        stop.set()
        for each in going:
            each.join()


def _took(person: httpx.Client) -> float:
    started = time.monotonic()
    person.get("/login/", timeout=BOUND).raise_for_status()
    return time.monotonic() - started


def _large(name: str, person: httpx.Client) -> Row:
    answer = person.post("/login/", content=b"x" * TOO_LARGE, timeout=BOUND)
    if 'class="error-bar"' not in answer.text or "What you typed is not lost" not in answer.text:
        raise RuntimeError(f"{name} says nothing of what to do: {answer.status_code}")
    return Row(f"{name}: status of {TOO_LARGE >> 20} MB", answer.status_code, "", 413)


def _logged(name: str, person: httpx.Client, log: Callable[[], str]) -> Row:
    """Ask for addresses that nobody else should see, and count them in the log."""
    search, invitation, password = WORDS
    for address in (
        f"/tickets/?q={search}",
        f"/invite/{invitation}/?next={search}",
        f"/password/1/{password}/",
    ):
        person.get(address, headers={"Referer": f"https://elsewhere.example/{invitation}"})
    time.sleep(1)
    logged = log()
    if "/invite/" not in logged:
        raise RuntimeError(f"{name} logged nothing.")
    return Row(f"{name}: secrets in its log", sum(word in logged for word in WORDS), "", 0)
