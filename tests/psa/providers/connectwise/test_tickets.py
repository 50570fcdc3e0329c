"""Searching tickets and what is on them, where it is ConnectWise's own; against the simulator."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from psa.providers.connectwise import search, statuses
from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.connectwise.statuses import OpenStatuses
from psa.providers.errors import (
    Busy,
    ConnectionFailed,
    NotAnswering,
    ServerError,
    Timeout,
)
from psa.providers.gate import Gate, House
from psa.providers.types import TicketFilter
from psa.simulators.connectwise import Simulator
from tests.psa.providers.connectwise.test_provider import TEXTS, open_client, paths
from tests.simulated import Patience, install


class Clock:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def client(simulator):
    made = open_client(simulator)
    yield made
    made.close()


@pytest.fixture
def provider(client, clock):
    return ConnectWiseProvider(client, company_id="northwind", clock=clock)


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


def fresh_calls(simulator, act):
    before = len(paths(simulator))
    act()
    return paths(simulator)[before:]


def ids(page):
    return [ticket.id for ticket in page.items]


# --- Open tickets are bounded --------------------------------------------------------


def test_a_scan_that_would_time_out_is_bounded_by_the_open_statuses(provider, simulator):
    simulator.quirks.closed_flag_scan_times_out = True
    page = provider.search_tickets(TicketFilter(), 1, 100)
    assert "48291" in ids(page)
    assert page.total == len(page.items)


def test_open_tickets_in_inactive_statuses_and_boards_are_listed(provider, tenant):
    inactive = next(s for s in tenant.statuses.values() if s["inactive"])
    legacy = next(b for b in tenant.boards.values() if b["inactiveFlag"])
    old = next(s for s in tenant.statuses.values() if s["board"]["id"] == legacy["id"])
    tenant.tickets[48291]["status"] = {"id": inactive["id"], "name": inactive["name"]}
    tenant.tickets[48290] |= {
        "status": {"id": old["id"], "name": old["name"]},
        "board": {"id": legacy["id"], "name": legacy["name"]},
        "closedFlag": False,
    }
    assert {"48291", "48290"} <= set(ids(provider.search_tickets(TicketFilter(), 1, 100)))


def test_the_statuses_are_learnt_once_and_then_a_list_is_two_calls(provider, simulator):
    provider.search_tickets(TicketFilter(), 1, 25)
    again = fresh_calls(simulator, lambda: provider.search_tickets(TicketFilter(), 1, 25))
    assert sorted(again) == [("GET", "/service/tickets"), ("GET", "/service/tickets/count")]


def test_what_is_bounded_otherwise_needs_no_statuses(provider, simulator):
    provider.test_connection()
    for wanted in (
        TicketFilter(closed=None),
        TicketFilter(closed=True),
        TicketFilter(status_name="New"),
    ):
        called = fresh_calls(simulator, partial(provider.search_tickets, wanted, 1, 25))
        assert len(called) == 2


def test_without_the_right_to_see_boards_the_list_is_not_bounded(provider, simulator):
    simulator.faults.add("forbidden", times=None, path="/service/boards")
    assert "48291" in ids(provider.search_tickets(TicketFilter(), 1, 100))
    called = fresh_calls(simulator, lambda: provider.search_tickets(TicketFilter(), 1, 25))
    assert len(called) == 2


def test_a_board_that_vanishes_meanwhile_has_no_statuses(client, simulator, tenant):
    board = str(min(tenant.boards))
    simulator.faults.add("error_before", status=404, times=None, path=f"boards/{board}/statuses")
    known = OpenStatuses(client)
    assert known.of()
    assert known.of(board) == ()


def test_trouble_while_learning_leaves_the_list_unbounded_and_is_not_remembered(
    provider, simulator
):
    simulator.faults.add("latency", times=None, path="/service/boards", seconds=60)
    assert "48291" in ids(provider.search_tickets(TicketFilter(), 1, 100))
    simulator.faults.clear()
    simulator.quirks.closed_flag_scan_times_out = True
    assert "48291" in ids(provider.search_tickets(TicketFilter(), 1, 100))


def test_a_list_waits_so_long_for_what_bounds_it_and_no_longer(client, monkeypatch):
    asked: list[Callable[[], object]] = []

    def never(call):
        asked.append(call)
        return Future()

    monkeypatch.setattr(statuses, "later", never)
    monkeypatch.setattr(statuses, "PATIENCE", 0.0)
    known = OpenStatuses(client)
    assert known.of() == ()
    asked.pop()()
    assert known.of()


def test_a_board_that_fails_costs_its_own_bounds_and_those_of_all(client, simulator, tenant):
    board, other = (str(each) for each in sorted(tenant.boards)[:2])
    simulator.faults.add("error_before", times=None, path=f"boards/{board}/statuses")
    known = OpenStatuses(client)
    assert known.of(board) == ()
    assert known.of(other)
    assert known.of() == ()
    simulator.faults.clear()
    known._learning.acquire()
    known._learn()
    assert known.of(board)
    assert set(known.of(board)) < set(known.of())


def test_without_the_right_to_see_statuses_the_list_is_not_bounded(provider, simulator):
    simulator.faults.add("forbidden", times=None, path="/statuses")
    assert "48291" in ids(provider.search_tickets(TicketFilter(), 1, 100))
    called = fresh_calls(simulator, lambda: provider.search_tickets(TicketFilter(), 1, 25))
    assert len(called) == 2


def test_an_error_of_ours_while_learning_is_in_the_log_and_in_nobodys_way(
    client, monkeypatch, caplog
):
    def broken(*args):
        raise KeyError("id")

    known = OpenStatuses(client)
    with monkeypatch.context() as broken_once:
        broken_once.setattr(client, "read_pages", broken)
        assert known.of() == ()
    assert "Open statuses could not be learnt" in caplog.text
    assert known.of()


def test_older_knowledge_is_used_while_it_is_renewed(client, simulator, tenant, clock, monkeypatch):
    known = OpenStatuses(client, clock=clock)
    before = known.of()
    renewals: list[Callable[[], object]] = []

    def note(call):
        renewals.append(call)
        return Future()

    monkeypatch.setattr(statuses, "later", note)
    clock.seconds += statuses.FRESH
    board = tenant.boards[min(tenant.boards)]
    added = tenant.statuses.add(
        {"name": "Brand new", "board": {"id": board["id"]}, "closedStatus": False}
    )
    assert fresh_calls(simulator, lambda: known.of() == before) == []
    simulator.faults.add("latency", times=None, path="/service/boards", seconds=60)
    renewals.pop()()
    assert known.of() == before
    simulator.faults.clear()
    renewals.pop()()
    assert added["id"] in known.of()
    assert added["id"] in known.of(str(board["id"]))
    assert renewals == []
    clock.seconds += statuses.USABLE
    monkeypatch.setattr(statuses, "PATIENCE", 0.0)
    assert known.of() == ()
    renewals.pop()()
    assert known.of()


def test_who_comes_while_it_is_learnt_goes_without(client):
    known = OpenStatuses(client)
    with known._learning:
        assert known.of() == ()
    assert known.of()


# --- What does not fit an address ----------------------------------------------------


def test_a_search_that_is_too_long_is_posted_and_counted_in_parts(
    provider, simulator, tenant, monkeypatch
):
    expected = provider.search_tickets(TicketFilter(), 1, 100)
    real = {s["id"] for s in tenant.statuses.values() if not s["closedStatus"]}
    many = (*range(100_000, 100_600), *real)
    monkeypatch.setattr(OpenStatuses, "of", lambda self, board: many)
    before = len(list(simulator.journal))
    page = provider.search_tickets(TicketFilter(), 1, 100)
    assert page == expected
    called = list(simulator.journal)[before:]
    assert [e.method for e in called if e.path.endswith("/search")] == ["POST"]
    assert sum(e.path.endswith("/count") for e in called) > 2
    assert all(search.fits(dict(e.query)) for e in called)


def test_a_posted_search_is_a_read_and_is_repeated(provider, simulator, monkeypatch):
    monkeypatch.setattr(search, "LONGEST_ADDRESS", 300)
    provider.search_tickets(TicketFilter(closed=None), 1, 25)
    for kind in ("error_before", "error_after", "not_json", "cut_after"):
        simulator.faults.add(kind, method="POST")
        assert provider.search_tickets(TicketFilter(closed=None), 1, 25).items
    simulator.faults.add("latency", times=None, method="POST", seconds=60)
    with pytest.raises(Timeout):
        provider.search_tickets(TicketFilter(closed=None), 1, 25)


def test_a_count_that_is_no_number_is_nonsense(provider, simulator):
    provider.search_tickets(TicketFilter(closed=None), 1, 25)
    simulator.faults.add("not_json", times=None, path="/count")
    with pytest.raises(ServerError):
        provider.search_tickets(TicketFilter(closed=None), 1, 25)


# --- Totals --------------------------------------------------------------------------


def test_a_total_that_may_be_too_high_says_so(provider, tenant):
    for number in range(48285, 48290):
        tenant.tickets[number]["summary"] = "disk 50% full"
    tenant.tickets[48284]["summary"] = "disk is full"
    wanted = TicketFilter(query="50% f", closed=None)
    page = provider.search_tickets(wanted, 1, 5)
    assert (len(page.items), page.total, page.total_is_exact) == (5, 5, False)
    page = provider.search_tickets(wanted, 1, 6)
    assert (len(page.items), page.total, page.total_is_exact) == (5, 5, True)


def test_a_member_whose_name_is_part_of_anothers_is_told_apart(provider, tenant):
    for number, name in ((48288, "Ann"), (48289, "Joann")):
        tenant.tickets[number].pop("owner", None)
        tenant.tickets[number]["resources"] = name
    page = provider.search_tickets(TicketFilter(member_identifier="ann", closed=None), 1, 2)
    assert ids(page) == ["48288"]
    assert not page.total_is_exact


def test_deleted_companies_are_not_offered(provider, tenant):
    company = tenant.companies[250]
    company["deletedFlag"] = True
    assert company["name"] not in {found.name for found in provider.list_companies("")}


def test_companies_with_hard_names_are_found(provider, tenant):
    tenant.companies[250]["name"] = 'O\'Neill "IT" & Co_'
    tenant.companies[251]["name"] = "O'Neill IT & Cox"
    assert [c.id for c in provider.list_companies('O\'Neill "IT" & Co_')] == ["250"]


# --- Every text that is there is found, and nothing else ------------------------------


@pytest.fixture(scope="module")
def shown():
    """Return a function that stores a summary and says which of the texts' tickets are shown."""
    simulator = Simulator(tickets=5, sleep=Patience())
    with pytest.MonkeyPatch.context() as patch:
        install(patch, simulator, Patience())
        client = open_client(simulator)
        provider = ConnectWiseProvider(client, company_id="northwind")
        ticket = simulator.tenants["northwind"].tickets[48291]

        def summaries(summary, query):
            ticket["summary"] = summary
            page = provider.search_tickets(TicketFilter(query=query, closed=None), 1, 100)
            assert page.total >= len(page.items)
            return {found.id: found.summary for found in page.items}

        yield summaries
        client.close()


