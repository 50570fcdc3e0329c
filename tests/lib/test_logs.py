"""Log lines are JSON, say whose request it was, and never carry a secret."""

import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.lib import logs
from resolutionflow.lib.masking import redact, redacted

SECRET = "hunter2-Zq9!x"


def line(message="m", *args, exc_info=None, **extra) -> dict:
    record = logging.LogRecord("app.part", logging.INFO, "f.py", 1, message, args, exc_info)
    vars(record).update(extra)
    logs.ContextFilter().filter(record)
    return json.loads(logs.JsonFormatter().format(record))


def test_a_line_is_one_json_object_with_fixed_fields():
    found = line("Posted %s", "a note", ticket="48291", ms=3.5)

    assert found.pop("time")
    assert found == {
        "level": "INFO",
        "logger": "app.part",
        "message": "Posted a note",
        "request_id": "-",
        "ticket": "48291",
        "ms": 3.5,
    }


def test_lines_of_a_request_say_whose_it_was_and_later_ones_do_not():
    with logs.request_context("abc123"):
        logs.name_person(7, 3)
        inside = line()
    outside = line()

    assert (inside["request_id"], inside["user_id"], inside["account_id"]) == ("abc123", 7, 3)
    assert outside["request_id"] == "-"
    assert "user_id" not in outside
    assert "account_id" not in outside


@pytest.mark.parametrize(
    "text",
    [
        "password=%s",
        "password: '%s'",
        'private_key="%s"',
        "{'private_key': '%s', 'site': 'x'}",
        '{"privateKey": "%s"}',
        '{\\"private_key\\": \\"%s\\"}',
        "('Authorization', 'Basic %s')",
        "(b'authorization', b'Basic %s')",
        "Authorization: Basic %s",
        "authorization=Bearer %s",
        "clientId: %s",
        "client_id=%s&x=1",
        "Cookie: sessionid=%s; a=b",
        "csrftoken=%s",
        "SECRET_KEY=%s",
        "ANTHROPIC_API_KEY=%s",
        "x-api-key: %s",
        "http://me:%s@cw.example.com/",
        "postgres://app:%s@db/app",
    ],
)
def test_secrets_in_text_are_replaced(text):
    found = line("Called with " + text.replace("%s", SECRET))

    assert SECRET not in str(found)
    assert "[hidden]" in found["message"]
    assert found["message"].startswith("Called with ")


def test_secrets_with_spaces_in_quotes_are_replaced_whole():
    assert "battery" not in redact("{'password': 'correct horse battery', 'a': 1}")


@pytest.mark.parametrize(
    "shape",
    [
        "Basic bm9ydGh3aW5kK3B1YmxpYzpwcml2YXRl",
        "Bearer abcdefghijklmnopqrst.uvw",
        "gAAAAABmZm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4",
        "sk-ant-api03-abcdefghijklmnop",
    ],
)
def test_what_looks_like_a_secret_is_replaced_without_a_name(shape):
    assert redact(f"got {shape} here") == "got [hidden] here"


def test_secrets_are_found_at_every_depth_of_what_is_logged():
    class Holder:
        def __repr__(self) -> str:
            return f"Holder(password={SECRET!r})"

    found = line(
        "%s and %s",
        {"private_key": SECRET},
        [{"headers": {"Authorization": SECRET}}],
        holder=Holder(),
        nested={"a": [{"Set-Cookie": SECRET, "deep": ({"api_key": SECRET},)}], "n": 1, "t": True},
        password=SECRET,
        headers=[("Authorization", f"Basic {SECRET}")],
        credentials_encrypted=SECRET,
    )

    assert SECRET not in json.dumps(found)
    assert found["nested"]["n"] == 1
    assert found["nested"]["t"] is True


def test_secrets_in_a_traceback_are_replaced():
    try:
        try:
            raise ValueError(f"password={SECRET}")
        except ValueError as error:
            raise RuntimeError(f"headers {{'Authorization': 'Basic {SECRET}'}}") from error
    except RuntimeError:
        found = line("It broke", exc_info=sys.exc_info())

    assert "RuntimeError" in found["exc_info"]
    assert SECRET not in found["exc_info"]


def test_the_request_object_is_left_out_since_its_text_holds_the_query(rf):
    request = rf.get("/sessions/?q=secret-search")

    assert "secret-search" not in json.dumps(line("Not Found", request=request))


@pytest.mark.parametrize(
    "text",
    ["Posted note 12 to ticket #48291", "The token of the lease ran out", "ms=3 status=200"],
)
def test_ordinary_text_stays_as_it_is(text):
    assert line(text)["message"] == text


@given(st.text())
def test_any_text_can_be_logged(text):
    assert json.loads(json.dumps(redacted({"text": text}))) is not None


@given(st.from_regex(r"[A-Za-z0-9+/]{24,60}", fullmatch=True), st.sampled_from("\"' "))
def test_no_private_key_survives(secret, quote):
    assert secret not in redact(f"private_key={quote.strip()}{secret}{quote}")
