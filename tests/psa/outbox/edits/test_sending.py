"""One edit after another: saved, refused, uncertain, and never over what somebody else wrote."""

from uuid import uuid4

import pytest

from psa import connections
from psa.models import NoteEdit, Post
from psa.outbox import worker
from psa.outbox.content import InvalidContent
from psa.outbox.intent import NotRetryable, RequestReused
from psa.outbox.kinds import NOTE_EDIT, note_edit
from psa.outbox.kinds.note_edit import NotEditable
from psa.providers.errors import (
    AuthFailed,
    ConnectionFailed,
    InvalidRequest,
    RateLimited,
    Timeout,
    WriteUncertain,
)
from tests.psa.outbox.edits.conftest import NEW, OLD
from tests.psa.outbox.fake_psa import Killed

pytestmark = pytest.mark.django_db
SETTLED = {"seconds": 16}
THEIRS = "Timer set to 3600. Called the customer."


def test_the_text_is_replaced_and_believed_when_it_comes_back(queue, deliver, psa, clock, post):
    row = deliver(queue())
    assert (row.state, row.found_content, row.edited_at) == ("edited", NEW, clock())
    assert psa.calls == ["get_note", "edit_note"]
    assert psa.text == NEW
    post.refresh_from_db()
    assert post.content == OLD
    assert note_edit.current(post) == (row.pk, NEW)
    assert deliver(queue("Third text.")).state == "edited"
    assert psa.text == "Third text."


def test_what_stands_there_already_is_not_sent(queue, deliver, psa):
    psa.text = NEW
    assert deliver(queue()).state == "edited"
    assert psa.calls == ["get_note"]


@pytest.mark.parametrize("uncertain", [False, True])
def test_what_somebody_else_wrote_is_not_overwritten(queue, deliver, later, psa, world, uncertain):
    row = queue()
    if uncertain:
        psa.fail("edit_note", WriteUncertain())
        row = deliver(row)
        assert row.state == "unknown"
    psa.text = THEIRS
    row = later(row, **SETTLED)
    assert (row.state, row.error_kind, row.found_content) == ("failed", "conflict", THEIRS)
    assert "left as it is" in row.error
    assert psa.text == THEIRS
    worker.retry(NOTE_EDIT, row, world)
    assert later(row, seconds=1).error_kind == "conflict"
    assert psa.text == THEIRS


@pytest.mark.parametrize("method", ["get_note", "edit_note"])
def test_a_note_that_is_gone_says_so(queue, deliver, psa, method):
    if method == "get_note":
        psa.delete()
    else:
        psa.gone("edit_note")
    row = deliver(queue())
    assert (row.state, row.error_kind) == ("failed", "gone")
    assert "not on the ticket any more" in row.error


def test_an_uncertain_edit_of_a_note_that_is_gone_says_so(queue, deliver, later, psa):
    psa.fail("edit_note", WriteUncertain())
    row = deliver(queue())
    psa.delete()
    assert later(row, **SETTLED).error_kind == "gone"


@pytest.mark.parametrize("method", ["get_note", "edit_note"])
@pytest.mark.parametrize("error", [InvalidRequest(), AuthFailed()])
def test_a_refusal_fails_with_its_sentence_and_is_not_repeated(
    queue, deliver, later, psa, method, error
):
    psa.fail(method, error)
    row = deliver(queue())
    assert (row.state, row.error) == ("failed", error.sentence)
    assert later(row, hours=1).state == "failed"
    assert psa.text == OLD


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("get_note", Timeout()),
        ("edit_note", ConnectionFailed()),
        ("edit_note", RateLimited(retry_after=9)),
    ],
)
def test_what_was_surely_not_sent_waits_and_is_sent_later(
    queue, deliver, later, psa, method, error
):
    psa.fail(method, error)
    row = deliver(queue())
    assert (row.state, row.error) == ("queued", error.sentence)
    assert later(row, seconds=10).state == "edited"
    assert psa.calls.count("edit_note") == (1 if method == "get_note" else 2)


def test_an_edit_that_arrived_unconfirmed_is_found_and_not_sent_again(queue, deliver, later, psa):
    psa.fail("edit_note", WriteUncertain(), after=True)
    row = deliver(queue())
    assert later(row, seconds=14).state == "unknown"
    assert later(row, seconds=2).state == "edited"
    assert psa.calls == ["get_note", "edit_note", "get_note"]


