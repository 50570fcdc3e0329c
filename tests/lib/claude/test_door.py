"""Asking Claude through the door: shapes, failures, what leaves, and what is counted."""

import json
import logging

import httpx
import pytest
from pydantic import BaseModel

from resolutionflow.lib import claude, safe_http
from resolutionflow.lib.claude import client
from resolutionflow.lib.sites import SiteNotAllowed
from resolutionflow.simulators.messages import Script


class Guess(BaseModel):
    board: str
    urgent: bool


class Ledger:
    """Counts what calls reserve and use."""

    def __init__(self, left=1_000_000):
        self.left, self.settled = left, []

    def reserve(self, tokens):
        if tokens > self.left:
            raise claude.CapReached

    def settle(self, reserved, used_in, used_out):
        self.settled.append((reserved, used_in, used_out))


@pytest.fixture
def ledger():
    return Ledger()


def ask(ledger, text="Printer is jamming", **more):
    return claude.ask(ledger, Guess, system="Sort it.", text=text, **more)


GOOD = Script(text='{"board": "Help Desk", "urgent": true}')


def test_an_answer_has_the_shape_that_was_asked_for(claude_service, ledger):
    claude_service.will(GOOD)

    answer = ask(ledger)

    assert answer.value == Guess(board="Help Desk", urgent=True)
    assert (answer.model, answer.by_stand_in) == ("stand-in", True)
    assert [used > 0 for used in ledger.settled[0]] == [True, True, True]


def test_what_leaves_is_the_schema_the_model_and_a_text_without_secrets(
    claude_service, ledger, settings
):
    settings.ANTHROPIC_MODEL = "claude-of-the-day"
    claude_service.will(GOOD)

    ask(ledger, "VPN down, the password is Hunter2!")

    sent = claude_service.requests[0]
    assert sent["model"] == "claude-of-the-day"
    assert sent["messages"] == [{"role": "user", "content": "VPN down, the password is [hidden]"}]
    schema = sent["output_config"]["format"]["schema"]
    assert schema["additionalProperties"] is False
    assert sorted(schema["required"]) == ["board", "urgent"]


def test_json_that_leaves_is_masked_and_stays_json(claude_service, ledger):
    claude_service.will(GOOD)
    sent = {"text": "Their password:", "candidates": {"boards": [{"id": 7, "name": "pin: 4711"}]}}

    ask(ledger, text=json.dumps(sent))

    arrived = json.loads(claude_service.requests[0]["messages"][0]["content"])
    masked = {"boards": [{"id": 7, "name": "pin: [hidden]"}]}
    assert arrived == {"text": "Their password:", "candidates": masked}


def test_json_of_a_caller_who_masks_nothing_leaves_without_secrets(claude_service, ledger):
    claude_service.will(GOOD)
    sent = {
        "password": "hunter",
        "adminPin": 4711,
        "pin": 4711,
        "credentials": {"user": "joe", "keys": ["a", None, True]},
        "said": ["the password is Hunter2!", 12, 1.5, None, False, 4111111111111111],
    }

    ask(ledger, text=json.dumps(sent))

    assert json.loads(claude_service.requests[0]["messages"][0]["content"]) == {
        "password": "[hidden]",
        "adminPin": "[hidden]",
        "pin": "[hidden]",
        "credentials": {"user": "[hidden]", "keys": ["[hidden]", None, True]},
        "said": ["the password is [hidden]", 12, 1.5, None, False, "[hidden]"],
    }


def test_json_nested_beyond_reading_is_a_text(claude_service, ledger):
    claude_service.will(GOOD)
    deep = "[" * 50_000 + '"pwd=Hunter2"' + "]" * 50_000

    ask(ledger, text=deep)

    assert "Hunter2" not in claude_service.requests[0]["messages"][0]["content"]


def test_the_task_leaves_without_secrets_too(claude_service, ledger):
    claude_service.will(GOOD)

    claude.ask(ledger, Guess, system="Sort it. pwd=Hunter2", text="x")

    assert claude_service.requests[0]["system"] == "Sort it. pwd=[hidden]"


def test_a_number_alone_is_a_text_like_any_other(claude_service, ledger):
    claude_service.will(GOOD)
    ask(ledger, text="4111111111111111")
    assert claude_service.requests[0]["messages"][0]["content"] == "[hidden]"


LONG = "Printer is jamming " * 30
SENT = (len("Sort it.") + len(LONG)) // 3


@pytest.mark.parametrize(
    "script",
    [
        Script(text="x", wait=100),
        Script(status=500, error="api_error"),
        Script(status=503, error="api_error"),
        Script(raw="", status=302),
        Script(raw="<h1>Proxy</h1>", content_type="text/html"),
        Script(raw="{"),
    ],
    ids=["too late", "broken", "unavailable", "redirect", "proxy", "cut off"],
)
def test_a_call_that_may_be_billed_counts_with_what_was_sent(claude_service, ledger, script):
    claude_service.will(script)

    with pytest.raises(claude.ClaudeError):
        ask(ledger, text=LONG)

    assert ledger.settled == [(SENT + 4000, SENT, 0)]


@pytest.mark.parametrize("status", [400, 401, 404, 408, 413, 429, 529])
def test_a_call_that_the_service_refused_counts_nothing(claude_service, ledger, status):
    claude_service.will(Script(status=status, error="some_error"))

    with pytest.raises(claude.ClaudeError):
        ask(ledger, text=LONG)

    assert ledger.settled == [(SENT + 4000, 0, 0)]


