"""What fails each time ends visibly, and what arrived late at any attempt is found."""

from datetime import timedelta

import pytest

from psa.models import Post
from psa.outbox import notes, worker
from psa.outbox.kinds import NOTE
from psa.providers import errors
from tests.builders import map_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(stored_connection, engineer):
    """Let Erin be member 77."""
    return map_member(engineer, stored_connection, "77")


def test_a_constant_error_is_sent_three_times_and_then_fails(queue, deliver, later, psa):
    psa.fail("post_note", errors.WriteUncertain(), times=50)
    post = deliver(queue())
    for _ in range(40):
        post = later(post, seconds=15)
    assert psa.calls.count("post_note") == 3
    assert (post.state, post.error_kind, post.absences) == ("failed", "fails_each_time", 3)
    assert "fails each time" in post.error


def test_the_second_absence_waits_as_any_other_failure(queue, deliver, later, psa, clock):
    psa.fail("post_note", errors.WriteUncertain(), times=2)
    post = deliver(queue())
    post = later(post, seconds=15)
    post = later(post, seconds=15)
    assert (post.state, post.absences) == ("queued", 2)
    assert post.next_attempt_at == clock() + timedelta(seconds=4)


def test_a_person_may_try_what_failed_each_time_again(queue, deliver, later, world, psa):
    psa.fail("post_note", errors.WriteUncertain(), times=3)
    post = deliver(queue())
    for _ in range(10):
        post = later(post, seconds=15)
    notes.retry_note(post, world)
    assert later(post, seconds=0).state == "posted"
    assert len(psa.texts_on("48291")) == 1


def test_a_look_covers_the_first_of_several_attempts(queue, deliver, later, psa, clock):
    """The first note shows only after the second attempt, which surely did not arrive."""
    psa.fail("post_note", errors.WriteUncertain(), times=2)
    first = clock()
    post = deliver(queue())
    post = later(post, minutes=20)
    assert (psa.calls.count("post_note"), post.state) == (2, "unknown")
    late = psa.add_note("48291", post.content)
    psa.notes[-1] = ("48291", type(late)(**{**_fields(late), "created_at": first}))
    post = later(post, seconds=15)
    assert (post.state, post.external_note_id) == ("posted", late.id)
    assert len(psa.texts_on("48291")) == 1


def _fields(note):
    return {name: getattr(note, name) for name in type(note).__dataclass_fields__}


@pytest.mark.parametrize(
    "error",
    [
        errors.ConnectionFailed(),
        errors.RateLimited(),
        errors.WriteUncertain(),
        errors.ServerError(),
        errors.Timeout(),
        errors.AuthFailed(),
        RuntimeError("a defect"),
    ],
)
def test_a_connection_in_trouble_is_left_alone_for_the_pass(queue, world, psa, clock, error):
    for number in range(3):
        queue(ticket_id=str(number))
    clock.tick(seconds=5)
    psa.fail("post_note", error)
    assert worker.run_batch(NOTE, world) == 1
    assert psa.calls == ["post_note"]


@pytest.mark.parametrize("error", [errors.NotFound(), errors.InvalidRequest()])
def test_what_one_record_is_to_blame_for_holds_up_no_other(queue, world, psa, clock, error):
    for number in range(3):
        queue(ticket_id=str(number))
    clock.tick(seconds=5)
    psa.fail("post_note", error)
    assert worker.run_batch(NOTE, world) == 3


def test_a_status_that_hangs_is_trouble_too(queue, deliver, world, psa, clock):
    with_status = {"update_status_id": "3", "seen_status_id": "1"}
    for number in range(2):
        queue(ticket_id=str(number), **with_status)
    clock.tick(seconds=5)
    psa.fail("update_ticket_status", errors.WriteUncertain())
    assert worker.run_batch(NOTE, world) == 1


# --- Who signs ---------------------------------------------------------------------------


def test_a_signature_that_is_refused_does_not_hold_the_note_back(queue, deliver, signed, psa):
    psa.fail("post_note", errors.PermissionMissing())
    post = deliver(queue())
    assert post.state == "posted"
    assert [draft.member_id for draft in psa.drafts] == [None]
    assert "signed with the API member" in post.warning
    assert (post.member_id, post.attempts) == ("", 1)


def test_a_note_that_is_refused_unsigned_too_says_which_right_is_missing(
    queue, deliver, signed, psa
):
    psa.fail("post_note", errors.PermissionMissing("Service Tickets: add"), times=2)
    post = deliver(queue())
    assert (post.state, post.error_kind) == ("failed", "permission")
    assert "Service Tickets: add" in post.error


def test_a_note_whose_unsigned_try_was_not_confirmed_is_looked_for(queue, deliver, signed, psa):
    psa.fail("post_note", errors.PermissionMissing())
    psa.fail("post_note", errors.WriteUncertain(), after=True)
    post = deliver(queue())
    assert post.state == "unknown"


def test_who_lost_the_lease_meanwhile_does_not_send_it_unsigned(
    queue, deliver, signed, psa, caplog
):
    def refused_late(ticket_id, draft):
        Post.objects.update(lease_token=None)
        raise errors.PermissionMissing()

    psa.post_note = refused_late
    post = deliver(queue())
    assert (post.state, post.member_id) == ("sending", "77")
    assert psa.texts_on("48291") == []
    assert "post.lease_lost" in caplog.text
    assert "post.unexpected" not in caplog.text
