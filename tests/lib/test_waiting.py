"""What is waited for others is told apart from our own time."""

import contextvars
import threading

import httpcore
import pytest

from resolutionflow.lib import pinned_sockets, safe_http, waiting


@pytest.fixture
def clock(monkeypatch):
    """A clock in seconds that the test moves."""
    now = [100.0]
    monkeypatch.setattr(waiting, "_clock", lambda: now[0])
    return now


def test_only_what_is_waited_counts(clock):
    with waiting.measured() as waited:
        clock[0] += 5
        with waiting.waiting():
            clock[0] += 2
        clock[0] += 7
        with waiting.waiting():
            clock[0] += 1
    assert waited.seconds == 3


def test_a_wait_that_fails_counts_too(clock):
    def fail():
        with waiting.waiting():
            clock[0] += 4
            raise TimeoutError

    with waiting.measured() as waited, pytest.raises(TimeoutError):
        fail()
    assert waited.seconds == 4


def test_calls_side_by_side_count_once(clock):
    with waiting.measured() as waited:
        both = threading.Barrier(2)

        def call():
            with waiting.waiting():
                both.wait(10)
                both.wait(10)

        context = contextvars.copy_context()
        thread = threading.Thread(target=lambda: context.run(call))
        with waiting.waiting():
            thread.start()
            both.wait(10)
            clock[0] += 3
            both.wait(10)
            thread.join(10)
    assert waited.seconds == 3


def test_nobody_has_to_measure():
    with waiting.waiting():
        pass


def test_each_request_has_a_sum_of_its_own(clock):
    with waiting.measured() as outer:
        with waiting.measured() as inner, waiting.waiting():
            clock[0] += 1
        with waiting.waiting():
            clock[0] += 2
    assert (inner.seconds, outer.seconds) == (1, 2)


class SlowSocket(httpcore.NetworkStream, httpcore.NetworkBackend):
    """A socket of which every step takes a second."""

    def __init__(self, clock):
        self.clock = clock

    def read(self, max_bytes, timeout=None):
        self.clock[0] += 1
        return b"x"

    def write(self, buffer, timeout=None):
        self.clock[0] += 1

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        self.clock[0] += 1
        return self

    def connect_tcp(self, *_arguments, **_options):
        self.clock[0] += 1
        return self


def test_every_step_at_the_door_is_waiting(clock):
    origin = safe_http.parse_origin("https://127.0.0.1")
    backend = pinned_sockets.PinnedBackend(
        origin,
        trusted=True,
        resolver=lambda host, port: ["127.0.0.1"],
        sockets=SlowSocket(clock),
    )
    with waiting.measured() as waited:
        stream = backend.connect_tcp("127.0.0.1", 443)
        stream = stream.start_tls(pinned_sockets.tls_context(), "127.0.0.1")
        stream.write(b"question")
        stream.read(10)
    assert waited.seconds == 4
