"""The gate: few calls at once, a full house that moves or stands still, and a silent PSA."""

import threading
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from psa.providers import gate as gates
from psa.providers.errors import Busy, ConnectionFailed, NotAnswering
from psa.providers.gate import Gate, House


class Clock:
    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds

    def now(self):
        return datetime(2026, 11, 22, 9, 14, tzinfo=UTC)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_gate(clock):
    def make(house=None, **options):
        options = {"calls": 2, "patience": 0.0} | options
        return Gate(house or House(), clock=clock, now=clock.now, **options)

    return make


@pytest.fixture
def gate(make_gate):
    return make_gate()


def end(gate, answered):
    with gate.call() as call:
        call.answered = answered


def fail(gate, times=gates.FAILURES):
    for _ in range(times):
        end(gate, False)


def hold(stack, gate, times):
    return [stack.enter_context(gate.call()) for _ in range(times)]


@pytest.fixture
def stack():
    from contextlib import ExitStack

    with ExitStack() as made:
        yield made


# --- Places --------------------------------------------------------------------------


def test_a_connection_has_so_many_places_and_gets_them_back(gate, stack):
    with gate.call(), gate.call(), pytest.raises(Busy, match="slow right now"):
        hold(stack, gate, 1)
    hold(stack, gate, 2)


def test_a_place_is_given_back_after_an_error_too(gate):
    for _ in range(3):
        with pytest.raises(RuntimeError), gate.call():
            raise RuntimeError
    end(gate, True)


def test_a_process_has_so_many_places_for_all_connections(make_gate, stack):
    house = House(calls=3, waiting=3)
    one, other = make_gate(house), make_gate(house)
    hold(stack, one, 2)
    hold(stack, other, 1)
    with pytest.raises(Busy):
        hold(stack, other, 1)


def test_one_connection_leaves_places_for_the_others(make_gate, stack):
    house = House(calls=3, waiting=3)
    one, other = make_gate(house), make_gate(house)
    hold(stack, one, 2)
    with pytest.raises(Busy):
        hold(stack, one, 1)
    hold(stack, other, 1)


def test_a_full_house_that_moves_is_waited_for(make_gate):
    house = House()
    gate = make_gate(house, patience=30.0)
    entered = threading.Event()

    def wait_for_a_place():
        with gate.call():
            entered.set()

    waiter = threading.Thread(target=wait_for_a_place)
    with gate.call():
        with gate.call():
            waiter.start()
            while not house.waiting:
                threading.Event().wait(0.001)
            assert not entered.is_set()
        assert entered.wait(30)
    waiter.join()
    assert (house.waiting, house.calls) == (0, set())


def test_only_so_many_wait(make_gate, stack):
    house = House(calls=2, waiting=0)
    gate = make_gate(house, patience=30.0)
    hold(stack, gate, 2)
    with pytest.raises(Busy):
        hold(stack, gate, 1)


def test_more_may_wait_while_fewer_are_in_flight(make_gate, stack):
    house = House(calls=3, waiting=0)
    gate = make_gate(house, patience=30.0)
    hold(stack, gate, 1)
    last = stack.enter_context(ExitStack())
    hold(last, gate, 1)
    waiter = threading.Thread(target=lambda: end(gate, True))
    waiter.start()
    while not house.waiting:
        threading.Event().wait(0.001)
    with pytest.raises(Busy):
        hold(stack, gate, 1)
    last.close()
    waiter.join(30)
    assert not house.waiting


def test_a_full_house_that_stands_still_refuses_at_once(make_gate, clock, stack):
    gate = make_gate(patience=30.0)
    hold(stack, gate, 2)
    clock.seconds += gates.STILL + 0.1
    with pytest.raises(Busy):
        hold(stack, gate, 1)


def test_who_waited_meets_a_gate_that_closed_meanwhile(make_gate):
    house = House()
    gate = make_gate(house, patience=30.0)
    fail(gate, gates.FAILURES - 1)
    seen = []

    def wait_for_a_place():
        try:
            end(gate, True)
        except NotAnswering as error:
            seen.append(error)

    waiter = threading.Thread(target=wait_for_a_place)
    with gate.call():
        with gate.call() as last:
            waiter.start()
            while not house.waiting:
                threading.Event().wait(0.001)
            last.answered = False
        waiter.join(30)
    assert len(seen) == 1


# --- Closing -------------------------------------------------------------------------


def test_failures_in_a_row_close_it_and_say_since_when(gate, clock):
    fail(gate, gates.FAILURES - 1)
    end(gate, False)
    with pytest.raises(NotAnswering, match=r"has not answered since 09:14 UTC") as raised:
        end(gate, True)
    assert raised.value.since == clock.now()
    assert isinstance(raised.value, ConnectionFailed)


def test_an_answer_in_between_starts_the_row_anew(gate):
    fail(gate, gates.FAILURES - 1)
    end(gate, True)
    fail(gate, gates.FAILURES - 1)
    end(gate, True)


def test_what_says_nothing_about_the_psa_counts_as_neither(gate):
    fail(gate, gates.FAILURES - 1)
    end(gate, None)
    end(gate, False)
    with pytest.raises(NotAnswering):
        end(gate, True)


def test_failures_long_apart_do_not_close_it(gate, clock):
    for _ in range(3 * gates.FAILURES):
        end(gate, False)
        clock.seconds += gates.WINDOW / (gates.FAILURES - 1) + 0.1
    end(gate, True)


def test_another_connection_is_not_concerned(make_gate):
    house = House()
    silent, other = make_gate(house), make_gate(house)
    fail(silent)
    end(other, True)


# --- Opening -------------------------------------------------------------------------


def test_after_a_rest_one_call_is_let_through_and_opens_it_for_all(gate, clock):
    fail(gate)
    clock.seconds += gates.REST
    with gate.call() as probe:
        with pytest.raises(NotAnswering):
            end(gate, True)
        probe.answered = True
    end(gate, None)
    fail(gate, gates.FAILURES - 1)
    end(gate, True)


def test_a_probe_that_fails_keeps_it_closed_for_another_rest(gate, clock):
    fail(gate)
    clock.seconds += gates.REST
    end(gate, False)
    clock.seconds += gates.REST - 0.1
    with pytest.raises(NotAnswering):
        end(gate, True)
    clock.seconds += 0.1
    end(gate, True)


def test_a_probe_that_says_nothing_lets_the_next_one_try(gate, clock):
    fail(gate)
    clock.seconds += gates.REST
    end(gate, None)
    end(gate, True)


def test_an_answer_to_an_older_call_opens_it_too(gate):
    with gate.call() as older:
        fail(gate)
        older.answered = True
    end(gate, True)


def test_failures_of_calls_that_began_before_the_last_answer_say_nothing(make_gate, clock, stack):
    gate = make_gate(House(calls=20), calls=20)
    hanging = hold(stack, gate, gates.FAILURES + 1)
    clock.seconds += 15
    end(gate, True)
    for call in hanging:
        call.answered = False
    stack.close()
    end(gate, True)
