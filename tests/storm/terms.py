"""What the storms have in common: the PSA's manners, their options, a database of their own."""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.staging.database import let_go_of_the_database, postgres_server, throw_away

# As long as the longest notes without their last lines, where the marker stands.
CUT = 180
# Switches of the simulator (psa/simulators/connectwise/quirks.py) under the names of options.
MANNERS: dict[str, dict[str, Any]] = {
    "clock-behind": {"clock_behind": 80 * 60},
    "cuts": {"note_text_limit": CUT},
    "short-pages": {"most_per_page": 3},
}


def parser(description: str) -> argparse.ArgumentParser:
    """Return a parser of the options that every storm has."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument(
        "--psa",
        nargs="*",
        choices=MANNERS,
        default=[],
        help="a clock 80 minutes behind, texts cut without a word, pages shorter than asked for",
    )
    return made


def switches(options: argparse.Namespace) -> dict[str, Any]:
    """Return the simulator's switches that the options turn."""
    return {name: value for each in options.psa for name, value in MANNERS[each].items()}


@contextmanager
def database(name: str) -> Iterator[str]:
    """Give the address of a new database: on PostgreSQL where a server is named, else a file."""
    server = postgres_server()
    if server:
        with throw_away(server, f"{name}_{os.getpid()}") as address:
            yield address
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/{name}.sqlite3"


@contextmanager
def in_one_process(name: str) -> Iterator[tuple[Any, Any]]:
    """Set Django up on a database of its own; give an account and an engineer of it."""
    with database(name) as address:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "resolutionflow.settings",
            "DATABASE_URL": address,
            "REDIS_URL": "",
            "DEBUG": "0",
            "SECRET_KEY": "storm-only-" + "x" * 50,
            "LOG_LEVEL": "CRITICAL",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from accounts.models import Account, User

        account = Account.objects.create(name="Storm")
        engineer = User.objects.create_user("erin@storm.example", "x", name="Erin", account=account)
        yield account, engineer
        let_go_of_the_database()
