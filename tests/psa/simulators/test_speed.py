"""Lists stay quick when the MSP is large.

Calls of functions are counted, not time: they are the same on every machine, however busy it
is. `make load` takes the time, with 50,000 tickets.
"""

import sys
from collections.abc import Callable

import pytest

from psa.simulators.connectwise import Simulator
from psa.simulators.connectwise.query import LARGE

from .conftest import Api

TICKETS = 2 * LARGE
# Twelve calls for each of 50,000 tickets took 40 to 60 ms on two cores on 2026-11-26.
CALLS_PER_TICKET = 12
CALLS_PER_ANSWER = 12_000


@pytest.fixture(scope="module")
def large() -> Api:
    simulator = Simulator(tickets=TICKETS)
    return Api(simulator, simulator.tenants["northwind"])


def calls_of(do: Callable[[], object]) -> int:
    """Return how many functions, Python's own and others, are called while `do` runs."""
    calls = 0

    def count(frame, event, argument) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"page": 100, "pageSize": 50},
        {"conditions": "closedFlag=false", "orderBy": "lastUpdated desc", "pageSize": 50},
        {"conditions": "summary contains 'vpn' and board/id=20", "orderBy": "id desc"},
        {"conditions": "resources contains 'ERuiz' or owner/identifier='ERuiz'"},
        {"conditions": "summary like '%copier%'", "fields": "id,summary"},
        {"conditions": "id=48291"},
    ],
)
def test_a_large_list_costs_few_calls_per_ticket_and_none_when_asked_again(large, parameters):
    def ask() -> None:
        answer = large.get("/service/tickets", **parameters)
        assert answer.status_code == 200
        assert answer.json

    assert calls_of(ask) < CALLS_PER_TICKET * TICKETS + CALLS_PER_ANSWER
    assert calls_of(ask) < CALLS_PER_ANSWER


def test_what_is_remembered_of_a_large_list_is_forgotten_with_a_write(monkeypatch):
    monkeypatch.setattr("psa.simulators.connectwise.query.LARGE", 1)
    monkeypatch.setattr("psa.simulators.connectwise.query.REMEMBERED", 3)
    simulator = Simulator(tickets=20)
    api = Api(simulator, simulator.tenants["northwind"])
    wanted = {"conditions": "summary contains 'forgotten'", "orderBy": "id desc"}
    assert api.ids("/service/tickets", **wanted) == []
    api.patch(
        "/service/tickets/48291", {"op": "replace", "path": "summary", "value": "Not forgotten"}
    )
    for _ in range(2):
        assert api.ids("/service/tickets", **wanted) == [48291]
        assert api.ids("/service/tickets", conditions="summary contains 'nobody'") == []
        assert len(api.ids("/service/tickets", orderBy="id asc")) == 20
