"""The simulator over real sockets."""

import http.client
import io
import json
import threading
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from psa.management.commands import simulate_connectwise
from psa.simulators.connectwise import Simulator
from psa.simulators.connectwise.calls import API_ROOT
from psa.simulators.connectwise.serve import server

from .conftest import NOTES, TICKET, Api

BODY = b'{"text": "once", "resolutionFlag": true}'


@pytest.fixture
def served():
    simulator = Simulator(tickets=5)
    running = server(simulator, 0)
    # It looks every 0.5 s whether it should end, by default.
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield simulator, running.port
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def simulator(served):
    return served[0]


@pytest.fixture
def line(served):
    connection = http.client.HTTPConnection("127.0.0.1", served[1], timeout=10)
    yield connection
    connection.close()


@pytest.fixture
def headers(simulator):
    return Api(simulator, simulator.tenants["northwind"]).headers


def get(line, headers, path=TICKET):
    line.request("GET", API_ROOT + path, headers=headers)
    answer = line.getresponse()
    return answer.status, answer.read()


def post(line, headers):
    headers = {**headers, "Content-Type": "application/json"}
    line.request("POST", API_ROOT + NOTES, BODY, headers)
    return line.getresponse()


def test_a_connection_is_kept(line, headers):
    assert get(line, headers)[0] == 200
    socket = line.sock
    assert get(line, headers, "/nothing")[0] == 404
    assert post(line, headers).read()
    line.request("DELETE", API_ROOT + TICKET, headers=headers)
    assert line.getresponse().read() == b""
    assert get(line, headers)[0] == 404
    assert line.sock is socket is not None


def test_connections_that_carry_calls_are_counted(simulator, served, line, headers):
    for _ in range(3):
        get(line, headers)
    other = http.client.HTTPConnection("127.0.0.1", served[1], timeout=10)
    get(other, headers)
    other.close()
    asking = http.client.HTTPConnection("127.0.0.1", served[1], timeout=10)
    asking.request("GET", "/__simulator__/connections")
    assert json.loads(asking.getresponse().read()) == {"accepted": 2}
    asking.close()


@pytest.mark.parametrize(
    ("kind", "stored"), [("cut_before", 0), ("cut_after", 1), ("hang_then_store", 1), ("refuse", 0)]
)
def test_cuts_close_the_socket(simulator, line, headers, kind, stored):
    simulator.sleep = lambda seconds: None
    simulator.faults.add(kind)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        post(line, headers)
    line.close()
    assert get(line, headers)[0] == 200
    texts = [note["text"] for note in simulator.tenants["northwind"].notes_of(48291)]
    assert texts.count("once") == stored


@pytest.mark.parametrize(("kind", "stored"), [("cut_before", 0), ("cut_after", 1)])
def test_a_large_file_goes_through_a_socket(simulator, line, headers, kind, stored):
    content = bytes(range(256)) * 4_000
    parts = {"recordType": b"Ticket", "recordId": b"48291", 'file"; filename="a.bin': content}
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name.encode(), part)
        for name, part in parts.items()
    )
    kinds = {"Content-Type": "multipart/form-data; boundary=b"}
    simulator.faults.add(kind)

    def send():
        line.request("POST", f"{API_ROOT}/system/documents", body + b"--b--\r\n", headers | kinds)
        line.getresponse()

    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        send()
    line.close()
    files = simulator.tenants["northwind"].files
    assert list(files.values()) == [content] * stored
    if stored:
        (id,) = files
        assert get(line, headers, f"/system/documents/{id}/download") == (200, content)


def test_the_date_is_the_simulators_alone(simulator, line, headers):
    simulator.clock = lambda: datetime(2026, 4, 21, 9, 10, 30, tzinfo=UTC)
    line.request("GET", API_ROOT + TICKET, headers=headers)
    answer = line.getresponse()
    answer.read()
    assert answer.headers.get_all("Date") == ["Tue, 21 Apr 2026 09:10:30 GMT"]
    simulator.quirks.tells_time = False
    line.request("GET", API_ROOT + TICKET, headers=headers)
    answer = line.getresponse()
    answer.read()
    assert "Date" not in answer.headers


def test_a_slow_body_arrives_whole(simulator, line, headers):
    simulator.sleep = lambda seconds: None
    simulator.faults.add("slow_body")
    status, body = get(line, headers)
    assert status == 200
    assert body.endswith(b"}")
    assert get(line, headers)[0] == 200


def test_many_threads_lose_nothing(simulator, served, headers):
    statuses = []

    def work():
        connection = http.client.HTTPConnection("127.0.0.1", served[1], timeout=20)
        for _ in range(10):
            answer = post(connection, headers)
            answer.read()
            statuses.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 80
    notes = simulator.tenants["northwind"].notes_of(48291)
    assert len({note["id"] for note in notes}) == len(notes) == 81


def test_the_command_says_when_it_is_ready(monkeypatch):
    class Stopped(Exception):
        pass

    made = {}

    def stand_in(simulator, port):
        made["simulator"] = simulator
        running = server(simulator, 0)

        def stop():
            raise Stopped

        monkeypatch.setattr(running, "serve_forever", stop)
        return running

    monkeypatch.setattr(simulate_connectwise, "server", stand_in)
    monkeypatch.setattr("gc.freeze", lambda: None)
    out = io.StringIO()
    with pytest.raises(Stopped):
        call_command("simulate_connectwise", tickets=7, latency_ms=250, seed=3, stdout=out)
    assert out.getvalue().startswith("ConnectWise simulator on http://127.0.0.1:")
    assert out.getvalue().endswith(" — company northwind\n")
    assert made["simulator"].latency == 0.25
    assert len(made["simulator"].tenants["northwind"].tickets) == 7
