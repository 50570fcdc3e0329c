"""A closed gate and the outbox: what is refused waits, and one process closes no other's gate."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from psa import opened
from psa.models import Post
from psa.outbox import notes, worker
from psa.outbox.kinds import NOTE
from psa.outbox.notes import NoteIntent
from psa.outbox.runtime import Runtime
from psa.providers.errors import ConnectionFailed, NotAnswering
from tests.psa.providers.connectwise.test_provider import paths


@pytest.fixture
def post(connection, engineer):
    intent = NoteIntent(
        connection=connection,
        author=engineer,
        request_id=uuid4(),
        ticket_id="48291",
        note_type="internal_analysis",
        content="Timer restored.\n\nRF-7K3Q9D-4F2K",
        marker="RF-7K3Q9D-4F2K",
    )
    return notes.queue(intent).post


@pytest.fixture
def elsewhere(connection):
    """Return the world of another process, a minute later."""
    provider = opened.open_unshared(
        connection.provider, opened.credentials_of(connection), connection.account.name
    )
    later = timedelta(minutes=1)
    yield Runtime(now=lambda: timezone.now() + later, provider_of=lambda _: provider)
    provider.close()


def close_gate(provider, simulator):
    provider.get_ticket("48291")
    simulator.faults.add("refuse", times=None)
    for _ in range(3):
        with pytest.raises(ConnectionFailed):
            provider.get_ticket("48291")
    simulator.faults.clear()
    with pytest.raises(NotAnswering):
        provider.get_ticket("48291")


@pytest.mark.django_db(transaction=True)
def test_a_note_that_the_gate_refused_was_not_sent_and_is_sent_later(
    connection, simulator, post, elsewhere
):
    close_gate(opened.open_provider(connection), simulator)
    before = paths(simulator)
    notes.deliver(post.pk, at_once=True)
    post = Post.objects.get(pk=post.pk)
    assert (post.state, post.error_kind) == (Post.State.QUEUED, "unreachable")
    assert "has not answered since" in post.error
    assert paths(simulator) == before
    worker.run_batch(NOTE, elsewhere)
    assert Post.objects.get(pk=post.pk).state == Post.State.POSTED
    assert sum(method == "POST" for method, _ in paths(simulator)) == 1


@pytest.mark.django_db(transaction=True)
def test_what_the_worker_meets_closes_no_pages_gate(connection, simulator, post, elsewhere):
    close_gate(elsewhere.provider_of(connection), simulator)
    worker.run_batch(NOTE, elsewhere)
    assert Post.objects.get(pk=post.pk).error_kind == "unreachable"
    assert opened.open_provider(connection).get_ticket("48291").id == "48291"
