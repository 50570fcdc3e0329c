"""Working off the outbox in bounded, polite passes."""

import signal
from collections import Counter
from functools import partial
from io import StringIO
from threading import current_thread, main_thread

import pytest
from django.core.management import call_command
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st

from psa import keys
from psa.models import Post, PsaConnection
from psa.outbox import verdicts, worker
from psa.outbox.kinds import CHANGE, DOCUMENT, NOTE, NOTE_EDIT, STATUS, TICKET, TIME
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
    assert worker.run_batch(NOTE, world, limit=3) == 3
    assert worker.run_batch(NOTE, world, limit=3) == 2
    assert worker.run_batch(NOTE, world, limit=3) == 0


def test_a_pass_stops_between_posts_when_asked_to(many, world, psa):
    many(3)
    asked = iter([True, False])
    assert worker.run_batch(NOTE, world, keep_going=lambda: next(asked)) == 1
    assert psa.calls == ["post_note"]


def test_the_oldest_due_comes_first(many, world, psa, clock, queue):
    first = many(1)[0]
    queue(ticket_id="newer")
    clock.tick(seconds=5)
    worker.run_batch(NOTE, world, limit=1)
    assert psa.texts_on("newer") == []
    assert len(psa.texts_on(first.ticket_id)) == 1


@pytest.mark.parametrize("error", [errors.RateLimited(), errors.ConnectionFailed()])
def test_a_psa_in_trouble_is_not_asked_for_the_next_post_at_once(many, world, psa, error):
    many(3)
    psa.fail("post_note", error)
    assert worker.run_batch(NOTE, world) == 1
    assert psa.calls == ["post_note"]


def test_connections_take_turns(many, queue, world, psa, clock, other_account):
    theirs = PsaConnection.objects.create(
        provider="connectwise", account=other_account, display_name="Other"
    )
    many(5)
    last = queue(connection=theirs, ticket_id="theirs")
    clock.tick(seconds=5)
    assert worker.run_batch(NOTE, world, limit=2) == 2
    assert psa.texts_on("theirs") == [last.content]
    assert sum(len(psa.texts_on(str(ours))) for ours in range(5)) == 1


def test_what_another_worker_took_counts_as_nothing_done(many, world, monkeypatch):
    many(1)
    monkeypatch.setattr("psa.outbox.claims.claim", lambda *_, **__: None)
    assert worker.run_batch(NOTE, world) == 0


def test_without_arguments_it_uses_the_real_world(db):
    assert worker.run_batch(NOTE) == 0


def test_a_settled_outbox_costs_two_queries(many, world, django_assert_num_queries):
    many(3)
    worker.run_batch(NOTE, world)
    with django_assert_num_queries(2):
        worker.run_batch(NOTE, world)
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


# --- The loop and the command --------------------------------------------------------


class Rounds:
    """Stops the loop after so many pauses."""

    def __init__(self, rounds):
        self.left = rounds
        self.pauses = []

    def is_set(self):
        return self.left <= 0

    def wait(self, timeout):
        self.pauses.append(timeout)
        self.left -= 1


def test_a_post_that_breaks_does_not_hold_up_the_others(many, world, psa, monkeypatch, caplog):
    first, second = many(2)
    deliver = worker._deliver

    def breaking(kind, post_id, world):
        if post_id == first.pk:
            raise RuntimeError("a defect")
        return deliver(kind, post_id, world)

    monkeypatch.setattr("psa.outbox.worker._deliver", breaking)
    assert worker.run_batch(NOTE, world) == 1
    assert Post.objects.get(pk=second.pk).state == "posted"
    assert "post.broken" in caplog.text


def test_the_loop_pauses_only_when_nothing_is_due(many, world, psa):
    many(60)
    stop = Rounds(1)
    worker.run_until(stop, partial(worker.run_batch, NOTE, world), idle=7)
    assert stop.pauses == [7]
    assert psa.calls.count("post_note") == 60


def test_the_loop_survives_a_database_that_is_away(caplog):
    passes = []

    def failing(*args, **kwargs):
        passes.append(1)
        raise OperationalError("gone")

    worker.run_until(Rounds(3), failing)
    assert len(passes) == 3
    assert "outbox.pass_failed" in caplog.text


@pytest.fixture
def real_world(monkeypatch, world):
    """Let the command, which takes the world as it is, meet ours."""
    monkeypatch.setattr("psa.outbox.worker.Runtime", lambda: world)


def test_once_works_off_what_is_due_and_ends(many, real_world):
    many(60)
    out = StringIO()
    call_command("deliver_posts", "--once", stdout=out)
    assert out.getvalue() == "60 posts worked on.\n"
    assert Post.objects.filter(state="posted").count() == 60


def test_once_says_when_it_was_one(many, real_world):
    many(1)
    out = StringIO()
    call_command("deliver_posts", "--once", stdout=out)
    assert out.getvalue() == "1 post worked on.\n"


@pytest.fixture
def one_thread(monkeypatch):
    """Stay in the thread that the test's transaction belongs to."""
    one = partial(worker.run_batch, NOTE)
    monkeypatch.setattr("psa.management.commands.deliver_posts.passes", lambda: [one])


@pytest.mark.parametrize("arguments", [[], ["--once"]])
def test_sigterm_ends_it_after_the_current_post(many, real_world, one_thread, psa, arguments):
    many(3)
    post_note = psa.post_note

    def interrupted(ticket_id, draft):
        signal.raise_signal(signal.SIGTERM)
        return post_note(ticket_id, draft)

    psa.post_note = interrupted
    before = signal.getsignal(signal.SIGTERM)
    call_command("deliver_posts", *arguments, stdout=StringIO())
    assert Post.objects.filter(state="posted").count() == 1
    assert Post.objects.filter(state="queued").count() == 2
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_loop_works_in_several_threads_and_ends_them_all(monkeypatch):
    threads = []

    def run_until(stop, one_pass):
        threads.append((current_thread(), getattr(one_pass, "args", one_pass)))
        if current_thread() is main_thread():
            signal.raise_signal(signal.SIGTERM)
        stop.wait(5)

    monkeypatch.setattr(worker, "run_until", run_until)
    call_command("deliver_posts")
    assert Counter(batch for _, batch in threads) == {
        (NOTE,): 4,
        (STATUS,): 1,
        (TICKET,): 1,
        (CHANGE,): 1,
        (NOTE_EDIT,): 1,
        (TIME,): 1,
        (DOCUMENT,): 1,
        keys.run_batch: 1,
    }
    assert [thread for thread, _ in threads if thread.is_alive()] == [main_thread()]
