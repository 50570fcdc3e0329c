"""Sending a note: what every kind of answer makes of the post."""

from datetime import timedelta

import pytest

from psa.models import Post
from psa.outbox import notes
from psa.outbox.runtime import Runtime
from psa.providers import errors
from psa.providers.types import NoteType
from tests.builders import map_member
from tests.psa.outbox.fake_psa import Killed

pytestmark = pytest.mark.django_db


def test_a_note_is_posted_with_the_approved_text(queue, deliver, psa, clock):
    post = deliver(queue(note_type="resolution"))
    assert post.state == "posted"
    assert psa.texts_on("48291") == [post.content]
    assert psa.drafts[0].note_type is NoteType.RESOLUTION
    assert (post.external_note_id, post.posted_at, post.attempts) == ("1000", clock(), 1)
    assert post.lease_token is None
    assert post.is_pending is False


def test_a_note_alone_is_one_call(queue, deliver, psa):
    deliver(queue())
    assert psa.calls == ["post_note"]


def test_it_is_signed_by_the_mapped_member(queue, deliver, psa, stored_connection, engineer):
    map_member(engineer, stored_connection, "77")
    deliver(queue())
    assert psa.drafts[0].member_id == "77"


def test_without_a_mapping_the_psa_names_the_author(queue, deliver, psa):
    deliver(queue())
    assert psa.drafts[0].member_id is None


def test_what_was_stored_otherwise_is_a_warning(queue, deliver, psa):
    psa.differences = ("The text differs.", "The placement differs.")
    assert deliver(queue()).warning == "The text differs.\nThe placement differs."


@pytest.mark.parametrize(
    ("error", "kind"),
    [(errors.ConnectionFailed(), "unreachable"), (errors.RateLimited(), "rate_limited")],
)
def test_what_surely_was_not_sent_waits_and_is_sent_again(queue, deliver, later, psa, error, kind):
    psa.fail("post_note", error)
    post = deliver(queue())
    assert (post.state, post.error_kind, post.error) == ("queued", kind, error.sentence)
    post = later(post, seconds=30)
    assert (post.state, post.error, post.error_kind, post.attempts) == ("posted", "", "", 2)
    assert len(psa.texts_on("48291")) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.AuthFailed(), "auth"),
        (errors.PermissionMissing("Service Tickets: Edit"), "permission"),
        (errors.NotFound(), "not_found"),
        (errors.InvalidRequest("No."), "invalid"),
        (errors.SiteRefused(), "site"),
    ],
)
def test_what_was_refused_fails_with_the_sentence(queue, deliver, later, psa, error, kind):
    psa.fail("post_note", error)
    post = deliver(queue())
    assert (post.state, post.error_kind, post.error) == ("failed", kind, error.sentence)
    assert later(post, hours=1).state == "failed"
    assert psa.calls == ["post_note"]


@pytest.mark.parametrize(
    "error",
    [
        errors.WriteUncertain(),
        errors.WriteNotApplied(),
        errors.Timeout(),
        errors.ServerError(),
        errors.PsaError(),
        RuntimeError("a defect of ours"),
    ],
)
def test_what_may_have_arrived_is_never_sent_blindly(queue, deliver, later, psa, error, settings):
    psa.fail("post_note", error, after=True)
    post = deliver(queue())
    assert post.state == "unknown"
    assert later(post, seconds=5).state == "unknown"
    post = later(post, seconds=settings.POST_SETTLE.total_seconds())
    assert (post.state, post.external_note_id, post.error) == ("posted", "1000", "")
    assert psa.calls == ["post_note", "find_note"]
    assert psa.compared_with == (NoteType.INTERNAL_ANALYSIS, None)


def test_an_unexpected_error_tells_people_no_inner_detail(queue, deliver, psa):
    psa.fail("post_note", RuntimeError("secret inner detail"))
    post = deliver(queue())
    assert "secret" not in post.error
    assert post.error_kind == "unexpected"


