"""Conditions: what they look like, and that no text can change their shape.

The shape is judged by the simulator's parser, which is written independently of the
builder and reads backslash escapes; a second reader that knows no escapes is used too,
because nobody documents which of the two ConnectWise is.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from psa.providers.connectwise import conditions as c
from psa.simulators.connectwise.conditions.parser import Comparison, Group, parse

TEXTS = st.text(min_size=1, max_size=60) | st.text(
    alphabet="ab \"'\\[]()%*_=,.\n\t\0+&#]é🧀", min_size=1, max_size=40
)
HARD = 'O\'Brien "the IT guy" (2nd floor) [old]'


def comparisons(tree):
    if isinstance(tree, Comparison):
        return [tree]
    return [leaf for part in tree.parts for leaf in comparisons(part)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("printer", 'summary contains "printer"'),
        ("O'Brien", 'summary contains "O\'Brien"'),
        ('27" monitor', "summary contains '27\" monitor'"),
        ("[old]", 'summary contains "[[]old]"'),
        ("a\nb\x00c", 'summary contains "a b c"'),
        ("C:\\temp", '(summary contains "C:" AND summary contains "temp")'),
        ("5'10\"", "(summary contains \"5'10\" AND summary contains '\"')"),
        ("\\", 'summary contains "\\\\"'),
        ("\\\\", 'summary contains "\\\\\\\\"'),
        ("end\\", 'summary contains "end"'),
        ("50% *", 'summary contains "50% *"'),
    ],
)
def test_text_is_quoted_so_that_nothing_needs_an_escape(text, written):
    assert str(c.contains(c.TICKET_SUMMARY, text)) == written


@pytest.mark.parametrize(
    ("condition", "written"),
    [
        (c.equals(c.TICKET_ID, 48291), "id = 48291"),
        (c.equals(c.BOARD_INACTIVE, False), "inactiveFlag = false"),
        (c.equals(c.STATUS_INACTIVE, True), "inactive = true"),
        (c.equals(c.TICKET_STATUS, "New"), 'status/name = "New"'),
        (c.equals(c.TICKET_STATUS, "New [x]"), 'status/name contains "New [[]x]"'),
        (c.in_(c.TICKET_BOARD, [3, 1, 3]), "board/id in (1,3)"),
        (
            c.and_(
                c.equals(c.TICKET_BOARD, 1),
                c.or_(c.equals(c.TICKET_ID, 2), c.contains(c.TICKET_SUMMARY, "x")),
            ),
            '(board/id = 1 AND (id = 2 OR summary contains "x"))',
        ),
        (c.or_(c.equals(c.TICKET_ID, 2)), "id = 2"),
        (c.missing(c.TICKET_OWNER_ID), "owner/id = null"),
        (
            c.after(
                c.TICKET_UPDATED, datetime(2026, 4, 1, 9, 30, 5, 7, timezone(timedelta(hours=2)))
            ),
            "lastUpdated > [2026-04-01T07:30:05Z]",
        ),
    ],
)
def test_values_are_written_as_connectwise_reads_them(condition, written):
    assert str(condition) == written


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: c.contains(c.TICKET_SUMMARY, ""), ValueError),
        (lambda: c.equals(c.TICKET_STATUS, ""), ValueError),
        (lambda: c.in_(c.TICKET_ID, []), ValueError),
        (lambda: c.and_(), ValueError),
        (lambda: c.and_(c.equals(c.TICKET_ID, 1), c.equals(c.BOARD_INACTIVE, True)), ValueError),
        (lambda: c.contains(c.TICKET_ID, "1"), TypeError),
        (lambda: c.equals(c.TICKET_ID, "1 OR 1=1"), TypeError),
        (lambda: c.equals(c.TICKET_ID, True), TypeError),
        (lambda: c.equals(c.BOARD_INACTIVE, 0), TypeError),
        (lambda: c.in_(c.TICKET_ID, [True]), TypeError),
        (lambda: c.after(c.TICKET_ID, datetime(2026, 4, 1, tzinfo=UTC)), TypeError),
    ],
)
def test_a_value_of_another_kind_is_a_mistake(make, error):
    with pytest.raises(error):
        make()


@pytest.mark.parametrize(
    ("condition", "exact"),
    [
        (c.contains(c.TICKET_SUMMARY, "O'Brien [old]"), True),
        (c.contains(c.TICKET_SUMMARY, "C:\\temp"), False),
        (c.contains(c.TICKET_SUMMARY, HARD), False),
        (c.contains(c.TICKET_SUMMARY, "100%"), False),
        (c.contains(c.TICKET_SUMMARY, "a_b"), False),
        (c.equals(c.TICKET_STATUS, "100%"), True),
        (c.or_(c.equals(c.TICKET_ID, 1), c.contains(c.TICKET_SUMMARY, HARD)), False),
    ],
)
def test_what_may_find_too_much_says_so(condition, exact):
    assert condition.is_exact is exact


def test_of_very_many_pieces_the_longest_are_asked_for():
    pieces = [letter * (number + 1) + "\\" for number, letter in enumerate("abcdefghijklmnop")]
    asked = str(c.contains(c.TICKET_SUMMARY, "".join(pieces)))
    assert asked.count("contains") == c.MOST_PIECES
    assert "p" * 16 in asked
    assert len(str(c.contains(c.TICKET_SUMMARY, "\"'" * 500))) < 100


@given(TEXTS)
@example(HARD)
@example('" or id > 0 or summary contains "')
@example("' or id > 0 or summary contains '")
@example('\\" or id > 0 or summary contains "')
@example("\\' or \" id > 0 or summary contains '\\")
def test_no_text_changes_the_shape(text):
    tree = parse(str(c.contains(c.TICKET_SUMMARY, text)))
    leaves = comparisons(tree)
    assert all((leaf.field, leaf.operator) == ("summary", "contains") for leaf in leaves)
    assert isinstance(tree, Comparison) or (
        tree.joint == "and" and all(isinstance(part, Comparison) for part in tree.parts)
    )


@given(TEXTS, TEXTS)
def test_no_text_changes_the_shape_of_what_it_is_part_of(one, other):
    whole = c.and_(
        c.equals(c.TICKET_BOARD, 1),
        c.or_(c.equals(c.TICKET_STATUS, one), c.contains(c.TICKET_SUMMARY, other)),
    )
    tree = parse(str(whole))
    assert isinstance(tree, Group)
    assert (tree.joint, len(tree.parts)) == ("and", 2)
    choice = tree.parts[1]
    assert isinstance(choice, Group)
    assert (choice.joint, len(choice.parts)) == ("or", 2)
    assert {leaf.field for leaf in comparisons(choice.parts[0])} == {"status/name"}
    assert {leaf.field for leaf in comparisons(choice.parts[1])} == {"summary"}


@given(TEXTS)
def test_nor_for_a_reader_that_knows_no_escapes(text):
    """Take the quoted strings away without minding backslashes: only the frame is left."""
    frame = re.sub(r"\"[^\"]*\"|'[^']*'", "?", str(c.contains(c.TICKET_SUMMARY, text)))
    assert re.fullmatch(
        r"summary contains \?|\(summary contains \?( AND summary contains \?)+\)", frame
    )


@given(TEXTS)
def test_the_pieces_hold_the_whole_text_but_backslashes_and_control_characters(text):
    asked = " AND ".join(f"summary contains {piece}" for piece in c._pieces(text))
    values = [leaf.values[0].text for leaf in comparisons(parse(asked))]
    kept = "".join(values).replace("[[]", "[")
    plain = c.plain(text)
    assert kept == (plain.replace("\\", "") or plain)
