"""A level at the beginning, before a colon, a dash or in brackets, says how much it matters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parsing.cast import harbour, northwind
from tickets.parsing.found import Field

CAST, HARBOUR = northwind(), harbour()
LEVELS = {
    "critical": "Priority 1 - Critical",
    "emergency": "Priority 1 - Critical",
    "P1": "Priority 1 - Critical",
    "sev1": "Priority 1 - Critical",
    "urgent": "Priority 2 - High",
    "HIGH": "Priority 2 - High",
    "high priority": "Priority 2 - High",
    "dringend": "Priority 2 - High",
    "prio 2": "Priority 2 - High",
    "normal": "Priority 3 - Medium",
    "medium": "Priority 3 - Medium",
    "low": "Priority 4 - Low",
    "niedrig": "Priority 4 - Low",
}
FORMS = ("{}: ", "{} - ", "{} — ", "[{}] ", "({}) ", "{} / ", "Hi team, {}: ", "FW: [{}] ")


@given(st.sampled_from(sorted(LEVELS)), st.sampled_from(FORMS))
def test_a_level_at_the_beginning_is_a_priority(level, form):
    reading = CAST.read(form.format(level) + "server down at Contoso")
    assert reading.found[Field.PRIORITY].name == LEVELS[level]
    assert reading.summary == "Server down at Contoso"


def test_the_reported_request_gives_all_that_it_says():
    reading = CAST.read("critical: server down at Contoso, network board")
    assert {str(field): one.name for field, one in reading.found.items()} == {
        "company": "Contoso Legal, LLP",
        "priority": "Priority 1 - Critical",
        "board": "Network Operations",
    }


def test_a_psa_with_levels_of_other_names_is_understood():
    for said, name in {"critical": "Emergency", "high": "Urgent", "medium": "Normal"}.items():
        assert HARBOUR.read(f"{said}: mail stuck").found[Field.PRIORITY].name == name


@pytest.mark.parametrize(
    "text",
    [
        "critical update: failed on SRV1",
        "low disk: SRV1",
        "printer high: tray 2",
        "Volume: high - noise",
        "Maintenance: door of the server room",
        "Media: files do not play",
        "CPU: high usage",
        "Alert: SRV1 is slow",
        "Highlights: the report is empty",
        "SRV1: low disk space",
        "The backup is at normal: speed but fails",
        "Rack P3: fan is loud",
    ],
)
def test_what_describes_the_matter_is_no_priority(text):
    assert Field.PRIORITY not in CAST.read(text).found


def test_empty_brackets_that_somebody_typed_stay():
    assert CAST.read("urgent: array [] is empty").summary == "Array [] is empty"
