"""Time without a note: booked once, for the mapped member, and found when the answer is lost."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from psa.models import MemberMapping, TimeEntry
from psa.outbox import times, worker
from psa.outbox.intent import NotRetryable, RequestReused
from psa.providers import errors
from resolutionflow.lib.logs import JsonFormatter
from tests.psa.outbox.times.conftest import MEMBER

pytestmark = pytest.mark.django_db


def test_time_is_booked_in_one_call_and_read_back(queue, deliver, psa):
    entry = deliver(queue())
    assert psa.calls == ["book_time"]
    assert (entry.state, entry.external_id, entry.member_id) == ("booked", "7000", MEMBER)
    assert (entry.stored_hours, entry.billed_hours) == (Decimal("0.5"), Decimal("0.75"))
    assert (entry.stored_role, entry.stored_type) == ("Engineer", "Regular")
    assert (entry.stored_billable, entry.stored_agreement) == ("Billable", "Gold")


def test_without_a_mapping_nothing_is_written_down(intend, world, psa):
    with pytest.raises(times.NotBookable, match="not mapped to a member of ConnectWise"):
        times.queue(intend(), world)
    assert not TimeEntry.objects.exists()
    assert not psa.calls


@pytest.mark.parametrize("hours", ["0", "-1", "24.01"])
def test_senseless_hours_are_refused(erin_is_mapped, intend, world, hours):
    with pytest.raises(times.NotBookable, match="more than 0 and at most 24") as refused:
        times.queue(intend(hours=Decimal(hours)), world)
    assert refused.value.field == "time_hours"


def test_a_day_to_come_is_refused(erin_is_mapped, intend, wish, world):
    with pytest.raises(times.NotBookable, match="still to come"):
        times.queue(intend(day=wish.day + timedelta(days=3)), world)


def test_a_text_that_is_too_long_is_refused(erin_is_mapped, intend, world):
    with pytest.raises(times.NotBookable, match="4,001 characters; 4,000 fit"):
        times.queue(intend(text="x" * 4001), world)


def test_the_same_request_books_once(erin_is_mapped, intend, world, deliver, psa):
    intent = intend()
    for _ in range(3):
        deliver(times.queue(intent, world)[0])
    assert psa.hours == [Decimal("0.50")]


def test_the_same_request_with_other_hours_is_refused(erin_is_mapped, intend, world):
    request_id = uuid4()
    times.queue(intend(request_id=request_id), world)
    with pytest.raises(RequestReused):
        times.queue(intend(request_id=request_id, hours=Decimal(2)), world)


def test_an_entry_whose_answer_was_lost_is_found_and_not_booked_again(queue, deliver, later, psa):
    psa.fail("book_time", errors.WriteUncertain(), after=True)
    row = deliver(queue())
    assert row.state == "unknown"
    row = later(row, minutes=2)
    assert (row.state, row.external_id) == ("booked", "7000")
    assert psa.hours == [Decimal("0.50")]


def test_an_entry_that_is_surely_absent_is_booked(queue, deliver, later, psa):
    psa.fail("book_time", errors.WriteUncertain())
    row = later(deliver(queue()), minutes=2)
    assert (row.state, row.attempts) == ("booked", 2)
    assert psa.hours == [Decimal("0.50")]


def test_an_entry_that_another_row_holds_is_not_adopted(queue, deliver, later, psa):
    first = deliver(queue())
    psa.fail("book_time", errors.WriteUncertain())
    second = deliver(queue())
    # As if both had the same marker.
    TimeEntry.objects.filter(pk=second.pk).update(marker=first.marker)
    second = later(second, minutes=2)
    assert (second.state, second.external_id) == ("booked", "7001")


def test_a_refusal_fails_with_its_reason(queue, deliver, psa):
    psa.fail("book_time", errors.InvalidRequest("No period."))
    row = deliver(queue())
    assert (row.state, row.error) == ("failed", "No period.")


def test_a_retry_books_for_whom_its_person_is_mapped_to_now(queue, deliver, later, world, psa):
    psa.fail("book_time", errors.InvalidRequest("No such member."))
    row = deliver(queue())
    MemberMapping.objects.update(external_member_id="200")
    times.retry(row, world)
    row = later(row)
    assert (row.state, row.member_id) == ("booked", "200")
    with pytest.raises(NotRetryable):
        times.retry(row, world)


def test_what_the_psa_stored_otherwise_is_said(queue, deliver, psa):
    psa.differences = ("ConnectWise booked 1.00 h, not 0.50 h.",)
    assert deliver(queue()).warning == "ConnectWise booked 1.00 h, not 0.50 h."


def test_a_removed_connection_ends_what_waits(queue, stored_connection, clock):
    row = queue()
    worker.abandon(stored_connection, clock())
    row.refresh_from_db()
    assert (row.state, row.error_kind) == ("failed", "disconnected")


def test_a_worker_that_died_leaves_an_entry_that_is_looked_for(queue, deliver, later, world, psa):
    row = queue()
    psa.fail("book_time", KeyboardInterrupt(), after=True)
    with pytest.raises(KeyboardInterrupt):
        deliver(row)
    row = later(row, minutes=5)
    row = later(row, minutes=2)
    assert row.state == "booked"
    assert psa.hours == [Decimal("0.50")]


def test_a_line_of_the_log_keeps_its_own_time(queue, deliver, caplog):
    caplog.set_level("INFO")
    row = deliver(queue())
    (line,) = [record for record in caplog.records if record.message == "time_entry.booked"]
    written = json.loads(JsonFormatter().format(line))
    assert written["time"][:4].isdigit()
    assert written["time_entry"] == str(row.pk)
