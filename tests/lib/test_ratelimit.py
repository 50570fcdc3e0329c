"""Limits count per account in fixed windows and say when to come back."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisConnectionError

from resolutionflow.lib import ratelimit
from resolutionflow.lib.ratelimit import address_of, in_words, limited


@pytest.fixture
def clock(monkeypatch):
    """A time that stands still unless a test moves it."""
    clock = SimpleNamespace(now=1_800_000_000)
    monkeypatch.setattr("django_ratelimit.core.time", SimpleNamespace(time=lambda: clock.now))
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


def test_an_outage_of_redis_keeps_nobody_from_working(ask, monkeypatch, caplog):
    def refuse(*args, **kwargs):
        raise RedisConnectionError("refused")

    monkeypatch.setattr("resolutionflow.lib.ratelimit.get_usage", refuse)

    assert [ask(1).status_code for _ in range(3)] == [200, 200, 200]
    assert "not counted" in caplog.text


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


def test_who_is_not_logged_in_shares_one_count():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert ratelimit.account_key("post", request) == "user:None"
