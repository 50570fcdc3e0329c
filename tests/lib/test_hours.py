"""Hours: every way to type them is read, and billing follows the rules."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from resolutionflow.lib import hours
from resolutionflow.lib.hours import HoursField, TimeRules, billed, on_the_clock, parse


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0.5", "0.50"),
        (".5", "0.50"),
        ("1,5", "1.50"),
        ("1:30", "1.50"),
        ("0:20", "0.33"),
        ("1h30", "1.50"),
        ("1 h 30 m", "1.50"),
        ("2h", "2.00"),
        ("90m", "1.50"),
        ("15 min", "0.25"),
        (" 24 ", "24.00"),
        ("0.005", "0.01"),
    ],
)
def test_hours_are_read_in_every_usual_way(typed, read):
    assert parse(typed) == Decimal(read)


@pytest.mark.parametrize(
    "typed", ["", "-1", "1:60", "1.5.2", "one", "1e3", "0x10", "٣", "NaN", "1:2:3", ".", "h"]
)
def test_anything_else_is_no_length_of_time(typed):
    with pytest.raises(ValueError, match="length of time"):
        parse(typed)


@pytest.mark.parametrize("typed", ["0", "0:00", "24.01", "25h", "9999"])
def test_a_field_says_what_it_takes(typed):
    with pytest.raises(ValidationError, match="more than 0 and at most 24 hours"):
        HoursField(most=Decimal(24)).clean(typed)


def test_a_field_says_how_to_write_hours():
    with pytest.raises(ValidationError, match="1:30 or 90m"):
        HoursField(most=Decimal(24)).clean("half an hour")
    assert HoursField(most=Decimal(24), required=False).clean("") is None
    assert HoursField(most=Decimal(24)).clean("1:30") == Decimal("1.50")


def test_a_field_takes_no_hours_where_that_is_an_answer():
    field = HoursField(most=Decimal(9999), or_none=True)
    assert field.clean("0") == 0
    with pytest.raises(ValidationError, match="Enter at most 9999 hours"):
        field.clean("9999.01")


def rules(step=15, least=15, idle=30) -> TimeRules:
    return TimeRules(round_minutes=step, minimum_minutes=least, idle_minutes=idle)


@pytest.mark.parametrize(
    ("minutes", "step", "least", "hours_billed"),
    [
        (0, 15, 15, "0.00"),
        (0.5, 15, 0, "0.25"),  # less than a minute is worked, so a step is billed
        (0.5, 1, 0, "0.02"),
        (15, 15, 15, "0.25"),
        (15.9, 15, 15, "0.25"),  # the seconds that no page shows do not count
        (16, 15, 15, "0.50"),
        (22, 15, 15, "0.50"),
        (5, 15, 20, "0.50"),  # a minimum between the steps goes up to the next one
        (5, 6, 0, "0.10"),
        (10, 10, 0, "0.17"),
        (61, 60, 0, "2.00"),
        (25 * 60, 1, 0, "25.00"),
    ],
)
def test_billed_is_rounded_up_and_never_less_than_the_minimum(minutes, step, least, hours_billed):
    assert billed(timedelta(minutes=minutes), rules(step, least)) == Decimal(hours_billed)


def test_nothing_is_billed_for_less_than_nothing():
    assert billed(timedelta(minutes=-1), rules()) == 0


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (59, "0:00"), (60, "0:01"), (3599, "0:59"), (90_000, "25:00")],
)
def test_the_clock_shows_minutes_that_have_passed(seconds, shown):
    assert on_the_clock(timedelta(seconds=seconds)) == shown


def test_decimal_hours_come_back_as_the_minutes_they_were_made_of():
    for minutes in range(24 * 60):
        duration = timedelta(minutes=minutes)
        assert hours.of_decimal(hours.decimal(duration)) == duration
