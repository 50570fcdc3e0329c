"""The status part: its own outcome, and never over a status that nobody saw."""

import pytest

from psa.models import Post, TicketChange
from psa.outbox import notes
from psa.outbox.runtime import Runtime
from psa.providers import errors
from tests.psa.outbox.fake_psa import Killed

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue_both(queue):
    """Queue a note with a change from New (1) to Completed (3)."""
    return lambda **fields: queue(
        **{
            "update_status_id": "3",
            "seen_status_id": "1",
            "seen_status_name": "New",
            **fields,
        }
    )


def test_note_and_status_are_three_calls(queue_both, deliver, psa):
    post = deliver(queue_both())
    assert psa.calls == ["get_ticket", "post_note", "update_ticket_status"]
    assert (post.state, post.status_state) == ("posted", "applied")
    assert (post.status_changed_from, post.status_changed_to) == ("New", "Completed")
    assert psa.status["48291"] == "3"


def test_a_status_that_moved_stops_the_whole_post(queue_both, deliver, psa):
    psa.status["48291"] = "4"
    post = deliver(queue_both())
    assert (post.state, post.error_kind, post.status_state) == ("failed", "conflict", "failed")
    assert "“New” and is now “Waiting”" in post.error
    assert post.is_conflict is True
    assert psa.calls == ["get_ticket"]
    assert psa.status["48291"] == "4"


def test_a_conflict_without_a_known_name_still_says_what_it_is_now(queue_both, deliver, psa):
    psa.status["48291"] = "4"
    post = deliver(queue_both(seen_status_name=""))
    assert "another status and is now “Waiting”" in post.error


def test_a_status_that_is_there_already_is_not_sent(queue_both, deliver, psa):
    psa.status["48291"] = "3"
    post = deliver(queue_both())
    assert (post.state, post.status_state) == ("posted", "applied")
    assert psa.calls == ["get_ticket", "post_note"]


def test_a_failed_note_never_changes_the_status(queue_both, deliver, psa):
    psa.fail("post_note", errors.InvalidRequest("No."))
    post = deliver(queue_both())
    assert (post.state, post.status_state) == ("failed", "failed")
    assert post.status_error == "Not changed, because the note was not posted."
    assert psa.status["48291"] == "1"


def test_the_ticket_cannot_be_read_so_nothing_is_sent(queue_both, deliver, later, psa):
    psa.fail("get_ticket", errors.Timeout())
    post = deliver(queue_both())
    assert (post.state, post.error_kind) == ("queued", "timeout")
    assert psa.calls == ["get_ticket"]
    post = later(post, seconds=5)
    assert (post.state, post.status_state) == ("posted", "applied")


@pytest.mark.parametrize("error", [errors.InvalidRequest("“X” is not here."), errors.NotFound()])
def test_a_refused_status_leaves_the_note_posted(queue_both, deliver, later, psa, error):
    psa.fail("update_ticket_status", error)
    post = deliver(queue_both())
    assert (post.state, post.status_state) == ("posted", "failed")
    assert post.status_error == error.sentence
    later(post, hours=1)
    assert psa.texts_on("48291") == [post.content]


def test_a_status_that_was_not_applied_fails(queue_both, deliver, psa):
    psa.fail("update_ticket_status", errors.WriteNotApplied("It did not take."))
    post = deliver(queue_both())
    assert (post.state, post.status_state, post.status_error) == (
        "posted",
        "failed",
        "It did not take.",
    )


def test_a_status_that_surely_was_not_sent_is_tried_again(queue_both, deliver, later, psa):
    psa.fail("update_ticket_status", errors.RateLimited(retry_after=60))
    post = deliver(queue_both())
    assert (post.state, post.status_state) == ("posted", "queued")
    assert later(post, seconds=59).status_state == "queued"
    assert later(post, seconds=1).status_state == "applied"
    assert psa.calls.count("post_note") == 1