@given(TEXTS, st.text(max_size=5), st.text(max_size=5))
@example('O\'Brien "the IT guy" (2nd floor) [old]', "", "")
@example("NORTH\\erin", "", "")
def test_every_text_that_is_in_a_summary_is_shown(shown, text, before, after):
    assert "48291" in shown(before + text + after, text)


@given(TEXTS, TEXTS)
@example("a\\b", "ab")
@example("50%", "50 percent")
@example("'\"", "\"'")
def test_nothing_is_shown_that_does_not_hold_the_text(shown, text, summary):
    sought = text.strip().casefold()
    number = text.strip().removeprefix("#")
    for ticket_id, found in shown(summary, text).items():
        assert sought in found.casefold() or ticket_id == str(int(number))


# --- What is on a ticket -------------------------------------------------------------


def test_configurations_are_asked_for_once_a_minute_and_what_they_are_once_a_quarter(
    provider, simulator, clock
):
    provider.test_connection()
    ask = partial(provider.get_ticket_configurations, "48291")
    assert len(fresh_calls(simulator, ask)) == 2
    assert fresh_calls(simulator, ask) == []
    clock.seconds += 61
    assert len(fresh_calls(simulator, ask)) == 1
    clock.seconds += 15 * 60
    assert len(fresh_calls(simulator, ask)) == 2


