"""Working off the outbox in bounded, polite passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa import posting
from psa.models import Post
from psa.posting import verdicts
from psa.providers import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(queue, clock):
    """Queue posts on tickets of their own, all due."""

    def make(number):
        posts = [queue(ticket_id=str(n)) for n in range(number)]
        clock.tick(seconds=5)
        return posts

    return make


def test_a_pass_is_bounded(many, world):
    many(5)
    assert posting.run_batch(world, limit=3) == 3
    assert posting.run_batch(world, limit=3) == 2
    assert posting.run_batch(world, limit=3) == 0


def test_a_pass_stops_between_posts_when_asked_to(many, world, psa):
    many(3)
    asked = iter([True, False])
    assert posting.run_batch(world, keep_going=lambda: next(asked)) == 1
    assert psa.calls == ["post_note"]


def test_the_oldest_due_comes_first(many, world, psa, clock, queue):
    first = many(1)[0]
    queue(ticket_id="newer")
    clock.tick(seconds=5)
    posting.run_batch(world, limit=1)
    assert psa.texts_on("newer") == []
    assert len(psa.texts_on(first.ticket_id)) == 1


def test_a_psa_that_asks_to_slow_down_is_not_asked_for_the_next_post(many, world, psa):
    many(3)
    psa.fail("post_note", errors.RateLimited())
    assert posting.run_batch(world) == 1
    assert psa.calls == ["post_note"]


def test_what_another_worker_took_counts_as_nothing_done(many, world, monkeypatch):
    many(1)
    monkeypatch.setattr("psa.posting.outbox.deliver", lambda post_id, world: None)
    assert posting.run_batch(world) == 0


def test_without_arguments_it_uses_the_real_world(db):
    assert posting.run_batch() == 0


def test_a_settled_outbox_costs_two_queries(many, world, django_assert_num_queries):
    many(3)
    posting.run_batch(world)
    with django_assert_num_queries(2):
        posting.run_batch(world)
    assert Post.objects.filter(state="posted").count() == 3


@given(
    attempts=st.integers(0, 10_000),
    jitter=st.floats(0, 1),
    retry_after=st.floats(-1e12, 1e12, allow_nan=False),
)
def test_waiting_is_bounded_and_never_shorter_than_asked(attempts, jitter, retry_after):
    seconds = verdicts.wait(attempts, jitter, retry_after).total_seconds()
    assert 0.5 <= seconds <= 3600
    assert seconds >= min(retry_after, 3600) - 0.001


def test_waiting_doubles_up_to_five_minutes():
    seconds = [verdicts.wait(n, 1.0).total_seconds() for n in (1, 2, 3, 8, 9, 50)]
    assert seconds == [2, 4, 8, 256, 300, 300]


def test_jitter_spreads_the_retries():
    assert verdicts.wait(8, 0.0) == verdicts.wait(8, 1.0) / 2
