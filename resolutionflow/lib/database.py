"""The database connection of this thread, where others may need it more."""

from django.db import connections


def release_database() -> None:
    """Give this thread's database connections back before it waits for another server.

    A pool of 20 with a connection held by every waiting call starves all other pages. Inside
    a transaction they have to be kept: operations call other servers outside of one.
    """
    for database in connections.all(initialized_only=True):
        if not database.in_atomic_block:
            database.close()
