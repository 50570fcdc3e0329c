"""Status changes of posts become rows of their own, and come back as they were."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = ("psa", "0014_approval_parts"), ("psa", "0016_post_without_status")
NOW = datetime(2026, 4, 21, 9, 10, tzinfo=UTC)

# (note, status) → the state of the change, None for no change.
STATES = {
    ("posted", "none"): None,
    ("posted", "applied"): "applied",
    ("posted", "failed"): "failed",
    ("posted", "unknown"): "unknown",
    ("posted", "queued"): "queued",
    ("posted", "sending"): "sending",
    ("queued", "queued"): "waiting",
    ("unknown", "queued"): "waiting",
    ("failed", "failed"): "failed",
}
KEPT = [
    "state",
    "status_state",
    "update_status_id",
    "seen_status_id",
    "status_changed_from",
    "status_changed_to",
    "status_error",
    "status_attempts",
    "next_attempt_at",
    "lease_token",
    "lease_until",
    "updated_at",
]


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


def _post(apps, account, note, status):
    is_held = "sending" in (note, status)
    return apps.get_model("psa", "Post").objects.create(
        account_id=account.pk,
        request_id=uuid4(),
        ticket_id="48291",
        note_type="resolution",
        content="Timer restored.",
        state=note,
        status_state=status,
        update_status_id="3" if status != "none" else "",
        seen_status_id="1" if status != "none" else "",
        status_changed_from="New" if status != "none" else "",
        status_changed_to="Completed" if status == "applied" else "",
        status_error="Refused." if status == "failed" else "",
        status_attempts=2 if status in ("applied", "unknown") else 0,
        next_attempt_at=NOW + timedelta(minutes=3),
        lease_token=UUID(int=7) if is_held else None,
        lease_until=NOW if is_held else None,
        posted_by_name="Erin",
    )


def test_no_status_change_is_lost_either_way(migrate):
    apps = migrate(BEFORE)
    account = apps.get_model("accounts", "Account").objects.create(name="Northwind IT")
    posts = apps.get_model("psa", "Post").objects
    for note, status in STATES:
        _post(apps, account, note, status)
    before = {post["id"]: post for post in posts.values("id", *KEPT)}

    apps = migrate(AFTER)
    changes = apps.get_model("psa", "TicketChange").objects.all()
    states = {change.after_id: change for change in changes}
    for key, was in before.items():
        expected = STATES[was["state"], was["status_state"]]
        assert (states[key].state if key in states else None) == expected
    applied = changes.get(state="applied")
    assert (applied.seen_name, applied.current_name, applied.wanted_id) == ("New", "Completed", "3")
    assert (applied.attempts, applied.made_by_name, applied.kind) == (2, "Erin", "status")
    assert changes.get(state="sending").lease_token == UUID(int=7)

    apps = migrate(BEFORE)
    posts = apps.get_model("psa", "Post").objects
    assert {post["id"]: post for post in posts.values("id", *KEPT)} == before
    assert not apps.get_model("psa", "TicketChange").objects.exists()