@pytest.mark.parametrize("arrived", [True, False])
def test_an_uncertain_status_is_read_before_it_is_sent_again(
    queue_both, deliver, later, psa, arrived
):
    psa.fail("update_ticket_status", errors.WriteUncertain(), after=arrived)
    post = deliver(queue_both())
    assert post.status_state == "unknown"
    assert later(post, seconds=14).status_state == "unknown"
    post = later(post, seconds=1)
    assert (post.status_state, post.status_changed_to) == ("applied", "Completed")
    assert psa.calls.count("update_ticket_status") == (1 if arrived else 2)
    assert psa.calls.count("post_note") == 1


def test_an_uncertain_status_that_somebody_moved_is_left_alone(queue_both, deliver, later, psa):
    psa.fail("update_ticket_status", errors.WriteUncertain())
    post = deliver(queue_both())
    psa.status["48291"] = "4"
    post = later(post, seconds=15)
    assert post.status_state == "failed"
    assert "from “New” to “Waiting”" in post.status_error
    assert psa.status["48291"] == "4"


def test_an_uncertain_status_stays_so_while_reading_fails(queue_both, deliver, later, psa):
    psa.fail("update_ticket_status", errors.WriteUncertain(), after=True)
    post = deliver(queue_both())
    psa.fail("get_ticket", errors.NotFound())
    post = later(post, seconds=15)
    assert post.status_state == "unknown"
    assert later(post, seconds=16).status_state == "applied"


def test_a_status_that_waits_fails_when_reading_is_refused(queue_both, deliver, later, psa):
    psa.fail("update_ticket_status", errors.ConnectionFailed())
    post = deliver(queue_both())
    psa.fail("get_ticket", errors.AuthFailed())
    post = later(post, seconds=5)
    assert (post.state, post.status_state) == ("posted", "failed")


def test_a_worker_that_dies_while_changing_leaves_it_unknown(queue_both, world, later, psa):
    psa.fail("update_ticket_status", Killed(), after=True)
    post = queue_both()
    with pytest.raises(Killed):
        notes.deliver(post.pk, world, at_once=True)
    post = later(post, seconds=31)
    assert (post.state, post.status_state) == ("posted", "unknown")
    post = later(post, seconds=16)
    assert post.status_state == "applied"
    assert psa.calls.count("update_ticket_status") == 1


def test_after_an_adopted_note_the_status_follows(queue_both, deliver, later, psa):
    psa.fail("post_note", errors.WriteUncertain(), after=True)
    post = deliver(queue_both())
    post = later(post, seconds=15)
    assert post.state == "posted"
    assert (post.status_state, post.status_changed_from) == ("applied", "New")


def test_a_status_nobody_could_change_for_a_day_fails(queue_both, deliver, later, psa):
    psa.fail("update_ticket_status", errors.ConnectionFailed("No way through."))
    post = deliver(queue_both())
    post = later(post, hours=25)
    assert (post.state, post.status_state) == ("posted", "failed")
    assert post.status_error == "The status was not changed for 24 hours. No way through."


def test_without_its_connection_a_waiting_status_fails(queue_both, deliver, later, psa):
    psa.fail("update_ticket_status", errors.ConnectionFailed())
    post = deliver(queue_both())
    Post.objects.update(connection=None)
    TicketChange.objects.update(connection=None)
    post = later(post, seconds=5)
    assert (post.state, post.status_state) == ("posted", "failed")
    assert "connection was removed" in post.status_error


def test_an_unexpected_error_while_changing_is_unknown(queue_both, deliver, later, psa):
    psa.fail("update_ticket_status", RuntimeError("a defect"), after=True)
    post = deliver(queue_both())
    assert post.status_state == "unknown"
    assert later(post, seconds=15).status_state == "applied"


def test_who_lost_the_lease_changes_no_status(queue_both, deliver, psa, clock, world):
    psa.fail("update_ticket_status", errors.ConnectionFailed())
    post = deliver(queue_both())
    clock.tick(seconds=5)

    def losing(connection):
        TicketChange.objects.filter(after=post).update(lease_token=None)
        clock.tick(seconds=20)
        return psa

    psa.calls.clear()
    notes.deliver(post.pk, Runtime(now=clock, provider_of=losing))
    assert psa.calls == []
