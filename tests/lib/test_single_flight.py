"""Asked once however many ask, in one process and in several; failures are not kept."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec, module_from_spec
from threading import Event, Lock
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisConnectionError

from resolutionflow.lib import single_flight
from resolutionflow.lib.single_flight import forget, remembered
from resolutionflow.lib.waiting_room import Full, WaitingRoom


class Source:
    """Answers when it is let, and counts how often it was asked."""

    def __init__(self, answer="boards", failure=None):
        self.answer, self.failure = answer, failure
        self.asked = 0
        self.reached, self.go = Event(), Event()
        self.go.set()
        self._lock = Lock()

    def __call__(self):
        with self._lock:
            self.asked += 1
        self.reached.set()
        assert self.go.wait(10)
        if self.failure:
            raise self.failure
        return self.answer, 60


class Through:
    """The cache, but for what a test puts in between."""

    def __getattr__(self, name):
        return getattr(cache, name)


def another_process():
    """Return the module as another process has it: same cache, flights of its own."""
    spec = find_spec("resolutionflow.lib.single_flight")
    assert spec
    assert spec.loader
    copy = module_from_spec(spec)
    spec.loader.exec_module(copy)
    return copy


def ask_ten_at_once(source, group="psa:1"):
    """Return the ten futures' outcomes; nobody is answered before all ten have asked."""
    source.go.clear()
    waiting = [Event() for _ in range(10)]

    def ask(number):
        return remembered(group, "boards", source, before_waiting=waiting[number].set)

    with ThreadPoolExecutor(10) as pool:
        asked = [pool.submit(ask, number) for number in range(10)]
        assert source.reached.wait(10)
        # All but the one who fetches say that they are about to wait.
        while sum(one.is_set() for one in waiting) < 9:
            next(one for one in waiting if not one.is_set()).wait(0.01)
        source.go.set()
        return [one.exception() or one.result() for one in asked]


def test_what_was_fetched_is_kept():
    source = Source()
    assert [remembered("psa:1", "boards", source) for _ in range(3)] == ["boards"] * 3
    assert source.asked == 1


def test_an_empty_answer_is_an_answer():
    source = Source(answer=())
    assert [remembered("psa:1", "boards", source) for _ in range(2)] == [(), ()]
    assert source.asked == 1


def test_ten_at_once_ask_once():
    source = Source()
    assert ask_ten_at_once(source) == ["boards"] * 10
    assert source.asked == 1


def test_ten_at_once_share_a_failure_which_is_not_kept():
    source = Source(failure=TimeoutError("late"))
    assert ask_ten_at_once(source) == [source.failure] * 10
    assert source.asked == 1
    source.failure = None
    assert remembered("psa:1", "boards", source) == "boards"


def test_names_and_groups_do_not_wait_for_each_other():
    slow, quick = Source(), Source()
    slow.go.clear()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(remembered, "psa:1", "boards", slow)
        assert slow.reached.wait(10)
        assert remembered("psa:1", "members", quick) == "boards"
        assert remembered("psa:2", "boards", quick) == "boards"
        slow.go.set()
        assert asked.result() == "boards"
    assert (slow.asked, quick.asked) == (1, 2)


def test_forgetting_fetches_anew_for_that_group_only():
    source = Source()
    remembered("psa:1", "boards", source)
    remembered("psa:2", "boards", source)
    forget("psa:1")
    remembered("psa:1", "boards", source)
    remembered("psa:2", "boards", source)
    assert source.asked == 3


def test_an_answer_that_was_overtaken_by_forgetting_is_not_kept():
    old, new = Source("old"), Source("new")
    old.go.clear()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(remembered, "psa:1", "boards", old)
        assert old.reached.wait(10)
        forget("psa:1")
        assert remembered("psa:1", "boards", new) == "new"
        old.go.set()
        assert asked.result() == "old"
    assert remembered("psa:1", "boards", old) == "new"


# --- Several processes ---------------------------------------------------------------


def test_another_process_gets_the_answer_of_the_first():
    source, looked = Source(), Event()
    source.go.clear()
    other = another_process()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(remembered, "psa:1", "boards", source)
        assert source.reached.wait(10)
        second = pool.submit(other.remembered, "psa:1", "boards", source, before_waiting=looked.set)
        assert looked.wait(10)
        source.go.set()
        assert [first.result(), second.result()] == ["boards", "boards"]
    assert source.asked == 1


