"""What the matcher does with text that is no tidy request."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parsing.cast import harbour, northwind
from tickets.parsing.found import Candidates, Field
from tickets.parsing.matcher import read

CAST = northwind()
HARBOUR = harbour()


def test_an_empty_text_finds_nothing():
    reading = CAST.read("")

    assert (reading.summary, reading.description, reading.found, reading.open) == ("", "", {}, {})


def test_two_that_fit_alike_are_both_told_and_neither_is_chosen():
    reading = HARBOUR.read("Printer at Müller is broken, give it to Sam")

    assert reading.found == {}
    assert reading.open[Field.COMPANY] == (
        "Your text fits several: “Müller Bau AG”, “Müller Logistik GmbH”. Choose one."
    )
    assert "“Samantha Okafor”, “Samuel Brandt”" in reading.open[Field.OWNER]


def test_an_inactive_member_is_named_and_not_chosen():
    reading = CAST.read("Toner is empty at Contoso, assign to Frank Oldman")

    assert Field.OWNER not in reading.found
    assert reading.open[Field.OWNER].startswith("Frank Oldman is not active in ConnectWise")


def test_an_owner_that_nobody_is_called_is_said():
    reading = CAST.read("Toner is empty at Contoso, assign it to Xaver")

    assert reading.open[Field.OWNER] == "No active member of ConnectWise is called “Xaver”."


@pytest.mark.parametrize("name", ["Priya", "Xaver"])
def test_who_is_not_to_have_it_is_not_said_to_be_unknown(name):
    reading = CAST.read(f"Toner is empty at Contoso, please do not assign it to {name}")

    assert Field.OWNER not in reading.found
    assert Field.OWNER not in reading.open


def test_a_priority_said_outright_comes_before_one_that_is_only_denied():
    reading = CAST.read("Toner is empty at Contoso, P3, not urgent")

    assert reading.found[Field.PRIORITY].name == "Priority 3 - Medium"
    assert reading.summary == "Toner is empty at Contoso"


def test_the_contrary_of_low_is_not_guessed():
    reading = CAST.read("Toner is empty at Contoso, not low priority")

    assert Field.PRIORITY not in reading.found


def test_what_is_quoted_below_a_line_orders_nothing_and_stays():
    text = "Toner is empty at Contoso.\n\nOn Monday, Joe wrote:\nPriya, please take this. Urgent"

    reading = CAST.read(text)

    assert set(reading.found) == {Field.COMPANY}
    assert "Priya, please take this. Urgent" in reading.description


def test_a_closed_board_is_not_among_the_candidates():
    reading = CAST.read("Move desks at Contoso, board Legacy Dispatch")

    assert Field.BOARD not in reading.found


def test_a_status_without_a_board_asks_for_the_board():
    reading = CAST.read("Move desks at Contoso, status In Progress")

    assert reading.open[Field.STATUS].startswith("Choose the board first")


def test_a_long_text_becomes_a_short_summary_and_a_whole_description():
    text = "The scanner at Contoso sends empty mails. " + "It does so every morning. " * 700

    reading = CAST.read(text)

    assert reading.summary == "The scanner at Contoso sends empty mails"
    assert reading.description == text.strip().rstrip(".")
    assert reading.found[Field.COMPANY].name == "Contoso Legal, LLP"


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Morning backup of the file server failed", "Morning backup of the file server failed"),
        ("Hi-res scanner is slow", "Hi-res scanner is slow"),
        ("Morning! The scanner is slow", "The scanner is slow"),
        ("Hi all - the scanner is slow", "The scanner is slow"),
        ("hello,\nthe scanner is slow", "The scanner is slow"),
    ],
)
def test_a_greeting_is_left_out_and_nothing_that_only_looks_like_one(text, summary):
    assert CAST.read(text).summary == summary


def test_a_summary_is_cut_between_words():
    reading = CAST.read("word " * 60)

    assert len(reading.summary) <= 100
    assert reading.summary.endswith(" word…")


def test_orders_to_colleagues_do_not_reach_the_description_that_customers_read():
    reading = CAST.read(
        "Contoso: the scanner is broken, high, give it to Sam.\nIt smells of smoke."
    )

    assert reading.summary == "Contoso: the scanner is broken"
    assert reading.description == "Contoso: the scanner is broken.\nIt smells of smoke"


def test_several_who_are_named_are_all_told_up_to_four():
    reading = CAST.read("Contoso, Fabrikam, Proseware, Litware and Tailspin have no internet")

    assert reading.open[Field.COMPANY].count("“") == 4
    assert ", …" in reading.open[Field.COMPANY]


@pytest.mark.parametrize("text", ["@", "P", "prio", "at", "'", "\x00", "#48291", "😀 😀", "…", "ﾞ"])
def test_scraps_find_nothing(text):
    assert CAST.read(text).found == {}


@settings(max_examples=30)
@given(st.text(max_size=300))
def test_no_text_breaks_it_or_makes_up_words(text):
    reading = CAST.read(text)

    assert len(reading.summary) <= 100
    assert all(found.words in text for found in reading.found.values())


def test_without_candidates_nothing_is_found():
    assert read("Printer at Contoso, high, give it to Sam", Candidates()).found == {}
