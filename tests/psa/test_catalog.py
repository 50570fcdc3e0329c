"""What is remembered of a PSA, for whom, and how it is forgotten."""

import pytest

from psa import catalog, opened
from psa.providers.errors import ServerError


def asked(simulator, path) -> int:
    return len(simulator.journal.of("GET", path))


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


def test_each_board_has_its_own_statuses(connection):
    first, second = catalog.boards(connection)[:2]
    ids = {status.id for status in catalog.statuses(connection, first.id)}
    assert not ids & {status.id for status in catalog.statuses(connection, second.id)}


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


def test_an_empty_answer_is_remembered(connection, simulator, monkeypatch):
    catalog.boards(connection)
    provider = opened.open_provider(connection)
    monkeypatch.setattr(type(provider), "list_members", lambda self: ())
    assert catalog.members(connection) == ()
    monkeypatch.undo()
    assert catalog.members(connection) == ()


class NotedCache:
    """Remembers nothing but for how long it was asked to."""

    def __init__(self):
        self.timeouts = []

    def get(self, key):
        return None

    def get_or_set(self, key, default, timeout):
        return default()

    def set(self, key, value, timeout):
        self.timeouts.append(timeout)


def first_statuses(connection):
    board = opened.open_provider(connection).list_boards()[0]
    return catalog.statuses(connection, board.id)


@pytest.mark.parametrize(
    ("ask", "seconds"),
    [(catalog.boards, 3600), (first_statuses, 3600), (catalog.members, 900)],
)
def test_answers_expire(connection, monkeypatch, ask, seconds):
    noted = NotedCache()
    monkeypatch.setattr(catalog, "cache", noted)
    ask(connection)
    assert noted.timeouts == [seconds]
