"""Who sends slowly, by half or too much holds no thread, and half a form is never acted on."""

import socket
import time
from contextlib import ExitStack
from io import BytesIO
from types import SimpleNamespace
from unittest.mock import Mock
from uuid import UUID

import pytest
from django.conf import settings
from django.urls import reverse
from gunicorn.config import Config

from resolutionflow.lib.processes import Processes, free_port
from resolutionflow.receiving import (
    LARGEST_BODY,
    LARGEST_WITH_FILES,
    PATIENCE,
    TAKES_FILES,
    WHOLE,
    Receiving,
    WholeBodies,
    Worker,
    let_go,
)
from tests.clocks import Seconds


@pytest.fixture
def clock():
    return Seconds(100.0)


@pytest.fixture
def pairs():
    """Return a maker of connections: the server's end and the sender's."""
    with ExitStack() as opened:

        def make() -> tuple[socket.socket, socket.socket]:
            ends = socket.socketpair()
            for end in ends:
                end.setblocking(False)
                opened.enter_context(end)
            return ends

        yield make


def is_cut(server: socket.socket) -> bool:
    try:
        return server.recv(1) == b""
    except BlockingIOError:
        return False


def test_a_request_that_trickles_ends_after_its_time_and_no_sooner(clock, pairs):
    receiving = Receiving(places=2, clock=clock)
    server, _sender = pairs()
    with receiving.request(server):
        clock.seconds += WHOLE
        receiving.cut_off()
        assert not is_cut(server)
        clock.seconds += 0.1
        receiving.cut_off()
        assert is_cut(server)


def test_only_so_many_slow_senders_are_borne_and_the_oldest_go_first(clock, pairs):
    receiving = Receiving(places=2, clock=clock)
    with ExitStack() as arriving:
        servers = []
        for _ in range(5):
            server, _sender = pairs()
            arriving.enter_context(receiving.request(server))
            servers.append(server)
            clock.seconds += 1
        clock.seconds += PATIENCE
        fresh, _sender = pairs()
        arriving.enter_context(receiving.request(fresh))

        receiving.cut_off()

        assert [is_cut(server) for server in servers] == [True, True, True, False, False]
        assert not is_cut(fresh)


def test_what_arrived_whole_is_left_alone_however_long_its_answer_takes(clock, pairs):
    receiving = Receiving(places=0, clock=clock)
    server, _sender = pairs()
    with receiving.request(server):
        receiving.whole(server)
        clock.seconds += 10 * WHOLE
        receiving.cut_off()
        assert not is_cut(server)


def test_a_sender_that_was_faster_is_no_trouble(clock, pairs):
    receiving = Receiving(places=0, clock=clock)
    server, _sender = pairs()
    with receiving.request(server):
        server.close()
        clock.seconds += WHOLE + 1
        receiving.cut_off()


@pytest.mark.parametrize(
    ("length", "sent", "status"),
    [
        ("5", b"a=1&b", "200 OK"),
        ("", b"", "200 OK"),
        ("6", b"a=1&b", "408 Request Timeout"),
        (str(LARGEST_BODY + 1), b"a", "413 Content Too Large"),
    ],
)
def test_the_application_sees_whole_and_bounded_bodies_only(pairs, length, sent, status):
    said = []

    def application(environ, start_response):
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    server, _sender = pairs()
    environ = {"CONTENT_LENGTH": length, "wsgi.input": BytesIO(sent), "gunicorn.socket": server}
    environ["PATH_INFO"] = "/sessions/new/"

    def start_response(status, headers, *_):
        said.append((status, dict(headers)))
        return said.append

    answer = WholeBodies(application, Receiving(places=1))(environ, start_response)

    assert said[0][0] == status
    page = b"".join(answer)
    let_go(environ)
    if status == "200 OK":
        assert page == sent
    else:
        assert said[0][1]["Connection"] == "close"
        assert b'class="error-bar"' in page
        assert b"What you typed is not lost" in page