def test_who_knows_the_company_asks_for_its_configurations_beside_the_ids(
    provider, simulator, tenant
):
    (device,) = tenant.configurations_by_ticket[48291]
    tenant.configurations_by_ticket[48270][:] = [device]
    company = str(tenant.tables["configurations"][device]["company"]["id"])
    ask = partial(provider.get_ticket_configurations, company_id=company)
    provider.test_connection()
    simulator.journal.clear()
    found = ask("48291")
    assert [each.id for each in found] == [str(device)]
    asked = [entry.query.get("conditions", "") for entry in simulator.journal]
    assert sorted(asked) == ["", f"company/id = {company}"]
    assert len(fresh_calls(simulator, partial(ask, "48270"))) == 1
    assert ask("48270") == found


@pytest.mark.parametrize("company", ["1", "x", "9" * 20])
def test_with_another_company_they_are_asked_for_by_id(provider, tenant, company):
    found = provider.get_ticket_configurations("48291", company_id=company)
    assert [int(each.id) for each in found] == tenant.configurations_by_ticket[48291]


def test_without_the_companys_configurations_they_are_asked_for_by_id(provider, simulator):
    simulator.faults.add("forbidden", times=1, path="/company/configurations")
    assert provider.get_ticket_configurations("48291", company_id="19")


