"""The gate: few calls at once, shared fairly, full places that move or stall, a silent PSA."""

import threading
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from psa.providers import gate as gates
from psa.providers.errors import Busy, ConnectionFailed, NotAnswering, OverCapacity
from psa.providers.gate import Gate, Places
from tests.clocks import Seconds


class Clock(Seconds):
    def now(self):
        return datetime(2026, 11, 22, 9, 14, tzinfo=UTC)


@pytest.fixture
def clock():
    return Clock(1000.0)


@pytest.fixture
def make_gate(clock):
    def make(places=None, **options):
        options = {"calls": 2, "patience": 0.0} | options
        return Gate(places or Places(), clock=clock, now=clock.now, **options)

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
    places = Places(calls=4, waiting=0)
    gates = [make_gate(places) for _ in range(6)]
    for gate in gates[:5]:
        hold(stack, gate, 1)
    with pytest.raises(OverCapacity):
        hold(stack, gates[5], 1)
    with pytest.raises(OverCapacity):
        hold(stack, gates[0], 1)


def test_a_connection_that_holds_none_always_gets_one(make_gate, stack):
    places = Places(calls=4, waiting=0)
    hold(stack, make_gate(places), 2)
    for _ in range(3):
        hold(stack, make_gate(places), 1)


def test_two_greedy_connections_leave_places_for_a_third(make_gate, stack):
    places = Places(calls=16, waiting=0)
    one, other, third = (make_gate(places, calls=8) for _ in range(3))
    hold(stack, one, 8)
    hold(stack, other, 4)
    with pytest.raises(OverCapacity, match="ResolutionFlow is busy"):
        hold(stack, other, 1)
    hold(stack, third, 4)


def test_slow_answers_that_succeed_shrink_a_connections_share(make_gate, clock, stack):
    places = Places(calls=16, waiting=0)
    slow, third = make_gate(places, calls=8), make_gate(places, calls=8)
    with slow.call() as call:
        clock.seconds += gates.SLOW + 0.1
        call.answered = True
    hold(stack, slow, 4)
    with pytest.raises(Busy, match="The PSA is slow right now") as raised:
        hold(stack, slow, 1)
    assert not isinstance(raised.value, OverCapacity)
    hold(stack, third, 8)


def test_calls_that_take_long_shrink_it_before_they_end(make_gate, clock, stack):
    places = Places(calls=16, waiting=0)
    slow = make_gate(places, calls=8)
    hold(stack, slow, 4)
    clock.seconds += gates.SLOW + 0.1
    with pytest.raises(Busy):
        hold(stack, slow, 1)


def test_a_quick_answer_gives_the_share_back(make_gate, clock, stack):
    slow = make_gate(Places(calls=16, waiting=0), calls=8)
    with slow.call() as call:
        clock.seconds += gates.SLOW + 0.1
        call.answered = True
    end(slow, True)
    hold(stack, slow, 8)


def test_once_others_wait_no_connection_holds_more_than_half(make_gate, stack):
    places = Places(calls=8, waiting=4)
    greedy = make_gate(places, calls=6)
    hold(stack, greedy, 4)
    with places.room.place("another party"), pytest.raises(OverCapacity):
        hold(stack, greedy, 1)
    hold(stack, greedy, 1)


def test_a_place_that_will_be_free_is_waited_for(make_gate):
    places = Places()
    gate = make_gate(places, patience=30.0)
    entered = threading.Event()

    def wait_for_a_place():
        with gate.call():
            entered.set()

    waiter = threading.Thread(target=wait_for_a_place)
    with gate.call():
        with gate.call():
            waiter.start()
            while not places.room.taken:
                threading.Event().wait(0.001)
            assert not entered.is_set()
        assert entered.wait(30)
    waiter.join()
    assert (places.room.taken, places.calls) == (0, set())


def test_only_so_many_wait(make_gate, stack):
    places = Places(calls=2, waiting=0)
    gate = make_gate(places, calls=2, patience=30.0)
    hold(stack, gate, 1)
    with pytest.raises(Busy):
        hold(stack, gate, 1)


def test_a_stalled_place_refuses_at_once(make_gate, clock, stack):
    gate = make_gate(patience=30.0)
    hold(stack, gate, 2)
    clock.seconds += gates.STALLED_AFTER + 0.1
    with pytest.raises(Busy):
        hold(stack, gate, 1)


def test_who_waited_meets_a_gate_that_closed_meanwhile(make_gate):
    places = Places()
    gate = make_gate(places, patience=30.0)
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
            while not places.room.taken:
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
    places = Places()
    silent, other = make_gate(places), make_gate(places)
    fail(silent)
    end(other, True)


# --- Opening -------------------------------------------------------------------------


def test_after_a_rest_one_call_is_let_through_and_opens_it_for_all(gate, clock):
    fail(gate)
    clock.seconds += gates.PROBE_EVERY
    with gate.call() as probe:
        with pytest.raises(NotAnswering):
            end(gate, True)
        probe.answered = True
    end(gate, None)
    fail(gate, gates.FAILURES - 1)
    end(gate, True)


def test_a_probe_that_fails_keeps_it_closed_for_another_rest(gate, clock):
    fail(gate)
    clock.seconds += gates.PROBE_EVERY
    end(gate, False)
    clock.seconds += gates.PROBE_EVERY - 0.1
    with pytest.raises(NotAnswering):
        end(gate, True)
    clock.seconds += 0.1
    end(gate, True)


def test_a_probe_that_says_nothing_lets_the_next_one_try(gate, clock):
    fail(gate)
    clock.seconds += gates.PROBE_EVERY
    end(gate, None)
    end(gate, True)


def test_an_answer_to_an_older_call_opens_it_too(gate):
    with gate.call() as older:
        fail(gate)
        older.answered = True
    end(gate, True)


def test_failures_of_calls_that_began_before_the_last_answer_say_nothing(make_gate, clock, stack):
    gate = make_gate(Places(calls=80), calls=20)
    hanging = hold(stack, gate, gates.FAILURES + 1)
    clock.seconds += 15
    end(gate, True)
    for call in hanging:
        call.answered = False
    stack.close()
    end(gate, True)
