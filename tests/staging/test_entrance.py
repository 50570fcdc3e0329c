"""What is taken for a log-in, and for an answer."""

import httpx
import pytest

from tests.staging import entrance


def _answer(status: int, location: str = "") -> httpx.Response:
    return httpx.Response(status, headers={"Location": location} if location else {})


@pytest.mark.parametrize(
    ("answer", "let_in"),
    [
        (_answer(302, "/"), True),
        (_answer(302, "/login/?next=/"), False),
        (_answer(200), False),
        (_answer(429), False),
        (_answer(500), False),
    ],
)
def test_only_a_way_on_is_a_log_in(answer, let_in):
    assert entrance.is_logged_in(answer) is let_in


@pytest.mark.parametrize(
    ("answer", "asks"),
    [
        (_answer(302, "/login/?next=/sessions/1/"), True),
        (_answer(302, "https://app.example.com/login/"), True),
        (_answer(401), True),
        (_answer(302, "/sessions/1/"), False),
        (_answer(200), False),
    ],
)
def test_what_asks_for_a_log_in_is_seen(answer, asks):
    assert entrance.leads_to_log_in(answer) is asks


@pytest.mark.parametrize("name", ["__Host-csrftoken", "csrftoken"])
def test_the_token_is_found_over_http_and_https(name):
    with httpx.Client() as client:
        assert entrance.csrf_token(client) == ""
        client.cookies.set(name, "the token")
        assert entrance.csrf_token(client) == "the token"