def test_a_ticket_without_configurations_has_none(provider, tenant):
    tenant.configurations_by_ticket[48291].clear()
    assert provider.get_ticket_configurations("48291") == ()


def test_a_configuration_that_is_gone_is_left_out(provider, tenant):
    tenant.configurations_by_ticket[48291].append(
        tenant.tables["configurations"].add({"name": "gone", "deviceIdentifier": ""})["id"]
    )
    both = provider.get_ticket_configurations("48291")
    assert "gone" in {device.name for device in both}


def test_tickets_that_share_a_device_are_found_by_it(provider, tenant, simulator):
    device = tenant.configurations_by_ticket[48291][0]
    tenant.configurations_by_ticket[48270][:] = [device]
    tenant.configurations_by_ticket[48271][:] = [7302, device]
    ask = partial(provider.list_about_configuration, "48291", str(device))
    found = [ticket.id for ticket in ask()]
    assert {"48270", "48271"} <= set(found)
    assert "48291" not in found
    assert found == sorted(found, key=int, reverse=True)
    assert len(fresh_calls(simulator, ask)) == 1
    assert provider.list_about_configuration("48291", "x") == ()
    assert provider.list_about_configuration("48291", "0") == ()


# --- The gate ------------------------------------------------------------------------


def test_a_silent_connectwise_is_left_alone_and_asked_again_later(simulator, clock):
    client = open_client(simulator)
    client._gate = Gate(House(), clock=clock)
    provider = ConnectWiseProvider(client, company_id="northwind")
    provider.test_connection()
    simulator.faults.add("refuse", times=None)
    errors = []
    for _ in range(4):
        with pytest.raises(ConnectionFailed) as raised:
            provider.get_ticket("48291")
        errors.append(raised.type)
    assert errors == [ConnectionFailed, ConnectionFailed, NotAnswering, NotAnswering]
    simulator.faults.clear()
    before = paths(simulator)
    with pytest.raises(NotAnswering):
        provider.get_ticket("48291")
    assert paths(simulator) == before
    clock.seconds += 10
    assert provider.get_ticket("48291").id == "48291"
    client.close()


def test_a_hanging_connectwise_holds_so_many_threads_and_no_more(simulator, monkeypatch):
    client = open_client(simulator)
    client._gate = Gate(House(), calls=2, patience=0.0)
    provider = ConnectWiseProvider(client, company_id="northwind")
    provider.test_connection()
    hanging, release = threading.Barrier(3), threading.Event()

    def hang():
        hanging.wait(30)
        release.wait(30)

    client._before_send = hang
    threads = [threading.Thread(target=provider.get_ticket, args=("48291",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    hanging.wait(30)
    with pytest.raises(Busy):
        provider.get_ticket("48291")
    with pytest.raises(Busy):
        provider.update_ticket_status("48291", "503")
    release.set()
    for thread in threads:
        thread.join()
    client.close()
