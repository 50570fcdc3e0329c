"""Counters hold over processes and through an outage, and stay small in a flood."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.conf import settings as configured
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from resolutionflow.lib import counters
from resolutionflow.lib.counters import Counters, ProcessMemory

NOWHERE = "redis://127.0.0.1:1/0"
needs_redis = pytest.mark.skipif(not configured.REDIS_URL, reason="REDIS_URL names no Redis")


class Failing(ProcessMemory):
    """A shared storage that is out of reach until it is mended."""

    def __init__(self):
        super().__init__()
        self.fails, self.asked = True, 0

    def incr(self, key, expiry, amount=1):
        self.asked += 1
        if self.fails:
            raise RedisConnectionError("refused")
        return super().incr(key, expiry, amount)


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("resolutionflow.lib.counters.time.time", lambda: now[0])
    monkeypatch.setattr("resolutionflow.lib.counters.time.monotonic", lambda: now[0])
    return now


def per_minute(count):
    return RateLimitItemPerSecond(count, 60, namespace=uuid4().hex)


def test_a_window_starts_with_its_first_event_and_ends_after_its_period(clock):
    mine, rule = Counters(None), per_minute(2)
    assert [mine.hit(rule, "a"), mine.hit(rule, "a")] == [0, 0]
    clock[0] += 20.5
    assert mine.hit(rule, "a") == 40
    clock[0] += 40
    assert mine.hit(rule, "a") == 0


def test_while_redis_is_down_the_process_counts_and_asks_it_seldom(clock, caplog):
    shared, rule = Failing(), per_minute(2)
    mine = Counters(shared)
    assert [bool(mine.hit(rule, "a")) for _ in range(4)] == [False, False, True, True]
    assert shared.asked == 1
    assert caplog.text.count("count in this process alone") == 1

    shared.fails = False
    clock[0] += counters.PAUSE_AFTER_FAILURE
    assert mine.hit(rule, "a") == 0
    assert shared.get(rule.key_for("a")) == 1


def test_a_redis_that_refuses_costs_no_time_and_is_counted_without(settings):
    settings.COUNTERS_REDIS_URL = NOWHERE
    rule = per_minute(1)
    assert [bool(counters.counters().hit(rule, "a")) for _ in range(3)] == [False, True, True]
    assert not counters.counters().answer()


def test_no_thread_loses_an_event_of_another():
    mine, rule = Counters(None), per_minute(100)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: mine.hit(rule, "a"), range(400)))
    assert waits.count(0) == 100


def test_a_flood_of_names_stays_within_its_bound_and_frees_nobody():
    memory = ProcessMemory(most=100)
    for _ in range(5):
        memory.incr("attacked", 60)
    for number in range(10_000):
        memory.incr(f"new {number}", 60)
    assert memory.get("attacked") == 5
    assert memory.reset() <= 100


def test_what_is_over_makes_room_first(clock):
    memory = ProcessMemory(most=10)
    for number in range(9):
        memory.incr(f"old {number}", 60, amount=9)
    clock[0] += 61
    memory.incr("new", 60)
    memory.incr("newer", 60)
    assert memory.get("new") == 1
    assert memory.reset() == 2


def test_a_counter_is_forgotten():
    memory = ProcessMemory()
    memory.incr("a", 60)
    memory.clear("a")
    assert memory.get("a") == 0
    assert memory.check()


_COUNT = """
import sys
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from django.conf import settings
settings.configure()
from resolutionflow.lib.counters import Counters
mine = Counters(RedisStorage(sys.argv[1], key_prefix=sys.argv[2]))
rule = RateLimitItemPerSecond(300, 60)
print(sum(mine.hit(rule, "a") == 0 for _ in range(200)))
"""


@needs_redis
def test_processes_count_together_and_exactly():
    prefix = uuid4().hex
    command = [sys.executable, "-c", _COUNT, configured.REDIS_URL, prefix]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sum(int(worker.communicate()[0]) for worker in workers) == 300
    redis = Redis.from_url(configured.REDIS_URL)
    keys = redis.keys(f"{prefix}*")
    assert [0 < redis.ttl(key) <= 60 for key in keys] == [True]
    redis.close()


@needs_redis
def test_redis_says_how_long_to_wait():
    mine, rule = Counters(RedisStorage(configured.REDIS_URL)), per_minute(1)
    assert mine.hit(rule, "a") == 0
    assert 58 <= mine.hit(rule, "a") <= 60
    assert 58 <= mine.peek(rule, "a") <= 60
    assert mine.answer()
    mine.forget(rule, "a")
    assert mine.peek(rule, "a") == 0
