"""Time that was approved with a note: after it, and in order with the status."""

from decimal import Decimal
from uuid import uuid4

import pytest

from psa.models import Post, TimeEntry
from psa.models.time_entry import Order
from psa.outbox import notes, times, worker
from psa.outbox.content import InvalidContent
from psa.outbox.intent import NotRetryable, RequestReused
from psa.outbox.kinds import NOTE, STATUS, TIME
from psa.outbox.notes import NoteIntent
from psa.providers import errors

pytestmark = pytest.mark.django_db

STATUS_CHANGE = {"update_status_id": "3", "seen_status_id": "1", "seen_status_name": "New"}


@pytest.fixture
def intend(stored_connection, engineer, wish):
    def make(**fields):
        return NoteIntent(
            connection=stored_connection,
            author=engineer,
            **{
                "request_id": uuid4(),
                "ticket_id": "48291",
                "note_type": "resolution",
                "content": "Timer restored.",
                "time": wish,
                **fields,
            },
        )

    return make


@pytest.fixture
def post(erin_is_mapped, intend, world):
    """Queue a note with time (made of these fields), deliver it, and return it as it stands."""

    def run(**fields):
        row = notes.queue(intend(**fields), world).post
        notes.deliver(row.pk, world, at_once=True)
        return Post.objects.get(pk=row.pk)

    return run


@pytest.fixture
def later(world, clock):
    def run(row, **by):
        clock.tick(**by)
        for kind in (NOTE, TIME, STATUS):
            worker.run_batch(kind, world)
        return Post.objects.get(pk=row.pk)

    return run


def test_note_and_time_are_two_calls(post, psa):
    row = post()
    assert psa.calls == ["post_note", "book_time"]
    assert (row.state, row.time_state) == ("posted", "booked")


def test_note_status_and_time_are_four_calls(post, psa):
    row = post(**STATUS_CHANGE)
    assert sorted(psa.calls) == ["book_time", "get_ticket", "post_note", "update_ticket_status"]
    assert (row.state, row.status_state, row.time_state) == ("posted", "applied", "booked")


@pytest.mark.parametrize(
    ("order", "calls"),
    [
        (Order.BEFORE_STATUS, ["book_time", "update_ticket_status"]),
        (Order.AFTER_STATUS, ["update_ticket_status", "book_time"]),
    ],
)
def test_the_status_may_have_to_wait_for_the_time_or_the_time_for_the_status(
    post, psa, order, calls
):
    row = post(**STATUS_CHANGE, time_order=order)
    assert psa.calls[2:] == calls
    assert (row.status_state, row.time_state) == ("applied", "booked")


def test_a_status_that_forbids_time_waits_until_the_time_is_certain(post, later, psa):
    psa.fail("book_time", errors.WriteUncertain(), after=True)
    row = post(**STATUS_CHANGE, time_order=Order.BEFORE_STATUS)
    assert (row.status_state, row.time_state) == ("queued", "unknown")
    row = later(later(row, minutes=2), minutes=1)
    assert (row.status_state, row.time_state) == ("applied", "booked")
    assert psa.hours == [Decimal("0.50")]


def test_a_refused_time_holds_up_no_status(post, psa):
    psa.fail("book_time", errors.InvalidRequest("No period."))
    row = post(**STATUS_CHANGE, time_order=Order.BEFORE_STATUS)
    assert (row.state, row.status_state, row.time_state) == ("posted", "applied", "failed")


def test_a_refused_status_leaves_the_time_to_the_psa(post, later, psa):
    psa.fail("update_ticket_status", errors.InvalidRequest("No."))
    row = post(**STATUS_CHANGE, time_order=Order.AFTER_STATUS)
    assert (row.status_state, row.time_state) == ("failed", "booked")


def test_a_failed_note_books_nothing(post, psa):
    psa.fail("post_note", errors.InvalidRequest("No."))
    row = post()
    assert (row.state, row.time_state) == ("failed", "failed")
    assert row.time_entry.error == "Not booked, because the note was not posted."
    assert not psa.hours


def test_the_retry_of_a_note_books_its_time_too(post, later, world, psa):
    psa.fail("post_note", errors.InvalidRequest("No."))
    row = post()
    notes.retry_note(row, world)
    row = later(row)
    assert (row.state, row.time_state) == ("posted", "booked")


def test_the_time_alone_is_retried(post, later, world, psa):
    psa.fail("book_time", errors.InvalidRequest("No period."))
    row = post()
    times.retry(row.time_entry, world)
    row = later(row)
    assert row.time_state == "booked"
    assert psa.texts_on("48291") == ["Timer restored."]


def test_time_of_a_failed_note_is_not_retried_alone(post, world, psa):
    psa.fail("post_note", errors.InvalidRequest("No."))
    with pytest.raises(NotRetryable):
        times.retry(post().time_entry, world)


def test_a_note_that_is_still_looked_for_keeps_its_time_waiting(post, later, psa):
    psa.fail("post_note", errors.WriteUncertain(), after=True)
    row = post()
    assert (row.state, row.time_state) == ("unknown", "queued")
    assert row.is_pending
    assert not psa.hours
    row = later(later(row, minutes=2), seconds=1)
    assert (row.state, row.time_state) == ("posted", "booked")


def test_the_same_request_with_other_time_is_refused(post, intend, wish, world):
    row = post()
    with pytest.raises(RequestReused):
        notes.queue(intend(request_id=row.request_id, time=None), world)
    assert not notes.queue(intend(request_id=row.request_id), world).is_new


def test_without_a_mapping_neither_note_nor_time_is_written_down(intend, world, psa):
    with pytest.raises(InvalidContent, match="not mapped"):
        notes.queue(intend(), world)
    assert not Post.objects.exists()
    assert not TimeEntry.objects.exists()


def test_a_removed_connection_ends_time_that_waits_for_its_note(
    erin_is_mapped, intend, stored_connection, world, clock
):
    row = notes.queue(intend(), world).post
    worker.abandon(stored_connection, clock())
    entry = TimeEntry.objects.get(after=row)
    assert (entry.state, entry.error_kind) == ("failed", "disconnected")
    assert entry.error == "The connection was removed before this time was booked."


def test_each_try_is_logged_with_the_note(post, psa):
    row = post()
    assert [(each.part, each.outcome) for each in row.attempt_log.all()] == [
        ("send", "posted"),
        ("time", "booked"),
    ]
