"""What differs between two texts, as people read it."""

from psa.history import difference
from psa.history.difference import LONGEST, Line, Piece, between


def shown(before, after):
    """Return the lines as signs and texts; what was changed within a line stands in brackets."""
    signs = {"same": " ", "removed": "-", "added": "+"}
    return [
        signs[line.kind]
        + "".join(f"[{piece.text}]" if piece.is_changed else piece.text for piece in line.pieces)
        for line in between(before, after) or []
    ]


def test_changed_words_stand_out_in_their_lines():
    assert shown("Timer\nstable", "Timer\nstable for 20 minutes") == [
        " Timer",
        "-stable",
        "+stable[ for 20 minutes]",
    ]


def test_lines_that_came_and_went_are_whole():
    assert shown("one\ntwo\nthree", "one\nthree\nfour") == [" one", "-two", " three", "+four"]


def test_blocks_of_another_length_stand_one_after_the_other():
    assert shown("a b\nc d", "x") == ["-a b", "-c d", "+x"]


def test_the_ends_of_lines_are_no_difference():
    assert difference.is_same("one\r\ntwo", "one\ntwo\n")
    assert not difference.is_same("one two", "one\ntwo")


def test_what_would_take_too_long_is_not_compared():
    assert between("a" * (LONGEST + 1), "b") is None


def test_the_same_text_is_all_the_same():
    assert between("one", "one") == [Line("same", [Piece("one")])]
