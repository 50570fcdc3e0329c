"""Administrators at the very same moment, on a database that takes them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts import audit

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="needs a database with many writers"),
]


@pytest.fixture
def at_once():
    """Return a runner of changes that start together; it returns what each returned."""

    def run(*changes: Callable[[], object]) -> list[object]:
        barrier = Barrier(len(changes))

        def one(change: Callable[[], object]) -> object:
            barrier.wait(10)
            try:
                return change()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(changes)) as threads:
            return list(threads.map(one, changes))

    return run


def test_writers_do_not_fork_the_audit(at_once, account, owner):
    def write() -> None:
        for number in range(5):
            audit.record(account, owner, "user.invited", f"Person {number}")

    at_once(*[write] * 4)

    assert audit.verify(account) == audit.Verification(entries=20)
