"""Posts of Erin on her ticket."""

from dataclasses import replace
from uuid import uuid4

import pytest

from psa.models import Post
from psa.outbox import notes, worker
from psa.outbox.kinds import NOTE, STATUS
from psa.outbox.notes import NoteIntent


@pytest.fixture
def intend(stored_connection, engineer):
    """Return a maker of intents; every one is an approval of its own."""

    def make(**fields) -> NoteIntent:
        intent = NoteIntent(
            connection=stored_connection,
            author=engineer,
            request_id=uuid4(),
            ticket_id="48291",
            note_type="internal_analysis",
            content="Timer restored.\n\nResolutionFlow · RF-7K3Q9D-4F2K",
            marker="RF-7K3Q9D-4F2K",
        )
        return replace(intent, **fields)

    return make


@pytest.fixture
def queue(intend, world):
    """Queue an intent (made of these fields) and return its row."""
    return lambda **fields: notes.queue(intend(**fields), world).post


@pytest.fixture
def deliver(world):
    """Deliver at once and return the row as it stands in the database."""

    def run(post, **how):
        notes.deliver(post.pk, world, **{"at_once": True, **how})
        return Post.objects.get(pk=post.pk)

    return run


@pytest.fixture
def later(world, clock):
    """Let time pass, then let the worker do what is due; return the row."""

    def run(post, **by):
        clock.tick(**by)
        worker.run_batch(NOTE, world)
        worker.run_batch(STATUS, world)
        return Post.objects.get(pk=post.pk)

    return run
