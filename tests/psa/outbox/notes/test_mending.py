"""What a person does about a post that failed."""

import pytest

from psa.models import MemberMapping, Post
from psa.outbox import notes
from psa.outbox.content import InvalidContent
from psa.outbox.intent import NotRetryable
from psa.providers import errors
from tests.builders import map_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(queue, deliver, psa):
    """Return a post that the PSA refused."""

    def make(**fields):
        psa.fail("post_note", errors.InvalidRequest("No."))
        return deliver(queue(**fields))

    return make


def test_a_failed_note_is_retried_with_its_status(failed, deliver, world, psa):
    post = failed(update_status_id="3", seen_status_id="1")
    notes.retry_note(post, world)
    post = deliver(post)
    assert (post.state, post.status_state, post.error) == ("posted", "applied", "")
    assert len(psa.texts_on("48291")) == 1


def test_a_retry_is_signed_as_its_author_is_mapped_by_then(
    failed, deliver, world, psa, stored_connection, engineer
):
    mapping = map_member(engineer, stored_connection, "77", "Erin, who left")
    first, second, third = failed(), failed(), failed()
    MemberMapping.objects.update(external_member_id="78")
    notes.retry_note(first, world)
    mapping.delete()
    notes.retry_note(second, world)
    Post.objects.filter(pk=third.pk).update(posted_by=None)
    third.refresh_from_db()
    notes.retry_note(third, world)
    for post in (first, second, third):
        deliver(post)
    assert [draft.member_id for draft in psa.drafts[-3:]] == ["78", None, "77"]


def test_a_note_without_a_status_change_gets_none_by_the_retry(failed, deliver, world):
    post = failed()
    notes.retry_note(post, world)
    assert deliver(post).status_state == "none"


def test_a_double_click_on_retry_queues_once(failed, world):
    post = failed()
    notes.retry_note(post, world)
    with pytest.raises(NotRetryable, match="already"):
        notes.retry_note(post, world)


def test_a_posted_note_is_not_retried(queue, deliver, world):
    with pytest.raises(NotRetryable):
        notes.retry_note(deliver(queue()), world)


def test_the_retry_counts_its_own_day(failed, deliver, world, clock):
    post = failed()
    clock.tick(hours=30)
    notes.retry_note(post, world)
    assert deliver(post).state == "posted"


def test_the_status_alone_is_retried(queue, deliver, world, psa):
    psa.fail("update_ticket_status", errors.InvalidRequest("No."))
    post = deliver(queue(update_status_id="3", seen_status_id="1"))
    notes.retry_status(post, world)
    post = deliver(post)
    assert (post.state, post.status_state, post.status_error) == ("posted", "applied", "")
    assert len(psa.texts_on("48291")) == 1


def test_a_status_that_had_moved_is_changed_from_where_it_is_now(queue, deliver, later, world, psa):
    psa.fail("update_ticket_status", errors.ConnectionFailed())
    post = deliver(queue(update_status_id="3", seen_status_id="1"))
    psa.status["48291"] = "4"
    post = later(post, seconds=5)
    assert post.status_error.startswith("The status changed meanwhile to “Waiting”")
    notes.retry_status(post, world)
    post = deliver(post)
    assert (post.status_state, post.status_changed_from) == ("applied", "Waiting")


@pytest.mark.parametrize("update_status_id", ["", "3"])
def test_a_status_that_did_not_fail_is_not_retried(queue, deliver, world, update_status_id):
    post = deliver(queue(update_status_id=update_status_id, seen_status_id="1"))
    with pytest.raises(NotRetryable):
        notes.retry_status(post, world)


@pytest.mark.parametrize("retry", [notes.retry_note, notes.retry_status])
def test_without_its_connection_nothing_is_retried(failed, retry, world):
    post = failed()
    post.connection = None
    with pytest.raises(NotRetryable, match="connection"):
        retry(post, world)


def test_a_mended_note_closes_the_retry_of_the_failed_one(failed, queue, world):
    post = failed()
    queue(content="Mended.", replaces=post.pk)
    with pytest.raises(NotRetryable, match="replaced"):
        notes.retry_note(post, world)


def test_a_note_that_was_retried_meanwhile_is_not_mended_too(failed, queue, world):
    post = failed()
    notes.retry_note(post, world)
    with pytest.raises(InvalidContent, match="meanwhile"):
        queue(content="Mended.", replaces=post.pk)
    assert Post.objects.count() == 1


def test_a_failed_note_is_mended_once(failed, queue):
    post = failed()
    queue(content="Mended.", replaces=post.pk)
    with pytest.raises(InvalidContent):
        queue(content="Mended twice.", replaces=post.pk)
    assert Post.objects.count() == 2
