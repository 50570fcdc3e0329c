"""Calls side by side: together in time, in the caller's context, and never stuck."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial

import pytest

from resolutionflow.lib import side_by_side
from resolutionflow.lib.side_by_side import both, each, later, settled

_mark: ContextVar[str] = ContextVar("mark", default="")


def test_both_are_under_way_at_the_same_time():
    meeting = threading.Barrier(2, timeout=30)
    assert both(lambda: (meeting.wait(), 1)[1], lambda: (meeting.wait(), 2)[1]) == (1, 2)


def test_many_are_under_way_at_the_same_time_and_answer_in_order():
    meeting = threading.Barrier(5, timeout=30)

    def number(n):
        meeting.wait()
        return n

    assert each(partial(number, n) for n in range(5)) == [0, 1, 2, 3, 4]
    assert each([]) == []


def test_both_see_the_callers_context_and_the_first_its_thread():
    meeting = threading.Barrier(2, timeout=30)

    def look():
        meeting.wait()
        return _mark.get(), threading.current_thread()

    token = _mark.set("mine")
    first, second = both(look, look)
    _mark.reset(token)
    assert first == ("mine", threading.current_thread())
    assert second[0] == "mine"
    assert second[1] is not threading.current_thread()


def test_without_a_free_thread_the_caller_does_both(monkeypatch):
    pool = ThreadPoolExecutor(1)
    monkeypatch.setattr(side_by_side, "_pool", pool)
    free = threading.Event()
    pool.submit(free.wait)
    mine = threading.current_thread()
    assert both(threading.current_thread, threading.current_thread) == (mine, mine)
    free.set()
    pool.shutdown()


@pytest.mark.parametrize("place", [0, 1])
def test_an_error_of_either_is_raised(place):
    calls = [lambda: 1, lambda: 1]
    calls[place] = lambda: 1 // 0
    with pytest.raises(ZeroDivisionError):
        both(*calls)


def test_a_failure_among_settled_calls_leaves_the_others_their_answer():
    first, second = settled(lambda: 1 // 0, lambda: 2)
    assert isinstance(first.exception(), ZeroDivisionError)
    assert second.result() == 2


def test_later_is_done_apart_from_the_caller():
    done = threading.Event()
    seen = []
    token = _mark.set("mine")

    def look():
        seen.append(_mark.get())
        done.set()

    later(look)
    _mark.reset(token)
    assert done.wait(30)
    assert seen == [""]
