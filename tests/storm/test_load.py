"""What the storm takes for an answer: a post whose author is not logged in says nothing."""

import httpx
import pytest

from tests.storm.load import Place, Tab

PLACE = Place(session_id="s", marker_of=lambda _: "", ticket="1", seen_status="2", other_status="3")


def _tab(*answers: httpx.Response) -> tuple[Tab, list[str]]:
    """Return a tab whose requests get these answers in turn, and the list of what it asks."""
    asked: list[str] = []
    coming = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        return next(coming)

    client = httpx.Client(base_url="http://storm", transport=httpx.MockTransport(answer))
    return Tab(client, "erin@storm.example", "a password"), asked


@pytest.mark.parametrize("status", [200, 429, 500, 503])
def test_only_being_let_in_is_a_log_in(status):
    tab, _ = _tab(httpx.Response(200), httpx.Response(status))
    assert not tab.log_in().is_answer


def test_who_is_let_in_is_logged_in():
    tab, _ = _tab(httpx.Response(200), httpx.Response(302, headers={"Location": "/"}))
    assert tab.log_in().is_answer


def test_a_refused_attempt_waits_as_long_as_it_is_told():
    tab, _ = _tab(httpx.Response(200), httpx.Response(429, headers={"Retry-After": "7"}))
    assert tab.log_in().pause == 7


@pytest.mark.parametrize(
    "answer", [httpx.Response(401), httpx.Response(302, headers={"Location": "/login/?next=/"})]
)
def test_an_answer_that_leads_to_the_log_in_is_none_and_the_tab_logs_in(answer):
    tab, asked = _tab(answer, httpx.Response(200), httpx.Response(302, headers={"Location": "/"}))
    assert not tab.send(PLACE, {}).is_answer
    assert asked[1:] == ["GET /login/", "POST /login/"]


@pytest.mark.parametrize("status", [403, 429, 500, 503, 302])
def test_what_the_contract_does_not_promise_for_a_note_is_no_answer(status):
    tab, _ = _tab(httpx.Response(status))
    assert not tab.send(PLACE, {}).is_answer


@pytest.mark.parametrize("status", [200, 202, 409, 422, 502])
def test_what_it_promises_is_one(status):
    tab, _ = _tab(httpx.Response(status))
    outcome = tab.send(PLACE, {})
    assert outcome.is_answer
    assert outcome.status == status


def test_a_lost_connection_is_no_answer():
    def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone", request=request)

    client = httpx.Client(base_url="http://storm", transport=httpx.MockTransport(lose))
    assert not Tab(client, "erin@storm.example", "a password").send(PLACE, {}).is_answer
