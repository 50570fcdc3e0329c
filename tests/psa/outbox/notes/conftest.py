"""A clock in the hand, a PSA in memory, and posts of Erin on her ticket."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from psa.models import Post, PsaConnection
from psa.outbox import notes, worker
from psa.outbox.kinds import NOTE, STATUS
from psa.outbox.notes import NoteIntent
from psa.outbox.runtime import Runtime
from tests.psa.outbox.fake_psa import FakePsa


class Clock:
    """Stands still until told otherwise."""

    def __init__(self) -> None:
        self.time = datetime(2026, 4, 21, 9, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def tick(self, **by) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def psa(clock):
    return FakePsa(clock)


@pytest.fixture
def world(clock, psa):
    return Runtime(now=clock, jitter=lambda: 1.0, provider_of=lambda connection: psa)


@pytest.fixture
def stored_connection(account):
    return PsaConnection.objects.create(
        account=account, display_name="Fake", site_url="https://psa.example", company_id="c"
    )


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
