"""A PSA's JSON: what it would cost is known before it is parsed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa.providers import parsing
from psa.providers.parsing import TooCostly, parsed

MIB = 1024 * 1024


def test_the_value_is_cleaned_and_the_body_emptied():
    body = bytearray(
        b'[{"id": 1, "summary": "half \\ud83d\\r\\nan emoji", "text": "a\\nb\\u0000"}]'
    )
    assert parsed(body, texts={"text"}) == [
        {"id": 1, "summary": "half \ufffd an emoji", "text": "a\nb"}
    ]
    assert not body


@pytest.mark.parametrize("body", [b"\xef\xbb\xbf[1]", b" [1]\r\n"])
def test_a_byte_order_mark_and_blanks_are_no_part_of_it(body):
    assert parsed(bytearray(body), texts=()) == [1]


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"\xff", b"{", b"[1", b'"\x01"', b"1" * 5000, "[1]".encode("utf-16")),
        *(b"[" * 100_000, b"[" * 5000 + b"]" * 5000, b'{"a":' * 5000 + b"1" + b"}" * 5000),
    ],
)
def test_what_is_no_json_in_utf_8_or_too_deep_is_a_value_error(body):
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words
        parsed(bytearray(body), texts=())


@pytest.mark.parametrize(
    "unit", [b"[],", b"{},", b'{"":0},', b"0,", b'"ab",', b'{"id":1},', b'["\\"",","],']
)
def test_many_values_are_refused_before_they_are_made(unit, monkeypatch):
    monkeypatch.setattr("json.loads", lambda text: pytest.fail("it was parsed"))
    with pytest.raises(TooCostly):
        parsed(bytearray(b"[" + unit * (MIB * 8 // len(unit)) + b"0]"), texts=())


@pytest.mark.parametrize("wide", ["\U0001f600".encode(), b"\\ud83d\\ude00", b"\\ud83d"])
def test_one_emoji_makes_every_letter_beside_it_wide(wide, monkeypatch):
    monkeypatch.setattr("json.loads", lambda text: pytest.fail("it was parsed"))
    with pytest.raises(TooCostly):
        parsed(bytearray(b'"' + b"a" * 6 * MIB + wide + b'"'), texts=())


@pytest.mark.parametrize("wide", ["–".encode(), b"\\u2013"])
def test_one_dash_makes_them_half_as_wide(wide, monkeypatch):
    text = b"a" * 6 * MIB + wide
    assert len(parsed(bytearray(b'"' + text + b'"'), texts=())) == 6 * MIB + 1
    monkeypatch.setattr("json.loads", lambda text: pytest.fail("it was parsed"))
    with pytest.raises(TooCostly):
        parsed(bytearray(b'"' + text + text + b'"'), texts=())


@pytest.mark.parametrize("letter", ["a", "é", ",", "\\\\", '\\"'])
def test_one_long_text_is_taken_whatever_it_holds(letter):
    body = bytearray(f'[{{"id":1,"text":"{letter * 3_000_000}"}}]'.encode())
    assert len(parsed(body, texts={"text"})[0]["text"]) == 3_000_000


def test_a_page_of_members_with_all_their_fields_is_taken():
    member: dict[str, object] = {
        f"aFieldOfTheMember{number}": f"its value {number}" for number in range(80)
    }
    office = {"id": 1, "name": "Northwind", "_info": {"href": "https://x.example/1"}}
    member |= {"office": office}
    body = bytearray(json.dumps([member] * 1000).encode())
    assert len(parsed(body, texts=())) == 1000


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9999, 9999) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.booleans())
def test_the_closer_estimate_never_finds_less_than_there_is(value, escaped):
    body = bytearray(json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass"))
    found = sum(1 for _ in parsing._STRING_OR_MARK.finditer(body))
    assert found >= marks_of(value)


def marks_of(value):
    """Return how many strings, commas, colons and openings the value is written with."""
    if isinstance(value, dict):
        inner = sum(1 + marks_of(each) for each in value.values())
        return 1 + inner + 2 * len(value) - bool(value)
    if isinstance(value, list):
        return 1 + sum(map(marks_of, value)) + len(value) - bool(value)
    return int(isinstance(value, str))
