"""The hostile PSA itself: honest until told, steered over HTTP, and every attack can be sent."""

import contextlib
import json
import threading
import urllib.error
import urllib.request

import pytest

from psa.simulators.connectwise import Simulator
from psa.simulators.connectwise.serve import server as simulator_server
from tests.hostile import ATTACKS, hostile_psa
from tests.hostile.attack import Gone, Request, Wire
from tests.hostile.server import _built_in

TICKETS = "/v4_6_release/apis/3.0/service/tickets?pageSize=25"


@pytest.fixture(scope="module")
def running():
    with hostile_psa() as psa:
        yield psa


@pytest.fixture
def psa(running):
    running.attack, running.everywhere = None, False
    running.seen.clear()
    return running


def call(psa, path, method="GET"):
    request = urllib.request.Request(psa.url + path, method=method)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def test_it_is_honest_until_it_is_told_how_to_attack(psa):
    assert call(psa, TICKETS)[0]["summary"] == "Printer is jamming"
    assert call(psa, "/__hostile__/half-of-an-emoji", "PUT")["attack"] == "half-of-an-emoji"
    assert call(psa, TICKETS)[0]["summary"] == "Printer is jamming\ud83d"
    assert call(psa, "/login/companyinfo/northwind")["CompanyName"] == "Northwind"
    call(psa, "/__hostile__/half-of-an-emoji?everywhere=1", "PUT")
    assert call(psa, "/login/companyinfo/northwind")["CompanyName"] == "Northwind\ud83d"
    told = call(psa, "/__hostile__/", "DELETE")
    assert (told["attack"], len(told["seen"]), set(told["attacks"])) == (None, 4, set(ATTACKS))
    assert call(psa, TICKETS)[0]["summary"] == "Printer is jamming"


def test_an_attack_that_is_unknown_is_refused(psa):
    with pytest.raises(urllib.error.HTTPError, match="404"):
        call(psa, "/__hostile__/kindness", "PUT")


def test_it_passes_honest_calls_on_to_a_simulator():
    upstream = simulator_server(Simulator(tickets=0), 0)
    thread = threading.Thread(target=upstream.serve_forever, daemon=True)
    thread.start()
    try:
        with hostile_psa(upstream=f"http://127.0.0.1:{upstream.port}") as psa:
            assert "Codebase" in call(psa, "/login/companyinfo/northwind")
    finally:
        upstream.shutdown()
        thread.join()
        upstream.server_close()


class Taken(Wire):
    """A wire whose reader leaves after so many bytes, and for whom no time passes."""

    def __init__(self, most=200_000):
        self.left, self.said = most, b""

    def send(self, *pieces):
        self.stream(pieces)

    def stream(self, pieces):
        for piece in pieces:
            self.said += piece[:200]
            self.left -= len(piece)
            if self.left < 0:
                raise Gone

    def wait(self, seconds):
        if seconds == float("inf"):
            raise Gone
        self.left -= 1000

    def reset(self):
        raise Gone


def said_by(attack):
    wire, request = Taken(), Request("GET", TICKETS, {}, b"")
    with contextlib.suppress(Gone):
        attack.write(wire, request, lambda: _built_in(request))
    return wire.said


def test_every_attack_says_something_but_those_that_are_silent():
    quick = [each for each in ATTACKS.values() if each.group != "encodings"]
    silent = {each.name for each in quick if not said_by(each)}
    assert silent == {"nothing-at-all", "reset-before-an-answer", "silence"}