class Broken(httpx.BaseTransport):
    """A network on which every call ends so."""

    def __init__(self, failure):
        self._failure = failure

    def handle_request(self, request):
        raise self._failure


@pytest.mark.parametrize(
    ("failure", "told", "counted"),
    [
        (httpx.ConnectError("x"), claude.Unreachable, 0),
        (httpx.ConnectTimeout("x"), claude.TimedOut, 0),
        (httpx.PoolTimeout("x"), claude.TimedOut, 0),
        (SiteNotAllowed("x"), claude.Unreachable, 0),
        (httpx.WriteError("x"), claude.Unreachable, SENT),
        (httpx.ReadError("x"), claude.Unreachable, SENT),
        (httpx.RemoteProtocolError("x"), claude.Unreachable, SENT),
        (httpx.ReadTimeout("x"), claude.TimedOut, SENT),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_a_lost_call_counts_unless_nothing_was_sent(
    ledger, settings, monkeypatch, failure, told, counted
):
    settings.ANTHROPIC_API_KEY = "key"
    monkeypatch.setattr(safe_http, "transport_factory", lambda *_, **__: Broken(failure))
    client._client.cache_clear()

    with pytest.raises(told):
        ask(ledger, text=LONG)

    assert ledger.settled == [(SENT + 4000, counted, 0)]
    client._client.cache_clear()


def test_without_a_key_nothing_is_sent(ledger, settings):
    settings.ANTHROPIC_API_KEY = ""

    with pytest.raises(claude.Off) as refusal:
        ask(ledger)

    assert refusal.value.kind == "off"
    assert ledger.settled == []


def test_when_the_cap_is_reached_nothing_is_sent(claude_service):
    with pytest.raises(claude.CapReached):
        ask(Ledger(left=10))

    assert claude_service.requests == []


FAILURES = {
    "wrong key": (Script(status=401, error="authentication_error"), claude.WrongKey),
    "no such model": (Script(status=404, error="not_found_error"), claude.NotAccepted),
    "form": (Script(status=400, error="invalid_request_error"), claude.NotAccepted),
    "too large": (Script(status=413, error="invalid_request_error"), claude.TooLong),
    "too many": (Script(status=429, error="rate_limit_error"), claude.Overloaded),
    "overloaded": (Script(status=529, error="overloaded_error"), claude.Overloaded),
    "broken": (Script(status=500, error="api_error"), claude.Unreachable),
    "late": (Script(text=GOOD.text, wait=60), claude.TimedOut),
    "refusal": (Script(text="No.", stop_reason="refusal"), claude.Refused),
    "cut short": (Script(text='{"boa', stop_reason="max_tokens"), claude.TooLong),
    "prose": (Script(text="I think it is the Help Desk."), claude.Malformed),
    "other shape": (Script(text='{"board": 7}'), claude.Malformed),
    "a tool": (Script(calls=[{"name": "rm", "input": {}}]), claude.Malformed),
    "html": (Script(raw="<h1>Proxy</h1>", content_type="text/html"), claude.Malformed),
    "no json": (Script(raw="{"), claude.Malformed),
    "other json": (Script(raw='["x"]'), claude.Malformed),
    "redirect": (Script(raw="", status=302), claude.NotAccepted),
}


@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_is_an_error_with_a_sentence_and_is_counted(claude_service, ledger, name):
    script, kind = FAILURES[name]
    claude_service.will(script)

    with pytest.raises(claude.ClaudeError) as failure:
        ask(ledger)

    assert type(failure.value) is kind
    assert failure.value.sentence.endswith(".")
    assert len(ledger.settled) == 1


def test_a_failure_in_the_log_tells_neither_the_text_nor_the_key(claude_service, ledger, caplog):
    claude_service.will(Script(status=400, error="invalid_request_error"))

    with caplog.at_level(logging.INFO), pytest.raises(claude.NotAccepted):
        ask(ledger, "Contoso's secret merger")

    assert "400" in caplog.text
    assert "merger" not in caplog.text
    assert "stand-in-key" not in caplog.text


def test_a_service_out_of_reach_is_said_so(ledger, settings):
    settings.ANTHROPIC_API_KEY = "key"
    settings.ANTHROPIC_BASE_URL = "http://127.0.0.1:9"
    client._client.cache_clear()

    with pytest.raises(claude.Unreachable):
        ask(ledger)
    client._client.cache_clear()


@pytest.mark.parametrize("address", ["https://a.example/x?y=1", "ftp://a.example", "a.example/"])
def test_an_address_that_two_could_read_differently_is_refused(address):
    with pytest.raises(SiteNotAllowed):
        client.service_origin(address)


def test_a_gateway_may_have_a_path():
    assert (
        str(client.service_origin("https://gw.example.com/anthropic")) == "https://gw.example.com"
    )


def test_the_sdk_is_loaded_apart_where_there_is_a_key(settings, monkeypatch):
    done: list = []
    monkeypatch.setattr(client, "later", done.append)

    claude.prepare()
    assert done == []

    settings.ANTHROPIC_API_KEY = "key"
    claude.prepare()
    assert done == [client.open_client]


def test_no_database_connection_is_held_while_claude_is_asked(claude_service, ledger, monkeypatch):
    asked_before = []
    monkeypatch.setattr(
        "resolutionflow.lib.claude.metering.release_database",
        lambda: asked_before.append(len(claude_service.requests)),
    )
    claude_service.will(GOOD)

    ask(ledger)

    assert asked_before == [0]
