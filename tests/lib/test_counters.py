"""Limits hold in every window, over processes and through an outage; a flood stays small."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.conf import settings as configured
from limits import RateLimitItemPerSecond
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from resolutionflow.lib import counters
from resolutionflow.lib.counters import Counters, ProcessWindows, RedisWindows

NOWHERE = "redis://127.0.0.1:1/0"
needs_redis = pytest.mark.skipif(not configured.REDIS_URL, reason="REDIS_URL names no Redis")


class FailingWindows(ProcessWindows):
    """Out of reach until it is mended."""

    fails, asked = True, 0

    def hit(self, rule, key):
        self.asked += 1
        if self.fails:
            raise RedisConnectionError("refused")
        return super().hit(rule, key)


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("resolutionflow.lib.counters.time.monotonic", lambda: now[0])
    return now


@pytest.fixture(params=["process", pytest.param("redis", marks=needs_redis)])
def windows(request):
    return ProcessWindows() if request.param == "process" else RedisWindows(configured.REDIS_URL)


def per_minute(count):
    return RateLimitItemPerSecond(count, 60, namespace=uuid4().hex)


def test_no_more_than_the_rule_allows(windows):
    rule = per_minute(2)
    assert [windows.hit(rule, "a"), windows.hit(rule, "a")] == [0, 0]
    assert 55 <= windows.hit(rule, "a") <= 60
    assert 55 <= windows.peek(rule, "a") <= 60
    assert windows.hit(rule, "b") == 0


def test_peeking_counts_nothing_and_what_is_forgotten_counts_no_more(windows):
    rule = per_minute(1)
    assert [windows.peek(rule, "a") for _ in range(3)] == [0, 0, 0]
    windows.hit(rule, "a")
    windows.forget(rule, "a")
    assert windows.hit(rule, "a") == 0


def test_nothing_at_all_may_be_allowed(windows):
    assert 1 <= windows.hit(per_minute(0), "a") <= 60


def test_no_minute_holds_more_than_the_rule_allows(clock):
    mine, rule = ProcessWindows(), per_minute(2)
    assert mine.hit(rule, "a") == 0
    clock[0] += 59
    assert mine.hit(rule, "a") == 0
    clock[0] += 2
    assert [mine.hit(rule, "a"), mine.hit(rule, "a")] == [0, 58]


def test_the_wait_is_never_longer_than_the_rule_whenever_it_is_asked(clock):
    clock[0] = 100.3  # 100.3 + 60 - 100.3 is more than 60
    assert ProcessWindows().hit(per_minute(0), "a") == 60


def test_while_redis_is_down_the_process_counts_and_asks_it_seldom(clock, caplog):
    shared, rule = FailingWindows(), per_minute(2)
    mine = Counters(shared)
    assert [bool(mine.hit(rule, "a")) for _ in range(4)] == [False, False, True, True]
    assert shared.asked == 1
    assert caplog.text.count("count in this process alone") == 1

    shared.fails = False
    clock[0] += counters.PAUSE_AFTER_FAILURE
    assert mine.hit(rule, "a") == 0
    assert len(shared) == 1


def test_a_redis_that_refuses_is_counted_without(settings):
    settings.COUNTERS_REDIS_URL = NOWHERE
    rule = per_minute(1)
    assert [bool(counters.counters().hit(rule, "a")) for _ in range(3)] == [False, True, True]
    assert not counters.counters().answers()


def test_no_thread_passes_where_another_one_took_the_last_place(windows):
    rule = per_minute(50)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: windows.hit(rule, "a"), range(200)))
    assert waits.count(0) == 50


def test_a_flood_of_names_stays_within_its_bound_and_frees_nobody():
    mine, rule = ProcessWindows(most=100), per_minute(5)
    for _ in range(5):
        mine.hit(rule, "attacked")
    for number in range(5_000):
        mine.hit(rule, f"new {number}")
    assert mine.hit(rule, "attacked") > 0
    assert len(mine) <= 100


def test_what_is_over_makes_room_first(clock):
    mine, rule = ProcessWindows(most=10), per_minute(9)
    for number in range(9):
        for _ in range(9):
            mine.hit(rule, f"old {number}")
    clock[0] += 61
    mine.hit(rule, "new")
    mine.hit(rule, "newer")
    assert len(mine) == 2


_COUNT = """
import sys
from django.conf import settings
from limits import RateLimitItemPerSecond
settings.configure()
from resolutionflow.lib.counters import RedisWindows
mine = RedisWindows(sys.argv[1], prefix=sys.argv[2])
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
