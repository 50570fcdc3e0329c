"""What the commands for operators share: where passwords come from, and how errors read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from accounts.people import AccountUnknown, new_password


def add_password_argument(parser: CommandParser) -> None:
    """Let a command take a password without it standing in the shell's history."""
    parser.add_argument(
        "--password-env",
        metavar="VAR",
        help="name of the environment variable that holds the password; "
        "without it a one-time password is made and printed",
    )


def password_from(variable: str | None) -> tuple[str, bool]:
    """Return the password, and whether it was made just now and must be shown once."""
    if variable is None:
        return new_password(), True
    if not os.environ.get(variable):
        raise CommandError(f"The environment variable {variable} is not set or empty.")
    return os.environ[variable], False


@contextmanager
def told_to_operators() -> Iterator[None]:
    """Turn what an operation refuses into one clear line and exit status 1."""
    try:
        yield
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    except AccountUnknown as error:
        raise CommandError(str(error)) from error