def test_an_error_before_the_sending_only_waits(queue, deliver, later, psa, clock):
    def broken(connection):
        raise RuntimeError("credentials cannot be read")

    post = queue()
    notes.deliver(post.pk, Runtime(now=clock, provider_of=broken), at_once=True)
    post.refresh_from_db()
    assert (post.state, post.error_kind) == ("queued", "unexpected")
    assert later(post, minutes=1).state == "posted"
    assert psa.calls == ["post_note"]


def test_a_refusal_to_open_the_connection_fails(queue, clock):
    def refused(connection):
        raise errors.SiteRefused

    post = queue()
    notes.deliver(post.pk, Runtime(now=clock, provider_of=refused), at_once=True)
    post.refresh_from_db()
    assert (post.state, post.error_kind) == ("failed", "site")


def test_the_wait_doubles_and_retry_after_is_kept(queue, deliver, psa, clock):
    psa.fail("post_note", errors.RateLimited(retry_after=120))
    post = deliver(queue())
    assert post.next_attempt_at == clock() + timedelta(seconds=120)


def test_a_note_that_waits_is_not_sent_before_its_time(queue, deliver, psa, later):
    psa.fail("post_note", errors.RateLimited(retry_after=120))
    post = deliver(queue())
    assert later(post, seconds=119).state == "queued"
    assert later(post, seconds=1).state == "posted"


def test_after_a_day_of_waiting_it_fails_visibly(queue, deliver, later, psa):
    psa.fail("post_note", errors.ConnectionFailed("No way through."), times=5)
    post = deliver(queue(update_status_id="3", seen_status_id="1"))
    psa.fail("get_ticket", errors.ConnectionFailed("No way through."))
    post = later(post, hours=24, seconds=1)
    assert (post.state, post.status_state) == ("failed", "failed")
    assert post.error == "The note was not sent for 24 hours. No way through."


def test_a_note_that_never_got_its_turn_says_so_after_a_day(queue, later, psa):
    post = later(queue(), hours=25)
    assert (post.state, post.error_kind) == ("failed", "expired")
    assert "never got its turn" in post.error
    assert psa.calls == []


def test_without_its_connection_a_waiting_note_fails(queue, deliver, stored_connection, psa):
    post = queue(update_status_id="3", seen_status_id="1")
    Post.objects.update(connection=None)
    post = deliver(post)
    assert (post.state, post.error_kind) == ("failed", "disconnected")
    assert post.status_error == "Not changed, because the note was not posted."
    assert psa.calls == []


def test_a_worker_that_dies_while_sending_leaves_the_note_unknown(queue, later, world, psa):
    psa.fail("post_note", Killed(), after=True)
    post = queue()
    with pytest.raises(Killed):
        notes.deliver(post.pk, world, at_once=True)
    post.refresh_from_db()
    assert post.state == "sending"
    assert later(post, seconds=29).state == "sending"
    post = later(post, seconds=2)
    assert (post.state, post.error_kind) == ("unknown", "interrupted")
    post = later(post, seconds=16)
    assert post.state == "posted"
    assert len(psa.texts_on("48291")) == 1


def test_a_worker_that_dies_before_sending_does_not_lose_the_note(queue, later, world, psa):
    psa.fail("post_note", Killed())
    post = queue()
    with pytest.raises(Killed):
        notes.deliver(post.pk, world, at_once=True)
    post = later(post, seconds=31)
    assert post.state == "unknown"
    post = later(post, hours=1)
    assert post.state == "posted"
    assert psa.calls == ["post_note", "find_note", "post_note"]
    assert len(psa.texts_on("48291")) == 1


def test_a_settled_post_is_left_alone(queue, deliver, psa, world):
    post = deliver(queue())
    assert notes.deliver(post.pk, world, at_once=True) is None
    assert psa.calls == ["post_note"]


def test_a_post_that_does_not_exist_is_nothing_to_do(world, queue, intend):
    assert notes.deliver(intend().request_id, world) is None


def test_logs_tell_the_outcome_and_never_the_text(queue, deliver, caplog):
    caplog.set_level("INFO")
    deliver(queue(content="a customer's private words"))
    assert [record.message for record in caplog.records] == ["post.posted"]
    assert "private" not in str([vars(record) for record in caplog.records])
