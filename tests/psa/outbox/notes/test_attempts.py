"""The log of attempts: when each was made, and what came of it."""

import pytest

from psa.providers.errors import ConnectionFailed, InvalidRequest, ServerError, Timeout
from tests.psa.outbox.fake_psa import Killed


def log_of(post):
    return [(each.part, each.outcome) for each in post.attempt_log.all()]


def test_a_note_and_its_status_are_an_attempt_each(queue, deliver):
    post = deliver(queue(update_status_id="3", seen_status_id="1"))

    assert log_of(post) == [("send", "posted"), ("status", "applied")]
    assert all(each.ended_at for each in post.attempt_log.all())


def test_a_refusal_is_kept_when_the_retry_arrives(queue, deliver, psa, clock, world):
    from psa.outbox import notes

    psa.fail("post_note", InvalidRequest("The note is too long."))
    post = deliver(queue())
    first = clock.time
    clock.tick(minutes=3)
    notes.retry_note(post, world)
    post = deliver(post)

    refused, arrived = post.attempt_log.all()
    assert (refused.started_at, refused.outcome, refused.error_kind) == (first, "failed", "invalid")
    assert refused.error == "The note is too long."
    assert (arrived.started_at, arrived.outcome, arrived.error) == (clock.time, "posted", "")


def test_a_look_that_finds_nothing_and_the_sending_after_it_are_logged(queue, deliver, psa, later):
    psa.fail("post_note", Timeout())
    post = later(deliver(queue()), seconds=20)

    assert log_of(post) == [("send", "unknown"), ("check", "queued"), ("send", "posted")]


def test_a_look_that_could_not_be_made_says_why(queue, deliver, psa, later):
    psa.fail("post_note", Timeout())
    psa.fail("find_note", ConnectionFailed())
    post = later(deliver(queue()), seconds=20)

    look = post.attempt_log.last()
    assert (look.part, look.outcome, look.error_kind) == ("check", "unknown", "unreachable")


def test_a_status_that_failed_is_logged_apart_from_the_note(queue, deliver, psa):
    psa.fail("update_ticket_status", ServerError())
    post = deliver(queue(update_status_id="3", seen_status_id="1"))

    assert log_of(post) == [("send", "posted"), ("status", "unknown")]


def test_what_a_dead_process_left_open_was_interrupted(queue, psa, deliver, later):
    psa.fail("post_note", Killed(), after=True)
    post = queue()
    with pytest.raises(Killed):
        deliver(post)
    assert log_of(post) == [("send", "")]

    post = later(later(post, seconds=40), seconds=20)
    assert log_of(post) == [("send", "unknown"), ("check", "posted")]
    assert post.attempt_log.first().error_kind == "interrupted"


def test_what_the_psa_stored_is_kept_as_it_said_it(queue, deliver):
    post = deliver(queue(content="Timer restored.", marker=""))

    assert post.stored_content == "Timer restored."
