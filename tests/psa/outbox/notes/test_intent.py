"""The intent is written once, whatever the browser repeats."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection as database
from django.db.models import QuerySet

from psa.models import Post, PsaConnection
from psa.outbox import notes
from psa.outbox.content import InvalidContent
from psa.outbox.intent import RequestReused


@pytest.mark.django_db
def test_an_intent_is_stored_and_nothing_is_sent(queue, psa, engineer, clock):
    post = queue(update_status_id="3", seen_status_id="1", seen_status_name="New")
    post.refresh_from_db()
    assert (post.state, post.status_state, post.attempts) == ("queued", "queued", 0)
    assert (post.posted_by, post.posted_by_name) == (engineer, "Erin")
    assert post.marker == "RF-7K3Q9D-4F2K"
    assert post.queued_at == clock()
    assert psa.calls == []


@pytest.mark.django_db
def test_a_marker_that_was_deleted_from_the_text_is_not_searched_for(queue):
    assert queue(content="Without.").marker == ""


@pytest.mark.django_db
def test_an_author_without_a_name_is_named_by_address(queue, engineer):
    engineer.name = ""
    assert queue().posted_by_name == "erin@example.com"


@pytest.mark.django_db
def test_the_same_request_again_finds_the_row(intend, world):
    intent = intend()
    first, again = notes.queue(intent, world), notes.queue(intent, world)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.post == again.post
    assert Post.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"content": "Other text."},
        {"note_type": "description"},
        {"ticket_id": "1"},
        {"update_status_id": "3"},
    ],
)
def test_the_same_request_with_something_else_is_refused(queue, other):
    request_id = uuid4()
    queue(request_id=request_id)
    with pytest.raises(RequestReused, match="used already with other text"):
        queue(request_id=request_id, **other)


@pytest.mark.django_db
def test_line_ends_make_no_other_text(queue):
    request_id = uuid4()
    queue(request_id=request_id, content="a\nb")
    assert queue(request_id=request_id, content="a\r\nb").content == "a\nb"


@pytest.mark.django_db
def test_two_accounts_may_use_the_same_request_id(queue, other_account):
    request_id = uuid4()
    theirs = PsaConnection.objects.create(
        provider="connectwise", account=other_account, display_name="Other"
    )
    queue(request_id=request_id)
    queue(request_id=request_id, connection=theirs)
    assert Post.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"content": " "}, {"note_type": "unknown"}, {"note_type": ""}])
def test_what_cannot_be_posted_is_not_stored(queue, fields):
    with pytest.raises(InvalidContent):
        queue(**fields)
    assert not Post.objects.exists()


@pytest.mark.django_db
def test_the_quicker_of_two_requests_wins(intend, world, monkeypatch):
    """Both looked before either wrote: the unique constraint decides."""
    intent = intend()
    first = notes.queue(intent, world)
    with monkeypatch.context() as patched:
        patched.setattr(QuerySet, "first", lambda rows: None)
        second = notes.queue(intent, world)
    assert (second.post, second.is_new) == (first.post, False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(database.vendor == "sqlite", reason="needs a database with many writers")
def test_many_requests_at_once_leave_one_row(intend, world):
    intent, start, rows = intend(), Barrier(6), []

    def request():
        start.wait()
        rows.append(notes.queue(intent, world))
        database.close()

    threads = [Thread(target=request) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.is_new for row in rows].count(True) == 1
    assert len({row.post.pk for row in rows}) == 1
    assert Post.objects.count() == 1