def test_patience_ends_where_the_other_process_died(monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(single_flight, "_sleep", slept.append)
    generation = single_flight._generation("psa:1")
    cache.set(f"psa:1:{generation}:boards:lock", "of a process that died")
    source = Source()
    assert remembered("psa:1", "boards", source) == "boards"
    assert sum(slept) == pytest.approx(single_flight.PATIENCE)
    assert cache.get(f"psa:1:{generation}:boards:lock") == "of a process that died"


def test_after_a_failure_another_process_has_its_turn():
    with pytest.raises(TimeoutError):
        remembered("psa:1", "boards", Source(failure=TimeoutError()))
    other, source = another_process(), Source()
    other._sleep = pytest.fail
    assert other.remembered("psa:1", "boards", source) == "boards"


def test_what_was_kept_between_the_look_and_the_lock_is_taken(monkeypatch):
    source, late = Source("kept"), Source("late")

    class KeptMeanwhile(Through):
        def add(self, *args, **kwargs):
            another_process().remembered("psa:1", "boards", source)
            return cache.add(*args, **kwargs)

    monkeypatch.setattr(single_flight, "cache", KeptMeanwhile())
    assert remembered("psa:1", "boards", late) == "kept"
    assert late.asked == 0


ONE_OF_TWO_PROCESSES = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
import django
django.setup()
from django.core.cache import cache
from resolutionflow.lib.single_flight import remembered

group = sys.argv[1]

def fetch():
    cache.incr(group + ":asked")
    ends = time.monotonic() + 4
    while cache.get(group + ":arrived") < 10 and time.monotonic() < ends:
        time.sleep(0.01)
    return "boards", 60

def ask(_):
    cache.incr(group + ":arrived")
    return remembered(group, "boards", fetch)

with ThreadPoolExecutor(5) as pool:
    assert set(pool.map(ask, range(5))) == {"boards"}
"""


@pytest.mark.skipif(not configured.REDIS_URL, reason="REDIS_URL names no Redis")
def test_ten_at_once_in_two_real_processes_ask_once():
    from redis import Redis

    group = uuid4().hex
    redis = Redis.from_url(configured.REDIS_URL)
    asked, arrived = f":1:{group}:asked", f":1:{group}:arrived"
    redis.mset({asked: 0, arrived: 0})
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "resolutionflow.settings"}
    command = [sys.executable, "-c", ONE_OF_TWO_PROCESSES, group]
    both = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    counts = redis.mget(asked, arrived)
    redis.delete(asked, arrived, *redis.keys(f":1:{group}*"))
    redis.close()
    assert counts == [b"1", b"10"]


# --- Without a cache -----------------------------------------------------------------


def outage(monkeypatch, *names):
    """Let these calls of the cache fail."""

    def refuse(*args, **kwargs):
        raise RedisConnectionError("refused")

    failing = Through()
    for name in names:
        setattr(failing, name, refuse)
    monkeypatch.setattr(single_flight, "cache", failing)


@pytest.mark.parametrize(
    "failing",
    [["get_or_set", "get", "add", "set", "delete"], ["add"], ["set"], ["delete"]],
    ids="-".join,
)
def test_an_outage_of_the_cache_keeps_nobody_from_an_answer(monkeypatch, failing, caplog):
    single_flight._generation("psa:1")
    outage(monkeypatch, *failing)
    source = Source()
    assert remembered("psa:1", "boards", source) == "boards"
    assert source.asked == 1
    assert failing == ["add"] or "cache does not answer" in caplog.text


def test_an_outage_while_forgetting_is_logged(monkeypatch, caplog):
    outage(monkeypatch, "set")
    forget("psa:1")
    assert "Nothing is forgotten" in caplog.text


# --- Who waits long needs a place ------------------------------------------------------


@pytest.fixture
def waiting_room(monkeypatch):
    """Return the room where everybody has to wait at once, without a place in it."""
    made = WaitingRoom(0)
    monkeypatch.setattr(single_flight, "room", made)
    monkeypatch.setattr(single_flight, "FREE_WAIT", 0.0)
    return made


def test_beyond_the_waiting_room_nobody_waits(waiting_room):
    source = Source()
    source.go.clear()
    with ThreadPoolExecutor(1) as pool:
        leader = pool.submit(remembered, "psa:1", "boards", source)
        assert source.reached.wait(10)
        with pytest.raises(Full):
            remembered("psa:1", "boards", source)
        source.go.set()
        assert leader.result() == "boards"
    assert source.asked == 1


def test_who_has_a_place_gets_the_answer(waiting_room):
    waiting_room.most = 1
    source = Source()
    assert ask_twice_in(waiting_room, source) == ["boards", "boards"]
    assert waiting_room.taken == 0


def ask_twice_in(room, source):
    """Return the answers of one who fetches and of one who waits in the room for it."""
    source.go.clear()
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(remembered, "psa:1", "boards", source)]
        assert source.reached.wait(10)
        asked.append(pool.submit(remembered, "psa:1", "boards", source))
        while not room.taken:
            Event().wait(0.001)
        source.go.set()
        return [each.result() for each in asked]


def test_an_answer_that_was_asked_for_just_now_is_waited_for_without_a_place(monkeypatch):
    monkeypatch.setattr(single_flight, "room", WaitingRoom(0))
    monkeypatch.setattr(single_flight, "FREE_WAIT", 30.0)
    assert ask_ten_at_once(Source()) == ["boards"] * 10


def test_once_a_group_is_slow_nobody_waits_without_a_place_until_it_answers(monkeypatch):
    monkeypatch.setattr(single_flight, "room", WaitingRoom(0))
    monkeypatch.setattr(single_flight, "FREE_WAIT", 0.0)
    slow = Source()
    slow.go.clear()
    with ThreadPoolExecutor(2) as pool:
        boards = pool.submit(remembered, "psa:1", "boards", slow)
        assert slow.reached.wait(10)
        with pytest.raises(Full):
            remembered("psa:1", "boards", slow)
        # Long enough for every answer of the others; the slow group's is not waited for.
        monkeypatch.setattr(single_flight, "FREE_WAIT", 30.0)
        members = Source()
        members.go.clear()
        pool.submit(remembered, "psa:1", "members", members)
        assert members.reached.wait(10)
        with pytest.raises(Full):
            remembered("psa:1", "members", members)
        assert ask_ten_at_once(Source(), "psa:2") == ["boards"] * 10

        for source in (slow, members):
            source.go.set()
        assert boards.result() == "boards"
    forget("psa:1")
    assert ask_ten_at_once(Source()) == ["boards"] * 10


def test_another_process_is_waited_for_in_the_room_too(monkeypatch, waiting_room):
    monkeypatch.setattr(single_flight, "_sleep", lambda seconds: None)
    source = Source()
    source.go.clear()
    with ThreadPoolExecutor(1) as pool:
        leader = pool.submit(another_process().remembered, "psa:1", "boards", source)
        assert source.reached.wait(10)
        with pytest.raises(Full):
            remembered("psa:1", "boards", source)
        source.go.set()
        assert leader.result() == "boards"