def test_an_edit_that_did_not_arrive_is_sent_again(queue, deliver, later, psa):
    psa.fail("edit_note", WriteUncertain())
    row = later(deliver(queue()), **SETTLED)
    assert (row.state, row.attempts) == ("edited", 2)
    assert psa.text == NEW


def test_an_edit_that_never_arrives_fails_visibly(queue, deliver, later, psa):
    psa.fail("edit_note", WriteUncertain(), times=10)
    row = deliver(queue())
    for _ in range(6):
        row = later(row, minutes=10)
    assert (row.state, row.error_kind) == ("failed", "fails_each_time")
    assert psa.calls.count("edit_note") == 3


def test_a_success_that_changes_nothing_is_a_failure(queue, deliver, psa):
    psa.stores = lambda text: OLD
    row = deliver(queue())
    assert (row.state, row.error_kind) == ("failed", "not_applied")
    assert "still has its old text" in row.error


def test_what_was_stored_otherwise_is_said_and_is_what_is_edited_next(queue, deliver, psa, post):
    psa.stores = lambda text: text[:12]
    row = deliver(queue())
    assert (row.state, row.warning, row.found_content) == ("edited", "Other.", NEW[:12])
    assert deliver(queue("Cut to size.")).state == "edited"


@pytest.mark.parametrize("after", [False, True])
def test_a_process_that_dies_while_sending_leaves_it_to_the_worker(
    queue, deliver, later, psa, after
):
    row = queue()
    psa.fail("edit_note", Killed(), after=after)
    with pytest.raises(Killed):
        deliver(row)
    assert later(row, seconds=31).state == "unknown"
    assert later(row, **SETTLED).state == "edited"
    assert psa.calls.count("edit_note") == (1 if after else 2)


# --- Writing it down ------------------------------------------------------------------------


def test_the_same_form_twice_is_one_edit(queue, deliver, psa):
    asked = uuid4()
    row = deliver(queue(request_id=asked))
    assert queue(request_id=asked).pk == row.pk
    assert deliver(row).attempts == 1
    assert psa.calls.count("edit_note") == 1
    with pytest.raises(RequestReused):
        queue("Other words.", request_id=asked)


def test_one_edit_at_a_time_and_from_the_text_that_was_shown(queue, deliver, post):
    row = queue()
    with pytest.raises(NotEditable, match="still on its way"):
        queue("Other words.")
    deliver(row)
    with pytest.raises(NotEditable, match="edited since"):
        queue("Other words.", seen=post.pk)
    with pytest.raises(InvalidContent, match="says already"):
        queue(NEW)
    assert NoteEdit.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [{"state": "failed"}, {"external_note_id": ""}, {"stored_content": ""}, {"connection": None}],
)
def test_only_a_note_that_stands_on_the_ticket_is_edited(queue, post, fields):
    Post.objects.filter(pk=post.pk).update(**fields)
    post.refresh_from_db()
    with pytest.raises(NotEditable):
        queue()
    assert not NoteEdit.objects.exists()


# --- All kinds --------------------------------------------------------------------------------


def test_disconnecting_says_what_waits_and_ends_it(queue, deliver, later, psa, stored_connection):
    psa.fail("edit_note", WriteUncertain())
    row = deliver(queue())
    assert worker.waiting(stored_connection) == ["1 edit of a note"]
    connections.delete(stored_connection)
    row = later(row, minutes=1)
    assert (row.state, row.error_kind) == ("failed", "disconnected")
    assert "was saved. Look at the ticket." in row.error
    with pytest.raises(NotRetryable, match="connection is removed"):
        worker.retry(NOTE_EDIT, row)


def test_what_nobody_takes_up_is_overdue(queue, clock):
    queue()
    clock.tick(minutes=10)
    assert worker.is_overdue(clock())


def test_a_retry_is_not_in_the_way_of_another_edit(queue, deliver, later, psa, world):
    psa.fail("edit_note", InvalidRequest())
    failed = deliver(queue())
    waiting = queue("Other words.")
    with pytest.raises(NotRetryable):
        worker.retry(NOTE_EDIT, failed, world)
    assert deliver(waiting).state == "edited"
    worker.retry(NOTE_EDIT, failed, world)
    assert later(failed, seconds=1).error_kind == "conflict"
    with pytest.raises(NotRetryable):
        worker.retry(NOTE_EDIT, waiting)