STEPS = f"/sessions/{UUID(int=7)}/steps/"


def receive(receiving, path, length):
    """Return the status of a request that says to be so long, and what is to be let go."""
    said = []

    def application(environ, start_response):
        start_response("200 OK", [])
        return [b""]

    # Its body breaks off at once: nobody sends so much here.
    environ = {"PATH_INFO": path, "CONTENT_LENGTH": str(length), "wsgi.input": BytesIO(b"a")}
    environ["gunicorn.socket"] = Mock()

    def start_response(status, headers, *_):
        said.append(status)
        return said.append

    WholeBodies(application, receiving)(environ, start_response)
    return said[0], environ


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        (STEPS, LARGEST_WITH_FILES, "408 Request Timeout"),
        (f"{STEPS}12/edit/", LARGEST_BODY + 1, "408 Request Timeout"),
        (STEPS, LARGEST_WITH_FILES + 1, "413 Content Too Large"),
        (f"{STEPS}12/move/", LARGEST_BODY + 1, "413 Content Too Large"),
        ("/login/", LARGEST_BODY + 1, "413 Content Too Large"),
    ],
)
def test_more_is_taken_where_files_are_sent_and_nowhere_else(path, length, status):
    said, environ = receive(Receiving(places=1), path, length)
    assert said == status
    let_go(environ)


def test_the_address_that_takes_more_is_that_of_a_step_with_files():
    some = UUID(int=7)
    for route, ids in (("sessions:step-add", [some]), ("sessions:step-edit", [some, 12])):
        assert TAKES_FILES.fullmatch(reverse(route, args=ids))


def test_only_so_many_large_bodies_are_taken_at_once():
    receiving = Receiving(places=2)
    held = [receive(receiving, STEPS, LARGEST_WITH_FILES)[1] for _ in range(2)]
    assert receive(receiving, STEPS, LARGEST_WITH_FILES)[0] == "429 Too Many Requests"
    assert receive(receiving, STEPS, LARGEST_BODY)[0] == "408 Request Timeout"  # is none of them
    let_go(held[0])
    let_go(held[0])  # once is enough
    assert receive(receiving, STEPS, LARGEST_WITH_FILES)[0] == "408 Request Timeout"
    assert receive(receiving, STEPS, LARGEST_WITH_FILES)[0] == "429 Too Many Requests"


HEAD = b"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"


def test_a_process_full_of_half_sent_requests_answers_all_the_same(monkeypatch, tmp_path):
    port = free_port()
    env = {
        "PATH": "",
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "WEB_PROCESSES": "1",
        "WEB_THREADS": "4",
    }
    with Processes(env, settings.BASE_DIR) as processes, ExitStack() as opened:
        processes.start_web(port)
        processes.wait_for_port(port)
        halves = [HEAD, HEAD + b"\r\nusername=", b"", HEAD + b"\r\nu"] * 2
        senders = []
        for half in halves:
            sender = opened.enter_context(socket.create_connection(("127.0.0.1", port), 60))
            sender.sendall(half)
            senders.append(sender)

        asked = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), WHOLE) as person:
            person.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            answer = person.recv(100)

        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert time.monotonic() - asked < WHOLE / 2
        assert senders[1].recv(100).startswith(b"HTTP/1.1 408 ")


def test_an_error_is_logged_without_the_address(pairs):
    server, _ = pairs()
    worker = Worker.__new__(Worker)
    worker.log, worker.cfg = Mock(), Config()
    request = SimpleNamespace(
        method="GET", uri="/invite/key/?q=words", body=None, query="", version=(1, 1)
    )
    worker.handle_error(request, server, ("127.0.0.1", 1), RuntimeError("boom"))

    logged = str(worker.log.exception.mock_calls)
    assert "Error handling request" in logged
    assert "key" not in logged
    assert "words" not in logged
