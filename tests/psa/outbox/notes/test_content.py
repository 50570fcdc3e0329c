"""Which text is accepted, and that it stays what it was."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa.outbox.content import InvalidContent, clean, may_be_mistaken


@pytest.mark.parametrize(
    "text",
    [
        "Plain.",
        "  indented\n\n\ttabbed  ",
        "emoji 👩‍🔧 and עברית",
        "<b>HTML</b> & **bold**",
        "x" * 60_000,
    ],
)
def test_text_stays_exactly_what_it_was(text):
    assert clean(text) == text


def test_line_ends_of_a_form_become_plain_ones():
    assert clean("a\r\nb\r\n") == "a\nb\n"


@pytest.mark.parametrize("text", ["", " ", "\n\t \r\n", "\u00a0"])
def test_an_empty_note_is_refused(text):
    with pytest.raises(InvalidContent, match="empty"):
        clean(text)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\r", "\ud800"])
def test_control_characters_are_refused_with_their_line(character):
    with pytest.raises(InvalidContent, match=rf"Line 2 .*U\+{ord(character):04X}"):
        clean(f"first\nsecond{character}")


@given(st.text())
def test_text_is_kept_or_refused_but_never_altered(text):
    with suppress(InvalidContent):
        assert clean(text) == text.replace("\r\n", "\n")


LONG_BEGINNING = "Session Analysis of the spooler on PRINT01 that restarts by itself"


@pytest.mark.parametrize(
    ("text", "marker", "other", "other_marker", "mistaken"),
    [
        ("a", "", "a", "", True),
        ("a", "", "b", "", True),
        ("a M1", "M1", "b M2", "M2", False),
        ("a M1", "M1", "b M1 M2", "M2", True),
        ("a M1 M2", "M1", "b M2", "M2", True),
        ("a M1", "M1", "b", "", False),
        ("a", "", "b M2", "M2", False),
        ("a M2", "", "b M2", "M2", True),
        ("a M1", "M1", "b M1", "", True),
        (f"{LONG_BEGINNING} a M1", "M1", f"{LONG_BEGINNING}\n b M2", "M2", True),
        (f"{LONG_BEGINNING[:50]} a M1", "M1", f"{LONG_BEGINNING[:50]} b M2", "M2", False),
    ],
)
def test_which_notes_can_be_mistaken_for_each_other(text, marker, other, other_marker, mistaken):
    assert may_be_mistaken(text, marker, other, other_marker) is mistaken
    assert may_be_mistaken(other, other_marker, text, marker) is mistaken
