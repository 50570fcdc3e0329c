"""What is remembered of a PSA, for whom, and how it is forgotten."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event

import pytest

from psa import catalog, opened
from psa.models import PsaConnection
from psa.providers.errors import NotAvailable, NotFound, PermissionMissing, ServerError
from psa.providers.types import Board, Company, Priority, TicketStatus
from resolutionflow.lib import single_flight
from resolutionflow.lib.database import release_database
from resolutionflow.lib.waiting_room import WaitingRoom

URGENT = Priority(id="1", name="Urgent", color="Red", sort_order=1)
CONTOSO = Company(id="7", identifier="contoso", name="Contoso")


def asked(simulator, path) -> int:
    return len(simulator.journal.of("GET", path))


@pytest.fixture
def answers(connection, monkeypatch):
    """Let the provider give this answer to a question, and note each time it is asked."""
    provider = type(opened.open_provider(connection))

    def give(name, answer):
        calls = []

        def method(self, *args):
            calls.append(args)
            return answer(*args) if callable(answer) else answer

        monkeypatch.setattr(provider, name, method)
        return calls

    return give


def test_boards_statuses_and_members_are_asked_once(connection, simulator):
    for _ in range(2):
        boards = catalog.boards(connection)
        statuses = catalog.statuses(connection, boards[0].id)
        members = catalog.members(connection)
    assert boards
    assert statuses
    assert members
    assert asked(simulator, "/service/boards") == 2
    assert asked(simulator, "/system/members") == 1


def test_priorities_and_companies_are_asked_once(connection, answers):
    priorities = answers("list_priorities", (URGENT,))
    companies = answers("list_companies", lambda query: (CONTOSO,) if query == "cont" else ())
    company = answers("get_company", lambda company_id: CONTOSO)
    for _ in range(2):
        assert catalog.priorities(connection) == (URGENT,)
        assert catalog.companies(connection, "cont") == (CONTOSO,)
        assert catalog.companies(connection, "  Cont\n") == (CONTOSO,)
        assert catalog.companies(connection, "c" * 10_000) == ()
        assert catalog.company(connection, "7") == CONTOSO
    assert priorities == [()]
    assert companies == [("cont",), ("c" * 10_000,)]
    assert company == [("7",)]


def test_a_company_that_does_not_exist_is_looked_for_again(connection, answers):
    def nowhere(company_id):
        raise NotFound

    calls = answers("get_company", nowhere)
    for _ in range(2):
        with pytest.raises(NotFound):
            catalog.company(connection, "7")
    assert len(calls) == 2


def test_each_board_has_its_own_statuses(connection):
    first, second = catalog.boards(connection)[:2]
    ids = {status.id for status in catalog.statuses(connection, first.id)}
    assert not ids & {status.id for status in catalog.statuses(connection, second.id)}


def test_all_statuses_are_those_of_every_board_by_name(connection):
    names = catalog.all_statuses(connection)
    everywhere = [
        status
        for board in catalog.boards(connection)
        for status in catalog.statuses(connection, board.id)
    ]
    assert set(names) == {status.name for status in everywhere}
    assert list(names) == sorted(names, key=str.casefold)
    assert set(names.values()) == {True, False}


def test_a_status_that_one_board_keeps_open_is_open(connection, answers):
    answers("list_boards", tuple(Board(id=number, name=number) for number in "123"))
    answers(
        "get_ticket_statuses",
        lambda board: (
            TicketStatus(id=f"{board}1", name="Completed", is_closed=board != "2"),
            TicketStatus(id=f"{board}2", name=">Closed", is_closed=True),
        ),
    )
    assert catalog.all_statuses(connection) == {">Closed": True, "Completed": False}


# --- Asked once ----------------------------------------------------------------------


@pytest.mark.parametrize("ask", [catalog.boards, catalog.members])
def test_ten_simultaneous_misses_cost_one_call(connection, simulator, ask):
    other = PsaConnection.objects.get(pk=connection.pk)
    ask(connection)
    simulator.journal.clear()
    catalog.forget(connection.account)
    together = Barrier(10)

    def miss(number):
        together.wait(10)
        return ask(connection if number % 2 else other)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(miss, range(10)))
    assert answers == [ask(connection)] * 10
    assert len(simulator.journal.of("GET")) == 1


def test_whoever_waits_for_anothers_answer_holds_no_database_connection(connection, monkeypatch):
    seen = []
    monkeypatch.setattr(
        single_flight, "remembered", lambda *args, before_waiting: seen.append(before_waiting)
    )
    catalog.boards(connection)
    assert seen == [release_database]


# --- Forgetting ----------------------------------------------------------------------


def test_forgetting_asks_again_for_that_account_only(connection, other_connection, simulator):
    for one in (connection, other_connection):
        catalog.boards(one)
    simulator.journal.clear()
    catalog.forget(connection.account)
    for one in (connection, other_connection):
        catalog.boards(one)
    assert [entry.tenant for entry in simulator.journal.of("GET", "/service/boards")] == [
        "northwind"
    ]


def test_a_failure_is_not_remembered(connection, simulator):
    simulator.faults.add("error_before", times=20, path="/service/boards")
    with pytest.raises(ServerError):
        catalog.boards(connection)
    simulator.faults.clear()
    assert catalog.boards(connection)


def test_an_empty_answer_is_remembered(connection, answers):
    calls = answers("list_members", ())
    assert [catalog.members(connection) for _ in range(2)] == [(), ()]
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("method", "ask", "seconds"),
    [
        ("list_boards", catalog.boards, 3600),
        ("get_ticket_statuses", partial(catalog.statuses, board_id="1"), 3600),
        ("list_priorities", catalog.priorities, 3600),
        ("list_members", catalog.members, 900),
        ("list_companies", partial(catalog.companies, query="x"), 900),
        ("get_company", partial(catalog.company, company_id="1"), 900),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_answers_expire(connection, answers, monkeypatch, method, ask, seconds):
    answers(method, (CONTOSO,))
    kept = []
    monkeypatch.setattr(
        single_flight, "_keep", lambda key, answer, seconds: kept.append((answer, seconds))
    )
    ask(connection)
    assert kept == [((CONTOSO,), seconds)]


# --- Missing rights ------------------------------------------------------------------


@pytest.fixture
def forbidden(answers):
    def refuse(right):
        def refused():
            raise PermissionMissing(right)

        return answers("list_boards", refused)

    return refuse


def test_a_page_that_can_do_without_gets_the_missing_rights_name(connection, forbidden):
    assert catalog.or_missing(catalog.members, connection) == (catalog.members(connection), "")
    forbidden("Table Setup")
    assert catalog.or_missing(catalog.boards, connection) == ((), "Table Setup")


def test_a_missing_right_is_remembered_for_a_minute(connection, forbidden, monkeypatch):
    calls = forbidden("Table Setup")
    for _ in range(2):
        with pytest.raises(PermissionMissing) as refusal:
            catalog.boards(connection)
        assert refusal.value.right == "Table Setup"
    assert len(calls) == 1
    assert catalog.MISSING_TTL == 60
    catalog.forget(connection.account)
    assert catalog.or_missing(catalog.boards, connection) == ((), "Table Setup")
    assert len(calls) == 2


def test_a_missing_right_is_said_also_without_its_name(connection, forbidden):
    forbidden("")
    assert catalog.or_missing(catalog.boards, connection)[1] != ""


def test_other_failures_are_no_missing_right(connection, simulator):
    simulator.faults.add("error_before", times=20, path="/service/boards")
    with pytest.raises(ServerError):
        catalog.or_missing(catalog.boards, connection)


def test_a_list_that_others_wait_for_already_is_not_available_right_now(
    connection, answers, monkeypatch
):
    monkeypatch.setattr(single_flight, "room", WaitingRoom(0))
    monkeypatch.setattr(single_flight, "FREE_WAIT", 0.0)
    reached, go = Event(), Event()

    def slow():
        reached.set()
        assert go.wait(10)
        return (URGENT,)

    answers("list_priorities", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(catalog.priorities, connection)
        assert reached.wait(10)
        with pytest.raises(NotAvailable, match="not available right now"):
            catalog.priorities(connection)
        go.set()
        assert first.result() == (URGENT,)
