"""What can go wrong on purpose."""

import re
from datetime import timedelta

import pytest

from psa.simulators.connectwise import ConnectionCut, ConnectionRefused
from psa.simulators.connectwise import journal as journal_module
from psa.simulators.connectwise.journal import Entry, Journal
from psa.simulators.connectwise.quirks import Quirks

from .booking import BODY, ENTRIES
from .conftest import NOTES, TICKET

NOTE = {"text": "once", "internalAnalysisFlag": True}


def stored(tenant):
    return [note["text"] for note in tenant.notes_of(48291)].count("once")


@pytest.mark.parametrize(
    ("kind", "error", "times"),
    [
        ("refuse", ConnectionRefused, 0),
        ("cut_before", ConnectionCut, 0),
        ("cut_after", ConnectionCut, 1),
    ],
)
def test_connections_that_end(sim, api, tenant, kind, error, times):
    sim.faults.add(kind)
    with pytest.raises(error):
        api.post(NOTES, NOTE)
    assert stored(tenant) == times
    assert sim.journal[-1].status is None
    assert sim.journal[-1].fault == kind
    assert api.get(TICKET).status_code == 200


@pytest.mark.parametrize(
    ("kind", "times"),
    [("refuse", 0), ("cut_before", 0), ("cut_after", 1), ("hang_then_store", 1)],
)
def test_time_is_lost_and_kept_as_notes_are(sim, api, tenant, clock, kind, times):
    before = len(tenant.tables["time_entries"])
    sim.faults.add(kind, method="POST", path="/time/entries")
    with pytest.raises((ConnectionCut, ConnectionRefused)):
        api.post(ENTRIES, {**BODY, "emailContactFlag": True})
    clock.forward(60)
    sim.settle()
    assert len(tenant.tables["time_entries"]) == before + times
    assert len(tenant.mails_of(48291)) == times
    assert sim.journal.of("POST", "/time/entries")[-1].fault == kind


@pytest.mark.parametrize(("kind", "times"), [("error_before", 0), ("error_after", 1)])
@pytest.mark.parametrize("status", [500, 502, 503])
def test_server_errors(sim, api, tenant, kind, times, status):
    sim.faults.add(kind, status=status)
    answer = api.post(NOTES, NOTE)
    assert answer.status_code == status
    assert answer.is_json == (status == 500)
    assert stored(tenant) == times


def test_rate_limits_have_their_odd_body(sim, api, tenant):
    sim.faults.add("rate_limited", times=2, retry_after=7)
    answer = api.post(NOTES, NOTE)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert answer.json == {
        "error": "ConnectWiseAPI",
        "message": "Too many requests. Please try again in 7 seconds.",
    }
    assert api.post(NOTES, NOTE).status_code == 429
    assert stored(tenant) == 0
    assert api.post(NOTES, NOTE).status_code == 201


@pytest.mark.parametrize(("kind", "status"), [("unauthorized", 401), ("forbidden", 403)])
def test_refusals(sim, api, tenant, kind, status):
    sim.faults.add(kind)
    assert api.post(NOTES, NOTE).status_code == status
    assert stored(tenant) == 0


def test_an_answer_that_is_no_json(sim, api, tenant):
    sim.faults.add("not_json")
    answer = api.post(NOTES, NOTE)
    assert answer.status_code == 200
    assert answer.text.startswith("<html>")
    assert stored(tenant) == 1


def test_a_slow_body_comes_in_drops(sim, api, naps):
    sim.faults.add("slow_body", seconds=5)
    answer = api.get(TICKET)
    assert answer.json["id"] == 48291
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert naps == [0.5] * 10


def test_latency_waits_and_works(sim, api, naps):
    sim.faults.add("latency", seconds=3)
    assert api.get(TICKET).status_code == 200
    sim.latency = 0.2
    api.get(TICKET)
    assert naps == [3, 0.2]


class GaveUp(Exception):
    pass


def give_up(seconds):
    raise GaveUp


def test_who_gives_up_waiting_does_not_stop_the_work(sim, api, tenant, clock):
    sim.sleep = give_up
    sim.faults.add("latency", seconds=60)
    with pytest.raises(GaveUp):
        api.post(NOTES, NOTE)
    assert stored(tenant) == 0
    clock.forward(60)
    assert stored(tenant) == 1


def test_hang_then_store_stores_late_and_once(sim, api, tenant, clock, naps):
    sim.faults.add("hang_then_store", seconds=20)
    with pytest.raises(ConnectionCut):
        api.post(NOTES, NOTE)
    assert naps == [20]
    clock.forward(19)
    api.get(TICKET)
    assert stored(tenant) == 0
    clock.forward(1)
    assert len(api.get(NOTES).json) == 2
    assert stored(tenant) == 1


def test_settle_does_at_once_what_still_hangs(sim, api, tenant):
    sim.faults.add("hang_then_store")
    with pytest.raises(ConnectionCut):
        api.post(NOTES, NOTE)
    sim.settle(everything=True)
    assert stored(tenant) == 1


