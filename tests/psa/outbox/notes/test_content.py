"""Which text is accepted, and that it stays what it was."""

import re
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


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("nul\x00", "nul"),
        ("bell\x07", "bell"),
        ("back\x08space", "backspace"),
        ("del\x7f", "del"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[1;38;5;208mbold\x1b[K", "bold"),
        ("\x1b]0;title\x07prompt", "prompt"),
        ("word\x0bsoft line end", "word\nsoft line end"),
        ("page\x0cbreak", "page\nbreak"),
        ("old\rMac", "old\nMac"),
        ("\x93Access denied\x94 \x96 \x80 5\x85", "“Access denied” – € 5…"),
        ("\x81", "[U+0081]"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_what_means_nothing_is_taken_out_and_what_means_something_stays(text, sent):
    assert clean(text) == sent
    assert clean(sent) == sent


def test_half_a_character_is_pointed_at():
    with pytest.raises(InvalidContent, match=r"Line 2 .* after “all done ” \(U\+D83D\)"):
        clean("first\nall done \ud83d and more")


# Everything but the controls, which have a meaning or none.
PLAIN = st.characters(exclude_categories=("Cc", "Cs"))


@given(st.text(PLAIN | st.sampled_from("\n\t")))
def test_text_is_never_altered(text):
    with suppress(InvalidContent):
        assert clean(text) == text


@given(st.text(st.characters()))
def test_whatever_is_typed_is_sent_or_pointed_at(text):
    with suppress(InvalidContent):
        assert clean(clean(text)) == clean(text)
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", clean(text))


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
