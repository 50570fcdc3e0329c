"""A priority is shown in the tone that comes nearest to its colour in the PSA."""

import pytest

from psa.providers.types import Reference
from tickets.rows import mark, tone


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ("Red", "red"),
        ("DarkRed", "red"),
        ("orange", "orange"),
        (" Yellow ", "yellow"),
        ("LimeGreen", "green"),
        ("blue", "blue"),
        ("LightBlue", "blue"),
        ("Purple", "purple"),
        ("#ff0000", "red"),
        ("#FF0044", "red"),
        ("#ff8800", "orange"),
        ("#ffee00", "yellow"),
        ("#00aa44", "green"),
        ("#0044ff", "blue"),
        ("#8800cc", "purple"),
        ("#808080", "neutral"),
        ("#000000", "neutral"),
        ("#ffffff", "neutral"),
        ("Black", "neutral"),
        ("Custom", "neutral"),
        ("#zzzzzz", "neutral"),
        ("url(javascript:1)", "neutral"),
        ("", "neutral"),
    ],
)
def test_a_colour_becomes_a_tone(color, expected):
    assert tone(color) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Priority 1 - Emergency Response", "red"),
        ("P2 High", "orange"),
        ("Priority 3 - Normal Response", "yellow"),
        ("Low", "green"),
        ("Follow up", "neutral"),
        ("Whenever", "neutral"),
    ],
)
def test_without_a_colour_the_name_decides(name, expected):
    assert tone("", name) == expected
    assert tone("Custom", name) == expected


@pytest.mark.parametrize(
    ("name", "numbered", "words"),
    [
        ("Priority 2 - High", "Priority 2 - ", "High"),
        ("Priority 1: Do it now", "Priority 1: ", "Do it now"),
        ("Priority 3", "", "Priority 3"),
        ("Priority 3 - ", "", "Priority 3 - "),
        ("Normal", "", "Normal"),
    ],
)
def test_the_number_of_a_priority_is_only_read_out(name, numbered, words):
    shown = mark(Reference(id="7", name=name), {"7": "Red"})
    assert (shown.tone, shown.numbered, shown.words) == ("red", numbered, words)


def test_a_priority_that_no_list_knows_is_shown_all_the_same():
    assert mark(Reference(id="9", name="Odd"), {"7": "Red"}).tone == "neutral"
