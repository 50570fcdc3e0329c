"""Several requests at the very same moment, on a database that takes them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection as database

from psa.models import TicketChange
from psa.outbox import changes

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(database.vendor == "sqlite", reason="needs a database with many writers"),
]
AT_ONCE = 8


@pytest.fixture
def all_at_once(stored_connection, engineer, world):
    """Ask in threads that start together, with these request ids; return the rows."""

    def ask(request_ids):
        barrier = Barrier(AT_ONCE)

        def click(request_id):
            barrier.wait(10)
            try:
                return changes.change_status(
                    stored_connection,
                    engineer,
                    ticket_id="48291",
                    status_id="3",
                    status_name="Completed",
                    seen_status_id="1",
                    seen_status_name="New",
                    request_id=request_id,
                    runtime=world,
                )
            finally:
                database.close()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(click, request_ids))

    return ask


def test_many_clicks_with_one_id_are_one_change(all_at_once, psa):
    rows = all_at_once([uuid4()] * AT_ONCE)
    assert len({row.pk for row in rows}) == 1
    assert TicketChange.objects.get().state == "applied"
    assert psa.calls.count("update_ticket_status") == 1


def test_many_engineers_send_one_change(all_at_once, psa):
    rows = all_at_once([uuid4() for _ in range(AT_ONCE)])
    assert len({row.pk for row in rows}) == AT_ONCE
    assert psa.calls.count("update_ticket_status") == 1
    # Whoever came when it was over found the status as wanted, and sent nothing.
    assert {row.error_kind for row in rows} <= {"", "overlap"}
    assert TicketChange.objects.exclude(sent_at=None).count() == 1
