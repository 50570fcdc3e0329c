"""What another system's JSON holds is fit for a page and a database once it was cleaned."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa.providers.cleaning import cleaned, decoded, moment
from tests.lib.test_text import TEXTS

VALUES = st.recursive(
    TEXTS | st.integers() | st.floats() | st.booleans() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["id", "text", "name"]), inner),
)


def strings_of(value):
    if isinstance(value, str):
        yield value
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings_of(item)


@given(VALUES)
def test_any_json_becomes_fit_and_stays_the_same_when_cleaned_again(value):
    found = cleaned(json.loads(json.dumps(value)), texts={"text"})
    for text in strings_of(found):
        assert text.encode().decode() == text
        assert "\0" not in text
    json.dumps(found, allow_nan=False)
    assert cleaned(found, texts={"text"}) == found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Bob &amp; Sons&#39; &lt;b&gt;", "Bob & Sons' <b>"),
        ("once: &amp;lt;", "once: &lt;"),
        ("?a=1&copy=2 AT&T R&D", "?a=1&copy=2 AT&T R&D"),
        ("&nosuch; &#;", "&nosuch; &#;"),
        ("hidden &#x202e;fdp&#0;&#10;x", "hidden fdp\ufffd x"),
        ("half &#xD83D;", "half \ufffd"),
    ],
)
def test_entities_are_decoded_once_and_hide_nothing(line, expected):
    assert decoded(line) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2026-02-30", "2026-01-01T25:00:00Z"),
        *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-01", "0000-01-01"),
        *("1753-01-01T00:00:00", "1900-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        *("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9999999-14:00", "10000-01-01"),
    ],
)
def test_what_stands_for_no_date_is_none(text):
    assert moment(text) is None


def test_a_moment_is_in_utc():
    expected = datetime(2026, 4, 21, 9, 10, tzinfo=UTC)
    texts = ("2026-04-21T09:10:00Z", "2026-04-21T09:10", "2026-04-21T11:10:00+02:00")
    assert [moment(text) for text in texts] == [expected] * 3
    # Python takes 99 minutes of an offset for one hour and 39 minutes.
    odd = moment("2026-01-01T00:00:00+09:99")
    assert odd == datetime(2025, 12, 31, 13, 21, tzinfo=UTC)
    assert odd.tzinfo is UTC


def test_numbers_that_no_column_holds_are_none():
    value = json.loads('{"a": NaN, "b": -Infinity, "c": 1e999, "d": 9223372036854775808, "e": 1.5}')
    assert cleaned(value, texts=()) == {"a": None, "b": None, "c": None, "d": None, "e": 1.5}
    assert cleaned(10**400, texts=()) is None
    assert cleaned(True, texts=()) is True
