"""Finding out whether an uncertain note arrived."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from psa.models import Post
from psa.outbox import claims, notes
from psa.outbox.kinds import NOTE
from psa.outbox.runtime import Runtime
from psa.providers import errors
from tests.psa.outbox.fake_psa import Killed

pytestmark = pytest.mark.django_db

UNMARKED = "Rebooted."


@pytest.fixture
def uncertain(queue, deliver, psa):
    """Return a post whose sending ended uncertain; `arrived` says whether the note is there."""

    def make(*, arrived, **fields):
        psa.fail("post_note", errors.WriteUncertain(), after=arrived)
        return deliver(queue(**fields))

    return make


def test_a_note_that_arrived_is_adopted_with_its_differences(uncertain, later, psa):
    post = uncertain(arrived=True)
    psa.differences = ("The text differs.",)
    post = later(post, seconds=15)
    assert (post.state, post.external_note_id, post.warning) == (
        "posted",
        "1000",
        "The text differs.",
    )


def test_a_note_that_is_surely_absent_is_sent_again(uncertain, later, psa):
    post = later(uncertain(arrived=False), seconds=15)
    assert (post.state, post.attempts) == ("posted", 2)
    assert psa.calls == ["post_note", "find_note", "post_note"]
    assert len(psa.texts_on("48291")) == 1


@pytest.mark.parametrize(
    "error", [errors.Timeout(), errors.ServerError(), errors.AuthFailed(), errors.NotFound()]
)
def test_while_reading_fails_it_stays_unknown(uncertain, later, psa, error):
    post = uncertain(arrived=True)
    psa.fail("find_note", error, times=2)
    post = later(post, seconds=15)
    assert (post.state, post.checks) == ("unknown", 1)
    assert error.sentence in post.error
    post = later(post, seconds=2)
    assert (post.state, post.checks) == ("unknown", 2)
    post = later(post, seconds=4)
    assert (post.state, post.checks) == ("posted", 0)


def test_reading_backs_off(uncertain, later, psa, clock):
    post = uncertain(arrived=True)
    psa.fail("find_note", errors.RateLimited(retry_after=60))
    post = later(post, seconds=15)
    assert post.next_attempt_at == clock() + timedelta(seconds=60)


def test_a_worker_that_dies_while_checking_changes_nothing(uncertain, later, psa, world, clock):
    post = uncertain(arrived=True)
    psa.fail("find_note", Killed())
    clock.tick(seconds=15)
    with pytest.raises(Killed):
        notes.deliver(post.pk, world)
    assert later(post, seconds=29).state == "unknown"
    assert later(post, seconds=2).state == "posted"


def test_an_earlier_uncertain_attempt_is_looked_for_again_before_sending(uncertain, later, psa):
    """The first attempt arrives very late, while the second could not even be sent."""
    post = uncertain(arrived=False)
    psa.fail("post_note", errors.ConnectionFailed())
    post = later(post, seconds=15)
    assert post.state == "queued"
    psa.add_note("48291", post.content)
    post = later(post, minutes=5)
    assert post.state == "posted"
    assert len(psa.texts_on("48291")) == 1


def test_it_looks_back_to_the_first_attempt(uncertain, later, psa, clock):
    """The first attempt arrived though it was not seen; ten minutes later it is found."""
    post = uncertain(arrived=True)
    psa.fail("find_note", errors.Timeout(), times=4)
    for _ in range(5):
        post = later(post, minutes=4)
    assert post.state == "posted"
    assert len(psa.texts_on("48291")) == 1


def test_a_note_without_its_marker_is_found_by_its_text(uncertain, later):
    post = later(uncertain(arrived=True, content=UNMARKED), seconds=15)
    assert (post.marker, post.state, post.external_note_id) == ("", "posted", "1000")


def test_of_two_unmarked_notes_with_one_text_only_one_is_in_flight(
    uncertain, queue, deliver, later, psa, clock
):
    first = uncertain(arrived=True, content=UNMARKED)
    second = deliver(queue(content=UNMARKED))
    assert second.state == "queued"
    assert second.next_attempt_at == clock() + timedelta(seconds=5)
    later(first, seconds=16)
    second = later(second, seconds=6)
    first.refresh_from_db()
    assert {first.state, second.state} == {"posted"}
    assert first.external_note_id != second.external_note_id
    assert psa.texts_on("48291") == [UNMARKED, UNMARKED]


def test_a_note_that_others_hold_is_not_adopted(queue, deliver, uncertain, later, psa):
    deliver(queue(content=UNMARKED))
    post = later(uncertain(arrived=False, content=UNMARKED), seconds=15)
    assert post.state == "posted"
    assert psa.texts_on("48291") == [UNMARKED, UNMARKED]


def test_a_note_that_quotes_the_marker_waits_for_the_marked_one(uncertain, queue, deliver):
    first = uncertain(arrived=False)
    second = deliver(queue(content=f"As noted in {first.marker}: done.", marker="RF-ZZZZZZ-ZZZZ"))
    assert second.state == "queued"


def test_the_marked_note_waits_for_one_that_quotes_it(uncertain, queue, deliver):
    uncertain(arrived=False, content="See RF-7K3Q9D-4F2K.", marker="RF-ZZZZZZ-ZZZZ")
    assert deliver(queue()).state == "queued"


def test_other_notes_and_tickets_do_not_wait(uncertain, queue, deliver):
    uncertain(arrived=False, content=UNMARKED)
    assert deliver(queue()).state == "posted"
    assert deliver(queue(content=UNMARKED, ticket_id="48292")).state == "posted"


def test_a_note_that_another_post_holds_already_is_looked_for_again(
    queue, deliver, psa, stored_connection, later
):
    """The PSA answers with the id of a note that we have: where ours is, only it can tell."""
    holder = deliver(queue())
    Post.objects.filter(pk=holder.pk).update(external_note_id="1001")
    post = deliver(queue(content="Another text."))
    assert (post.state, post.error_kind, post.external_note_id) == ("unknown", "unexpected", "")
    post = later(post, seconds=15)
    assert (post.state, post.external_note_id) == ("posted", "1002")


def test_the_database_refuses_to_adopt_a_note_twice(queue, deliver):
    first, second = deliver(queue()), deliver(queue(content="Another text."))
    with pytest.raises(IntegrityError):
        Post.objects.filter(pk=second.pk).update(external_note_id=first.external_note_id)


def test_without_its_connection_an_unknown_note_fails_and_says_to_look(uncertain, later):
    post = uncertain(arrived=True)
    Post.objects.update(connection=None)
    post = later(post, seconds=15)
    assert (post.state, post.error_kind) == ("failed", "disconnected")
    assert "Look at the ticket" in post.error


# --- Two workers ---------------------------------------------------------------------


def test_two_workers_never_hold_the_same_post(queue, world, clock):
    post = queue()
    assert claims.claim(NOTE, post.pk, world, at_once=True) is not None
    assert claims.claim(NOTE, post.pk, world, at_once=True) is None


def test_the_worker_leaves_a_fresh_post_to_the_request_that_queued_it(queue, later):
    post = queue()
    assert later(post, seconds=4).state == "queued"
    assert later(post, seconds=1).state == "posted"


def test_a_claim_fails_when_the_post_changed_under_it(queue, world, monkeypatch):
    post = queue()
    taken = NOTE.step_of

    def overtaken(row, now):
        Post.objects.filter(pk=row.pk).update(state="failed")
        return taken(row, now)

    monkeypatch.setattr(NOTE, "step_of", overtaken)
    assert claims.claim(NOTE, post.pk, world, at_once=True) is None


def test_who_lost_the_lease_writes_nothing(queue, deliver, psa, clock, world, later, caplog):
    """The first worker hangs longer than its lease; meanwhile another one settles the post."""

    def hang():
        clock.tick(seconds=31)
        NOTE.expire(clock())

    slow = psa.post_note

    def post_note(ticket_id, draft):
        posted = slow(ticket_id, draft)
        hang()
        return posted

    psa.post_note = post_note
    post = deliver(queue())
    assert post.state == "unknown"
    assert "post.lease_lost" in caplog.text
    psa.post_note = slow
    post = later(post, seconds=15)
    assert post.state == "posted"
    assert len(psa.texts_on("48291")) == 1


@pytest.mark.parametrize("method", ["get_ticket", "find_note"])
def test_who_lost_the_lease_while_reading_sends_nothing(
    method, queue, uncertain, psa, clock, world, deliver
):
    post = uncertain(arrived=False) if method == "find_note" else queue(update_status_id="3")
    clock.tick(seconds=15)

    def losing(connection):
        Post.objects.filter(pk=post.pk).update(lease_token=None)
        clock.tick(seconds=20)
        return psa

    psa.calls.clear()
    slow = Runtime(now=clock, provider_of=losing)
    notes.deliver(post.pk, slow, at_once=True)
    assert psa.calls == []


def test_a_lease_is_renewed_when_little_is_left(queue, clock, psa, later):
    def slow(connection):
        clock.tick(seconds=20)
        return psa

    post = queue()
    notes.deliver(post.pk, Runtime(now=clock, provider_of=slow), at_once=True)
    post.refresh_from_db()
    assert post.state == "posted"


def test_nothing_is_sent_when_no_time_is_left_after_renewing(queue, clock, psa, settings):
    """A database that answers slower than a lease lasts: better later than twice."""
    times = iter([clock(), clock(), *(clock() + timedelta(hours=n) for n in range(1, 20))])
    post = queue()
    notes.deliver(
        post.pk,
        Runtime(now=lambda: next(times), provider_of=lambda connection: psa),
        at_once=True,
    )
    assert psa.calls == []


def test_expiring_leaves_what_was_finished_meanwhile(queue, deliver, clock):
    post = deliver(queue())
    assert NOTE._expire(post.pk, clock()) == 0
    assert NOTE.expire(clock() + timedelta(hours=1)) == 0
