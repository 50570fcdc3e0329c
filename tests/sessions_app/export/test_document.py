"""What the record says: facts, order and texts, before any format."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sessions_app.export.document import StepRecord, build, clean, decimal_hours
from tests.sessions_app.export.cases import VPN

START = datetime(2026, 4, 21, 9, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.01"),
        (17, "0.01"),
        (18, "0.01"),
        (54, "0.02"),
        (30 * 60, "0.50"),
        (36 * 60 + 18, "0.61"),
        (26 * 3600 + 900, "26.25"),
        (-60, "0.01"),
    ],
)
def test_durations_are_decimal_hours_rounded_half_up(seconds, said):
    assert decimal_hours(timedelta(seconds=seconds)) == said


def test_facts_of_a_completed_session():
    assert build(VPN).facts == (
        "Resolved",
        "Dana Ruiz",
        "0.50 hrs",
        "2026-04-21 09:10–09:40 UTC",
    )


def test_an_open_session_says_in_progress_and_when_it_started():
    facts = build(replace(VPN, completed_at=None, outcome="")).facts
    assert facts == ("IN PROGRESS", "Dana Ruiz", "started 2026-04-21 09:10 UTC")


def test_across_midnight_both_dates_are_named():
    night = replace(VPN, completed_at=START + timedelta(hours=15))
    assert build(night).facts[-1] == "2026-04-21 09:10 – 2026-04-22 00:10 UTC"


def test_notes_are_what_we_know_and_everything_else_is_a_step_taken():
    document = build(VPN)
    assert [item.line for item in document.known] == [VPN.steps[0].title]
    assert len(document.steps) == 3


def test_a_note_with_an_outcome_shows_both():
    note = StepRecord(kind="note", title="Firmware", outcome="7.2.4")
    assert build(replace(VPN, steps=(note,))).known[0].line == "Firmware → 7.2.4"


def test_next_steps_are_one_bullet_per_line_and_never_two_marks():
    document = build(replace(VPN, next_steps="- a\r\n\n * b\n•\n--dry-run first"))
    assert document.next_steps == ("a", "b", "•", "--dry-run first")


def test_a_title_of_several_lines_becomes_one():
    assert build(replace(VPN, title="a\r\n\n b")).title == "a  b"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\n\n  indented\n\n", "  indented"),
        ("trailing \t\nspaces ", "trailing\nspaces"),
        ("\x1b[31mred\x07\x00\x7f", "␛[31mred␇␀␡"),
        ("one\u2028two\u2029three", "one\ntwo\nthree"),
        ("\x93Access denied\x94 \x96 price \x80 5\x85", "“Access denied” – price € 5…"),
        ("tab\tstays", "tab\tstays"),
        ("\x9b31m \x81", "›31m [U+0081]"),
        ("  \n\t\n", ""),
    ],
)
def test_text_keeps_everything_that_can_be_seen(typed, kept):
    assert clean(typed) == kept