def test_faults_choose_their_requests(sim, api):
    sim.faults.add("error_before", method="post", path="/notes")
    sim.faults.add("forbidden", times=None, path=re.compile(r"/boards/\d+$"))
    assert api.get(NOTES).status_code == 200
    assert api.post(TICKET, {}).status_code == 405
    assert api.post(NOTES, NOTE).status_code == 500
    for _ in range(3):
        assert api.get("/service/boards/20").status_code == 403
    assert api.get("/service/boards").status_code == 200
    sim.faults.clear()
    assert api.get("/service/boards/20").status_code == 200


def test_chance_is_seeded(sim, api):
    def statuses():
        sim.faults.random(seed=7, rate=0.5, kinds=["error_before", "rate_limited"], method="GET")
        return [api.get(TICKET).status_code for _ in range(40)]

    first = statuses()
    assert set(first) == {200, 500, 429}
    assert statuses() == first
    assert api.post(NOTES, NOTE).status_code == 201
    sim.faults.clear()
    assert api.get(TICKET).status_code == 200


def test_unknown_faults_are_refused(sim):
    with pytest.raises(ValueError, match="unknown kind of fault: fire"):
        sim.faults.add("fire")


def test_control_over_http(sim, api):
    control = api.client
    added = {"add": {"kind": "error_before", "path": "/notes", "times": 1}}
    assert control.post("/__simulator__/faults", json=added).status_code == 204
    assert api.get(NOTES).status_code == 500
    chance = {"random": {"seed": 1, "rate": 1.0, "kinds": ["forbidden"]}}
    assert control.post("/__simulator__/faults", json=chance).status_code == 204
    assert api.get(TICKET).status_code == 403
    assert control.delete("/__simulator__/faults").status_code == 204
    assert api.get(TICKET).status_code == 200
    entries = control.get("/__simulator__/journal").json
    assert [entry["status"] for entry in entries] == [500, 403, 200]
    assert len(control.get("/__simulator__/dump").json["northwind"]["tickets"]) == 60
    notes = control.get("/__simulator__/notes/northwind/48291").json
    assert notes[0]["ticketId"] == 48291


def test_records_are_changed_as_if_in_the_psa(api):
    path = "/__simulator__/records/northwind/time_entries/88000"
    assert api.client.post(path, json={"status": "Billed"}).json["status"] == "Billed"
    assert api.get("/time/entries/88000").json["status"] == "Billed"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "faults", 404),
        ("POST", "journal", 404),
        ("GET", "notes/nobody/1", 404),
        ("GET", "notes/northwind/x", 404),
        ("GET", "notes/northwind", 404),
        ("GET", "documents/northwind/x", 404),
        ("POST", "records/nobody/tickets/48291", 404),
        ("POST", "records/northwind/nothing/1", 404),
        ("POST", "records/northwind/tickets/1", 404),
        ("POST", "records/northwind/tickets/48291", 400),
        ("POST", "faults", 400),
        ("POST", "quirks", 400),
    ],
)
def test_control_refuses_the_rest(api, method, path, status):
    answer = api.client.open(f"/__simulator__/{path}", method=method, data="{")
    assert answer.status_code == status


def test_control_knows_unknown_faults(api):
    answer = api.client.post("/__simulator__/faults", json={"add": {"kind": "fire"}})
    assert answer.status_code == 400


def test_quirks_are_turned_over_http(sim, api):
    address = "/__simulator__/quirks"
    wanted = {
        "clock_behind": 4800,
        "note_text_limit": 20,
        "deaf_to": ["priority"],
        "site_url": "api-na.example",
        "client_id_status": 403,
    }
    turned = api.client.post(address, json=wanted)
    assert turned.status_code == 200
    assert api.client.get(address).json.items() >= wanted.items()
    assert sim.quirks.clock_behind == timedelta(minutes=80)
    assert sim.quirks.deaf_to == {"priority"}
    assert api.client.post(address, json=turned.json).json == turned.json
    assert api.client.delete(address).json == Quirks().as_json()
    assert sim.quirks == Quirks()


@pytest.mark.parametrize(
    "switches",
    [
        {"no_such_switch": True},
        {"turn": 1},
        {"clock_behind": "an hour"},
        {"most_per_page": True},
        {"is_cloud": 1},
        {"note_newlines": "lf"},
        {"most_per_page": 3, "client_id_status": 404},
        ["is_cloud"],
    ],
)
def test_unknown_switches_turn_nothing(sim, api, switches):
    answer = api.client.post("/__simulator__/quirks", json=switches)
    assert answer.status_code == 400
    assert sim.quirks == Quirks()


def test_control_is_for_this_machine(api):
    away = api.client.get("/__simulator__/dump", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert away.status_code == 403


def test_bodies_that_are_no_json_are_journalled_as_text(sim, api):
    api._open("POST", NOTES, data="\xff{", content_type="application/json")
    assert isinstance(sim.journal[-1].body, str)


def test_the_journal_forgets_the_oldest(monkeypatch, clock):
    monkeypatch.setattr(journal_module, "KEPT", 20)
    journal = Journal()
    for number in range(25):
        at = clock.now + timedelta(seconds=number)
        journal.record(Entry(at, "", "GET", f"/{number}", {}, None))
    assert len(journal) <= 21
    assert journal[-1].path == "/24"
