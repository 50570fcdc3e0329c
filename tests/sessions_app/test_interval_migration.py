"""The last interval of a completed session becomes a row; the release before counts no pause."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = ("sessions_app", "0014_intervals_of_kinds")
AFTER = ("sessions_app", "0015_keep_last_intervals")
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.fixture
def migrate(transactional_db):
    """Return what brings the database to a migration, and bring it back in the end."""

    def to(target):
        executor = MigrationExecutor(connection)
        executor.migrate([target])
        return executor.loader.project_state([target]).apps

    yield to
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def test_each_completed_session_keeps_its_last_interval(migrate, account, engineer):
    sessions = migrate(BEFORE).get_model("sessions_app", "WorkSession").objects
    told = {
        "whole": {"completed_at": at(30)},
        "reopened": {"working_since": at(60), "completed_at": at(75)},
        "empty": {"completed_at": at(0)},
        "open": {"active_at": at(10)},
    }
    for number, (title, fields) in enumerate(told.items()):
        sessions.create(
            account_id=account.pk,
            engineer_id=engineer.pk,
            reference=f"RF-{number:06}",
            title=title,
            started_at=NOON,
            **fields,
        )
    models = migrate(AFTER)
    intervals = models.get_model("sessions_app", "WorkInterval").objects
    rows = intervals.values_list("session__title", "kind", "started_at", "ended_at")
    assert sorted(rows) == [
        ("reopened", "work", at(60), at(75)),
        ("whole", "work", at(0), at(30)),
    ]
    session = models.get_model("sessions_app", "WorkSession").objects.get(title="whole")
    # The release before reckons from here on, and so nothing twice.
    assert session.working_since == session.completed_at
    intervals.create(
        session=session, person_id=engineer.pk, kind="pause", started_at=at(40), ended_at=at(50)
    )
    kept = migrate(BEFORE).get_model("sessions_app", "WorkInterval").objects
    assert kept.exclude(kind="work").count() == 0
    assert kept.count() == 2
