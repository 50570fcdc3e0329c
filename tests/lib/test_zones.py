"""Time zones: days of 23 and 25 hours, clock times that come twice or never."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from resolutionflow.lib import zones

BERLIN = ZoneInfo("Europe/Berlin")


def test_names_are_those_that_can_be_chosen():
    names = zones.names()
    assert names[0] == "UTC"
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(names)
    assert all(len(name) <= zones.LONGEST for name in names)
    assert not {"localtime", "Factory", ""} & set(names)


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "Europe"])
def test_a_zone_that_nobody_knows_is_utc(name):
    assert zones.zone_of(name).key == "UTC"


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 29), 24)],
)
def test_a_day_is_as_long_as_its_clock_makes_it(day, hours):
    start, end = zones.day_in(BERLIN, day)
    assert end - start == timedelta(hours=hours)
    assert start.tzinfo is UTC


def test_a_day_begins_at_midnight_there():
    start, _ = zones.day_in(ZoneInfo("Pacific/Auckland"), date(2026, 11, 29))
    assert start == datetime(2026, 11, 28, 11, tzinfo=UTC)


def test_what_the_clock_never_shows_is_refused():
    with pytest.raises(ValueError, match="put forward over 02:30"):
        zones.moment(datetime.fromisoformat("2026-03-29T02:30"), BERLIN)


def test_what_it_shows_twice_is_the_first_unless_only_the_second_comes_after():
    twice = datetime.fromisoformat("2026-10-25T02:30")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert zones.moment(twice, BERLIN) == first
    assert zones.moment(twice, BERLIN, after=first - timedelta(hours=1)) == first
    second = first + timedelta(hours=1)
    assert zones.moment(twice, BERLIN, after=first + timedelta(minutes=15)) == second
