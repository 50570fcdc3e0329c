"""/healthz says that the process lives, /readyz that it can do its work."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from psa.models import Post, TicketChange
from resolutionflow import health
from tests.posts import with_status

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_post(account):
    def make(**fields) -> Post:
        due = timezone.now() - timedelta(minutes=fields.pop("due_for", 6))
        status = fields.pop("status_state", "none")
        post = Post.objects.create(
            account=account, request_id=uuid4(), ticket_id="1", next_attempt_at=due, **fields
        )
        return with_status(post, status)

    return make


def ready() -> tuple[int, dict]:
    response = Client().get("/readyz")
    return response.status_code, response.json()


def test_alive_asks_nothing_of_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = Client().get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


def test_ready_names_its_parts():
    assert ready() == (200, {"database": "ok", "cache": "ok", "outbox": "ok"})


def test_ready_is_cheap(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        ready()


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_can_only_be_read(method):
    assert getattr(Client(), method)("/healthz").status_code == 405
    assert getattr(Client(), method)("/readyz").status_code == 405


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"state": "queued"}, 503),
        ({"state": "unknown"}, 503),
        ({"state": "posted", "status_state": "queued"}, 503),
        ({"state": "sending"}, 503),
        ({"state": "queued", "due_for": 4}, 200),
        ({"state": "queued", "due_for": -60}, 200),
        ({"state": "posted"}, 200),
        ({"state": "failed", "status_state": "failed"}, 200),
        ({"state": "queued", "status_state": "waiting", "due_for": 4}, 200),
    ],
)
def test_a_post_that_waits_too_long_is_not_ready(make_post, fields, status):
    make_post(**fields)

    assert ready()[0] == status
    assert ready()[1]["outbox"] == ("ok" if status == 200 else "failing")


def test_a_post_that_somebody_is_sending_is_not_late(make_post):
    make_post(state="sending", due_for=60, lease_until=timezone.now())

    assert ready()[0] == 200


@pytest.mark.parametrize(("state", "status"), [("unknown", 503), ("applied", 200)])
def test_a_change_that_nobody_checks_is_not_ready(account, state, status):
    due = timezone.now() - timedelta(minutes=6)
    TicketChange.objects.create(
        account=account, request_id=uuid4(), ticket_id="1", state=state, next_attempt_at=due
    )

    assert ready()[0] == status


def test_a_dead_database_is_named_without_details(monkeypatch):
    def broken() -> bool:
        raise DatabaseError("password=hunter2 host=db.internal")

    monkeypatch.setitem(health._PROBES, "database", broken)

    status, body = ready()

    assert status == 503
    assert body == {"database": "failing", "cache": "ok", "outbox": "ok"}


def test_a_cache_that_forgets_is_named(monkeypatch):
    monkeypatch.setattr(type(caches["default"]), "get", lambda *args, **kwargs: None)

    assert ready() == (503, {"database": "ok", "cache": "failing", "outbox": "ok"})
