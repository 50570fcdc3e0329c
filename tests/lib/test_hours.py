"""Hours as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from resolutionflow.lib.hours import HoursField, parse


@pytest.mark.parametrize(
    ("typed", "hours"),
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
def test_hours_are_read_in_every_usual_way(typed, hours):
    assert parse(typed) == Decimal(hours)


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
