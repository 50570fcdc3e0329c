"""The tally of time must see every kind of damage, or a storm shows nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.storm.time_tally import AFTER_STATUS, BEFORE_STATUS, Told, Wanted, compare_times

WANTED = Wanted(ticket="1", member="7", hours=Decimal("1.5"), text="Mine.")
BOOKED = Told(request_id="r1", marker="RF-TAAAA", state="booked", external_id="10", error="")
FAILED = replace(BOOKED, state="failed", external_id="", error="Refused.")
ENTRY = {
    "id": 10,
    "internalNotes": "ResolutionFlow · RF-TAAAA",
    "chargeToId": 1,
    "member": {"id": 7},
    "actualHours": 1.5,
    "notes": "Mine.",
}
THEIRS = {**ENTRY, "id": 9, "internalNotes": "Somebody else's"}
BOOKING = {
    "method": "POST",
    "path": "/apis/3.0/time/entries",
    "body": {"internalNotes": ENTRY["internalNotes"]},
}
CHANGE = {"method": "PATCH", "path": "/apis/3.0/service/tickets/1", "body": []}


def test_time_that_is_there_once_holds():
    tally = compare_times({"r1": WANTED}, [BOOKED], [ENTRY, THEIRS], [BOOKING, CHANGE])
    assert tally.holds
    assert (tally.booked, tally.failed) == (1, 0)


def test_a_failure_with_a_sentence_holds():
    tally = compare_times({"r1": WANTED}, [FAILED], [THEIRS], [BOOKING])
    assert tally.holds
    assert tally.failed == 1


@pytest.mark.parametrize(
    ("rows", "entries", "what"),
    [
        ([], [], "lost"),
        ([BOOKED], [], "called_done_but_not"),
        ([BOOKED], [{**ENTRY, "id": 11}], "called_done_but_not"),
        ([BOOKED], [ENTRY, {**ENTRY, "id": 11}], "twice"),
        ([FAILED], [ENTRY], "called_failed_but_there"),
        ([BOOKED], [{**ENTRY, "actualHours": 1.0}], "altered"),
        ([BOOKED], [{**ENTRY, "member": {"id": 1}}], "altered"),
        ([BOOKED], [{**ENTRY, "chargeToId": 2}], "altered"),
        ([BOOKED], [{**ENTRY, "notes": "Yours."}], "altered"),
        ([BOOKED], [ENTRY, {**ENTRY, "internalNotes": "ResolutionFlow · RF-TBBBB"}], "unasked"),
        ([BOOKED], [ENTRY, {**ENTRY, "internalNotes": "ResolutionFlow"}], "unasked"),
        ([BOOKED, replace(BOOKED, request_id="r2")], [ENTRY], "unasked"),
        ([replace(FAILED, error="")], [], "silent"),
        ([replace(BOOKED, state="unknown")], [ENTRY], "unsettled"),
    ],
)
def test_every_kind_of_damage_is_seen(rows, entries, what):
    tally = compare_times({"r1": WANTED}, rows, entries, [])
    assert not tally.holds
    assert getattr(tally, what)


def test_time_of_somebody_who_is_no_member_is_unasked():
    assert compare_times({"r1": replace(WANTED, member="")}, [BOOKED], [ENTRY], []).unasked


@pytest.mark.parametrize(
    ("order", "journal", "holds"),
    [
        (BEFORE_STATUS, [BOOKING, CHANGE], True),
        (BEFORE_STATUS, [CHANGE, BOOKING], False),
        (BEFORE_STATUS, [BOOKING, CHANGE, BOOKING], False),
        (AFTER_STATUS, [CHANGE, BOOKING], True),
        (AFTER_STATUS, [BOOKING, CHANGE], False),
        (AFTER_STATUS, [CHANGE, BOOKING, CHANGE], False),
    ],
)
def test_a_status_that_did_not_wait_is_seen(order, journal, holds):
    tally = compare_times({"r1": replace(WANTED, order=order)}, [BOOKED], [ENTRY], journal)
    assert tally.holds is holds
    assert bool(tally.out_of_order) is not holds
    assert tally.ordered == 1
