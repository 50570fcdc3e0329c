"""Two tabs at the same moment: each change waits for the other, none is lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from sessions_app import lifecycle
from sessions_app.lifecycle import SessionClosed
from sessions_app.models import WorkSession

pytestmark = pytest.mark.django_db(transaction=True)

STEP = {"kind": "check", "title": "t", "outcome": "", "notes": "", "command_output": ""}


@pytest.fixture
def at_once(db):
    """Return a runner of changes side by side; SQLite's test database has one connection."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory is one connection: nothing can run side by side")

    def run(*changes):
        together = Barrier(len(changes))

        def one(change):
            try:
                together.wait(timeout=10)
                return change()
            except SessionClosed as closed:
                return closed
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(changes)) as threads:
            return list(threads.map(one, changes))

    return run


def test_two_clicks_at_once_start_one_session(at_once, account, engineer):
    request_id = uuid4()
    values = {"title": "Printer on fire", "client_name": "", "problem": ""}
    started = at_once(*[lambda: lifecycle.start_once(account, engineer, request_id, **values)] * 4)
    assert sorted(is_new for _, is_new in started) == [False, False, False, True]
    assert len({session.pk for session, _ in started}) == 1


def positions(session):
    return list(session.steps.filter(removed_at=None).values_list("position", flat=True))


def test_steps_that_are_added_at_once_get_places_of_their_own(at_once, session):
    at_once(*[lambda: lifecycle.add_step(session, STEP)] * 8)
    assert positions(session) == list(range(1, 12))


def test_moves_and_removals_at_once_leave_no_gap(at_once, session):
    for _ in range(7):
        lifecycle.add_step(session, STEP)
    steps = list(session.steps.all())
    at_once(
        *[lambda step=step: lifecycle.move_step(step, "up") for step in steps[4:8]],
        *[lambda step=step: lifecycle.remove_step(step) for step in steps[1:4]],
    )
    assert positions(session) == list(range(1, 8))


def test_a_step_and_a_completion_at_once_never_meet(at_once, session):
    done: dict[str, Any] = {"outcome": "waiting", "resolution": "", "next_steps": ""}
    results = at_once(
        lambda: lifecycle.complete(session, **done),
        *[lambda: lifecycle.add_step(session, STEP)] * 4,
    )
    refused = sum(isinstance(result, SessionClosed) for result in results)
    assert len(positions(session)) == 3 + 4 - refused
    assert not WorkSession.objects.get().is_open
