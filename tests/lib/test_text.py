"""Texts without what a page or a database cannot take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.lib.text import has_controls, one_line, storable, without_directions

# Any code unit, the halves of surrogate pairs among them, often the odd ones.
ODD = st.sampled_from("\ud83d\ude00\udfff\x00\x07\x7f\u202e\u2066\u200e\r\n\t\u2028&;#é")
TEXTS = st.text(ODD | st.characters())


@given(TEXTS)
def test_a_storable_text_is_utf_8_without_controls(text):
    found = storable(text)
    assert found.encode().decode() == found
    assert not has_controls(found)
    assert storable(found) == found


@given(TEXTS)
def test_a_line_is_one_line_that_nothing_turns_round(text):
    line = one_line(text)
    assert len(line.splitlines()) < 2
    assert not set(line) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t")))
def test_a_text_that_people_could_have_sent_is_not_changed(text):
    assert storable(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("half \ud83d", "half \ufffd"),
        ("half \ude00\ud83d", "half \ufffd\ufffd"),
        ("both \ud83d\ude00", "both 😀"),
        ("a\0b\x1b[31mc\x7f", "ab[31mc"),
        ("line\r\nline\ttab", "line\r\nline\ttab"),
        ("שלום \u200f(a)", "שלום \u200f(a)"),
    ],
)
def test_texts_keep_what_means_something(text, expected):
    assert storable(text) == expected


@given(TEXTS)
def test_lines_are_joined_by_blanks_as_python_tells_lines(text):
    whole = without_directions(storable(text))
    assert one_line(text) == " ".join(whole.splitlines())
