"""Lists of tickets: nothing is hidden, what fails fails alone; against the simulator."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from psa.providers.connectwise import search, statuses
from psa.providers.connectwise.provider import ConnectWiseProvider
from psa.providers.connectwise.statuses import OpenStatuses
from psa.providers.errors import ServerError, Timeout
from psa.providers.types import TicketFilter
from psa.simulators.connectwise import Simulator
from tests.clocks import Seconds
from tests.psa.providers.connectwise.test_provider import TEXTS, open_client, paths
from tests.simulated import Patience, install, rewrite_answers


@pytest.fixture
def clock():
    return Seconds()


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


# --- Open tickets --------------------------------------------------------------------


def test_a_list_of_open_tickets_is_two_calls_and_has_no_bound(provider, simulator):
    provider.test_connection()
    called = fresh_calls(simulator, lambda: provider.search_tickets(TicketFilter(), 1, 25))
    assert sorted(called) == [("GET", "/service/tickets"), ("GET", "/service/tickets/count")]


def test_a_scan_that_times_out_is_bounded_by_the_open_statuses_and_told(provider, simulator):
    simulator.quirks.closed_flag_scan_times_out = True
    page = provider.search_tickets(TicketFilter(), 1, 100)
    assert "48291" in ids(page)
    assert page.total == len(page.items)
    assert page.missing == (search.BOUNDED,)
    again = fresh_calls(simulator, lambda: provider.search_tickets(TicketFilter(), 1, 25))
    assert sorted(again) == [("GET", "/service/tickets"), ("GET", "/service/tickets/count")]


def test_after_an_hour_the_unbounded_list_is_tried_again(provider, simulator, clock):
    simulator.quirks.closed_flag_scan_times_out = True
    provider.search_tickets(TicketFilter(), 1, 100)
    simulator.quirks.closed_flag_scan_times_out = False
    assert provider.search_tickets(TicketFilter(), 1, 100).missing
    clock.seconds += statuses.SLOW
    assert provider.search_tickets(TicketFilter(), 1, 100).missing == ()


def _project_board(tenant, simulator, board):
    tenant.boards[board]["projectFlag"] = True


def _inactive_board(tenant, simulator, board):
    tenant.boards[board]["inactiveFlag"] = True


def _inactive_statuses(tenant, simulator, board):
    for status in tenant.statuses.values():
        status["inactive"] = True


def _unseen_board(tenant, simulator, board):
    del tenant.boards[board]


def _board_fails(kind, **details):
    def fail(tenant, simulator, board):
        simulator.faults.add(kind, times=None, path=f"boards/{board}/statuses", **details)

    return fail


def _statuses_are_empty(tenant, simulator, board):
    for number in [n for n, s in tenant.statuses.items() if s["board"]["id"] == board]:
        del tenant.statuses[number]


def _short_pages(tenant, simulator, board):
    simulator.quirks.most_per_page = 3


@pytest.mark.parametrize(
    "trouble",
    [
        _project_board,
        _inactive_board,
        _inactive_statuses,
        _unseen_board,
        _statuses_are_empty,
        _short_pages,
        _board_fails("error_before", status=404),
        _board_fails("error_before", status=500),
        _board_fails("forbidden"),
        _board_fails("not_json"),
        _board_fails("latency", seconds=60),
        lambda tenant, simulator, board: simulator.faults.add(
            "forbidden", times=None, path="/service/boards"
        ),
        lambda tenant, simulator, board: simulator.faults.add(
            "cut_before", times=None, path="/service/boards$"
        ),
    ],
)
def test_no_board_hides_an_open_ticket(provider, simulator, tenant, trouble):
    """Whatever the boards say, an open list holds what `closedFlag = false` finds."""
    everything = {str(n) for n, ticket in tenant.tickets.items() if not ticket["closedFlag"]}
    trouble(tenant, simulator, tenant.tickets[48291]["board"]["id"])
    page = provider.search_tickets(TicketFilter(), 1, 100)
    assert set(ids(page)) == everything
    assert page.total == len(everything)
    assert page.missing == ()


@pytest.mark.parametrize("kind", ["error_before", "forbidden", "latency"])
def test_a_bound_is_made_of_the_boards_that_answer(provider, simulator, tenant, kind):
    board = tenant.tickets[48291]["board"]["id"]
    simulator.quirks.closed_flag_scan_times_out = True
    simulator.faults.add(kind, times=None, path=f"boards/{board}/statuses", seconds=60)
    page = provider.search_tickets(TicketFilter(), 1, 100)
    assert page.items
    assert "48291" not in ids(page)
    assert page.missing == (search.BOUNDED,)


def test_without_a_bound_a_scan_that_times_out_is_told_as_what_it_is(provider, simulator):
    simulator.quirks.closed_flag_scan_times_out = True
    simulator.faults.add("forbidden", times=None, path="/service/boards")
    with pytest.raises(ServerError):
        provider.search_tickets(TicketFilter(), 1, 100)


def test_a_board_alone_is_bounded_by_its_own_statuses(provider, simulator, monkeypatch):
    monkeypatch.setattr(OpenStatuses, "are_needed", True)
    provider.test_connection()
    wanted = TicketFilter(board_id="20")
    called = fresh_calls(simulator, lambda: provider.search_tickets(wanted, 1, 25))
    assert called[0] == ("GET", "/service/boards/20/statuses")
    assert len(called) == 3


def test_who_comes_while_it_is_learnt_waits_briefly_and_goes_without(client, monkeypatch):
    monkeypatch.setattr(statuses, "PATIENCE", 0.0)
    known = OpenStatuses(client)
    with known._learning:
        assert known.of() == ()
    assert known.of()


def test_an_error_of_ours_while_learning_is_not_hidden(client, monkeypatch):
    def broken(*args):
        raise KeyError("id")

    known = OpenStatuses(client)
    with monkeypatch.context() as broken_once:
        broken_once.setattr(client, "read_pages", broken)
        with pytest.raises(KeyError):
            known.of("20")
    assert known.of()


# --- Counts and odd records ----------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "details"),
    [
        ("error_before", {"status": 500}),
        ("error_before", {"status": 502}),
        ("error_before", {"status": 404}),
        ("forbidden", {}),
        ("not_json", {}),
        ("cut_before", {}),
        ("latency", {"seconds": 60}),
        ("rate_limited", {}),
    ],
)
@pytest.mark.parametrize("page_number", [1, 2])
def test_a_count_that_fails_leaves_the_rows(provider, simulator, fault, details, page_number):
    expected = provider.search_tickets(TicketFilter(closed=None), page_number, 5)
    simulator.faults.add(fault, times=None, path="/count$", **details)
    page = provider.search_tickets(TicketFilter(closed=None), page_number, 5)
    assert page.items == expected.items
    assert page.total_is_least
    assert page.total == page_number * 5 + 1


@pytest.mark.parametrize("told", [0, 1, 4])
def test_a_count_is_never_less_than_what_was_seen(monkeypatch, simulator, provider, told):
    def rewrite(request, status, value):
        return status, {"count": told} if request.url.path.endswith("/count") else value

    rewrite_answers(monkeypatch, rewrite)
    page = provider.search_tickets(TicketFilter(closed=None), 1, 5)
    assert page.total == 6
    assert len(page.items) == 5


@pytest.mark.parametrize("odd", [{}, {"id": None}, {"id": "7"}, None, "x", 7, [], {"id": -1}])
def test_an_odd_record_fails_alone_and_is_told(monkeypatch, simulator, provider, odd):
    def rewrite(request, status, value):
        return status, [odd, *value] if request.url.path.endswith("/tickets") else value

    rewrite_answers(monkeypatch, rewrite)
    page = provider.search_tickets(TicketFilter(), 1, 100)
    assert "48291" in ids(page)
    assert page.missing == (search.ODD,)


@pytest.mark.parametrize("most", [1, 3, 7, 10])
@pytest.mark.parametrize("page_number", [1, 2, 3])
def test_pages_are_put_together_from_shorter_ones(provider, simulator, most, page_number):
    wanted = TicketFilter(closed=None)
    expected = provider.search_tickets(wanted, page_number, 10)
    simulator.quirks.most_per_page = most
    assert provider.search_tickets(wanted, page_number, 10) == expected


# --- What does not fit an address ----------------------------------------------------


def test_a_search_that_is_too_long_is_posted_and_counted_in_parts(
    provider, simulator, tenant, monkeypatch
):
    expected = provider.search_tickets(TicketFilter(), 1, 100)
    real = {s["id"] for s in tenant.statuses.values() if not s["closedStatus"]}
    many = (*range(100_000, 100_600), *real)
    monkeypatch.setattr(OpenStatuses, "of", lambda self, board: many)
    monkeypatch.setattr(OpenStatuses, "are_needed", True)
    before = len(list(simulator.journal))
    page = provider.search_tickets(TicketFilter(), 1, 100)
    assert page.items == expected.items
    assert page.total == expected.total
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


# --- Totals --------------------------------------------------------------------------


def test_a_total_that_may_be_too_high_says_so(provider, tenant):
    for number in range(48285, 48290):
        tenant.tickets[number]["summary"] = "disk 50% full"
    tenant.tickets[48284]["summary"] = "disk is full"
    wanted = TicketFilter(query="50% f", closed=None)
    page = provider.search_tickets(wanted, 1, 4)
    assert (len(page.items), page.total, page.total_is_exact) == (4, 5, False)
    page = provider.search_tickets(wanted, 1, 5)
    assert (len(page.items), page.total, page.total_is_exact) == (5, 5, True)


def test_a_member_whose_name_is_part_of_anothers_is_told_apart(provider, tenant):
    for number, name in ((48288, "Ann"), (48289, "Joann")):
        tenant.tickets[number].pop("owner", None)
        tenant.tickets[number]["resources"] = name
    wanted = TicketFilter(member_identifier="ann", closed=None)
    page = provider.search_tickets(wanted, 1, 1)
    assert (ids(page), page.total_is_exact) == ([], False)
    page = provider.search_tickets(wanted, 1, 2)
    assert (ids(page), page.total, page.total_is_exact) == (["48288"], 1, True)


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
