"""Limits count per account in fixed windows and say when to come back."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from resolutionflow.lib.ratelimit import address_of, forget, hit, in_words, limited, parse, peek


@pytest.fixture
def clock(monkeypatch, settings):
    """A time that stands still unless a test moves it; counted in this process alone."""
    settings.COUNTERS_REDIS_URL = ""
    clock = SimpleNamespace(now=1_800_000_000.0)
    monkeypatch.setattr("resolutionflow.lib.counters.time.time", lambda: clock.now)
    return clock


@pytest.fixture
def ask(settings, clock):
    """Call a limited view as somebody of an account; two calls a minute are allowed."""
    settings.RATE_LIMITS = {"post": "2/m", "search": "1/m"}

    def call(account_id, user_id=1, rule="post", htmx=False):
        request: Any = RequestFactory().get("/")
        request.user = SimpleNamespace(
            pk=user_id, account_id=account_id, is_authenticated=True, name="", account=None
        )
        request.htmx = SimpleNamespace(history_restore_request=False) if htmx else None
        return limited(rule)(lambda request, text: HttpResponse(text))(request, "done")

    return call


def test_calls_within_the_limit_reach_the_view(ask):
    assert [ask(1).status_code for _ in range(3)] == [200, 200, 429]


def test_the_limit_is_the_accounts_and_not_the_persons(ask):
    assert [ask(1, user_id=user).status_code for user in (1, 2, 3)] == [200, 200, 429]
    assert ask(2, user_id=4).status_code == 200


def test_people_outside_accounts_count_for_themselves(ask):
    assert [ask(None, user_id=7).status_code for _ in range(3)] == [200, 200, 429]
    assert ask(None, user_id=8).status_code == 200
    assert ask(7).status_code == 200


def test_each_rule_counts_for_itself(ask):
    assert ask(1, rule="search").status_code == 200
    assert ask(1, rule="search").status_code == 429
    assert ask(1, rule="post").status_code == 200


def test_the_answer_says_when_to_come_back_and_keeps_its_word(ask, clock):
    ask(1), ask(1)

    response = ask(1)

    wait = int(response["Retry-After"])
    assert 1 <= wait <= 60
    assert f"Wait {in_words(wait)}, then try again." in response.content.decode()
    clock.now += wait + 1
    assert ask(1).status_code == 200


def test_htmx_gets_the_error_bar(ask):
    ask(1), ask(1)

    body = ask(1, htmx=True).content.decode()

    assert 'role="alert"' in body
    assert "<html" not in body


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
