"""A PostgreSQL database that exists while something is staged, and not afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


def postgres_server() -> str:
    """Return the server that TEST_DATABASE_URL or DATABASE_URL names; "" without PostgreSQL."""
    server = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    return server if server.startswith("postgres") else ""


@contextmanager
def throw_away(server: str, name: str) -> Iterator[str]:
    """Create a database of this name on the server, give its address, and drop it at the end.

    A database of that name that an earlier run left behind is dropped first.
    """
    _administer(server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _administer(server, "CREATE DATABASE {}", name)
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _administer(server, "DROP DATABASE {} WITH (FORCE)", name)


def _administer(server: str, statement: str, name: str) -> None:
    maintenance = urlsplit(server)._replace(path="/postgres").geturl()
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def let_go_of_the_database() -> None:
    """Close this process's connections: a database in use cannot be removed."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        getattr(connection, "close_pool", lambda: None)()
