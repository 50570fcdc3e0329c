"""A storm that cannot fail shows nothing: the tally must see every kind of damage."""

from dataclasses import replace

import pytest

from tests.storm.tally import Row, compare

POSTED = Row(request_id="r1", ticket="1", content="text", state="posted", note_id="10", error="")
APPROVED = {"r1": "text"}
NOTES = {"1": {"10": "text", "9": "somebody else's"}}


def test_a_note_that_stands_there_once_holds():
    tally = compare(APPROVED, [POSTED], NOTES, {"1": "5"})
    assert tally.holds
    assert (tally.posted, tally.failed) == (1, 0)


def test_a_failure_with_a_sentence_holds():
    failed = replace(POSTED, state="failed", note_id="", error="Refused.")
    tally = compare(APPROVED, [failed], {"1": {}}, {"1": "5"})
    assert tally.holds
    assert tally.failed == 1


@pytest.mark.parametrize(
    ("rows", "notes", "what"),
    [
        ([], NOTES, "lost"),
        ([POSTED, POSTED], NOTES, "duplicates"),
        ([POSTED], {"1": {}}, "lost"),
        ([POSTED], {"1": {"10": "text", "11": "text"}}, "duplicates"),
        ([POSTED], {"1": {"10": "texx"}}, "altered"),
        ([replace(POSTED, content="other")], {"1": {"10": "other"}}, "altered"),
        ([replace(POSTED, state="failed", error="No.")], NOTES, "duplicates"),
        ([replace(POSTED, state="failed")], {"1": {}}, "silent"),
        ([replace(POSTED, state="unknown")], {"1": {}}, "unsettled"),
        ([replace(POSTED, status_state="sending")], NOTES, "unsettled"),
        ([replace(POSTED, status_state="applied", wanted_status="6")], NOTES, "wrong_status"),
    ],
)
def test_every_kind_of_damage_is_seen(rows, notes, what):
    tally = compare(APPROVED, rows, notes, {"1": "5"})
    assert not tally.holds
    assert getattr(tally, what)


def test_two_posts_that_adopted_one_note_are_seen():
    other = replace(POSTED, request_id="r2")
    tally = compare({**APPROVED, "r2": "text"}, [POSTED, other], NOTES, {"1": "5"})
    assert tally.lost


def test_what_the_psa_cuts_is_counted_by_what_is_left():
    cut = {"1": {"10": "te"}}
    assert compare(APPROVED, [POSTED], cut, {"1": "5"}, cut=2).holds
    assert compare(APPROVED, [POSTED], {"1": {}}, {"1": "5"}, cut=2).lost
    twice = {"1": {"10": "te", "11": "te"}}
    assert compare(APPROVED, [POSTED], twice, {"1": "5"}, cut=2).duplicates
