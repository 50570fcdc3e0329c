"""Limits count per account and person, and say when to come back."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory

from resolutionflow.lib.ratelimit import (
    LimitReached,
    address_of,
    charge,
    forget,
    hit,
    in_words,
    parse,
    peek,
)


@pytest.fixture
def clock(monkeypatch, settings):
    """A time that stands still unless a test moves it; counted in this process alone."""
    settings.COUNTERS_REDIS_URL = ""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr("resolutionflow.lib.counters.time.monotonic", lambda: clock.now)
    return clock


@pytest.fixture
def charged(settings, clock):
    """Charge somebody of an account; return the seconds to wait. Ten a minute are allowed."""
    settings.RATE_LIMITS = {"post": "10/m", "search": "1/m"}

    def call(account_id, user_id=1, rule="post"):
        request: Any = RequestFactory().get("/")
        request.user = SimpleNamespace(pk=user_id, account_id=account_id)
        try:
            charge(request, rule)
        except LimitReached as reached:
            return reached.seconds
        return 0

    return call


def allowed(waits):
    return list(waits).count(0)


def test_a_person_has_a_share_and_the_account_its_limit(charged):
    assert allowed(charged(1, user_id=1) for _ in range(10)) == 6
    assert allowed(charged(1, user_id=2) for _ in range(10)) == 4
    assert allowed(charged(1, user_id=3) for _ in range(10)) == 0
    assert charged(2, user_id=4) == 0


def test_no_minute_holds_more_than_the_share_and_the_wait_is_true(charged, clock):
    assert charged(1) == 0
    clock.now += 50
    assert allowed(charged(1) for _ in range(6)) == 5
    clock.now += 11
    assert allowed(charged(1) for _ in range(6)) == 1
    wait = charged(1)
    assert 1 <= wait <= 60
    clock.now += wait
    assert charged(1) == 0


def test_people_outside_accounts_count_for_themselves(charged):
    assert allowed(charged(None, user_id=7) for _ in range(12)) == 10
    assert charged(None, user_id=8) == 0
    assert charged(7) == 0


def test_each_rule_counts_for_itself(charged):
    assert charged(1, rule="search") == 0
    assert charged(1, rule="search") > 0
    assert charged(1, rule="post") == 0


@pytest.mark.parametrize("times", [1, 2])
def test_an_event_is_counted_under_all_of_its_keys_together(settings, times):
    settings.RATE_LIMITS = {"login": f"{times}/5m"}
    assert [hit("login", "10.0.0.9", "vera") for _ in range(times)] == [0] * times
    assert 1 <= hit("login", "10.0.0.9", "vera") <= 300
    assert hit("login", "10.0.0.9", "erin") == 0
    assert hit("login", "10.0.0.9", "vera", "") == 0
    assert hit("login", "10.0.0.9vera") == 0


def test_to_peek_counts_nothing_and_to_forget_starts_anew(settings):
    settings.RATE_LIMITS = {"login": "1/m"}
    assert [peek("login", "vera") for _ in range(3)] == [0, 0, 0]
    hit("login", "vera")
    assert 1 <= peek("login", "vera") <= 60
    forget("login", "vera")
    assert hit("login", "vera") == 0


@pytest.mark.parametrize(
    ("rate", "meaning"),
    [
        ("10/m", (10, 60)),
        ("100/5m", (100, 300)),
        ("0/s", (0, 1)),
        ("5/2h", (5, 7200)),
        ("1/d", (1, 86400)),
    ],
)
def test_rates_are_a_count_per_period(rate, meaning):
    assert parse(rate) == meaning


@pytest.mark.parametrize(
    "rate", ["", "10", "10/", "10/0m", "-1/m", "10/m ", "ten/m", "10/w", "٣/m"]
)
def test_what_is_no_rate_is_refused(rate):
    with pytest.raises(ValueError, match="not a rate"):
        parse(rate)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (40, "40 seconds"),
        (60, "60 seconds"),
        (61, "2 minutes"),
        (3600, "60 minutes"),
        (3601, "2 hours"),
    ],
)
def test_waits_in_words(seconds, words):
    assert in_words(seconds) == words


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "10.0.0.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (1, "", "10.0.0.9"),
        (2, "198.51.100.1", "10.0.0.9"),
        (1, "garbage", "10.0.0.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(settings, proxies, forwarded, address):
    settings.PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers=headers)

    assert address_of(request) == address


def test_a_unix_socket_has_no_address():
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="")) == "127.0.0.1"
