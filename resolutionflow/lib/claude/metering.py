"""What a call may use, and what it used: the ledger is whoever's who calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from resolutionflow.lib.claude.errors import ClaudeError
from resolutionflow.lib.database import release_database

# Characters of one token, cautiously; the service counts exactly, afterwards.
CHARACTERS = 3


class Meter(Protocol):
    """Counts tokens against somebody's share."""

    def reserve(self, tokens: int) -> None:
        """Set tokens aside before a call; raises CapReached when they are not left."""

    def settle(self, reserved: int, used_in: int, used_out: int) -> None:
        """Count what the call used, and give back what was set aside."""


@dataclass(slots=True)
class Usage:
    """The tokens of one call, as far as the service has told."""

    tokens_in: int = 0
    tokens_out: int = 0


@contextmanager
def metered(meter: Meter, characters: int, max_tokens: int) -> Iterator[Usage]:
    """Set aside what the call may use at most, and count what it used, however it ends.

    A call that ended before the service told counts with what was sent, for it may be billed
    all the same; only one that is known to be free does not. No database connection is held
    inside.
    """
    sent = characters // CHARACTERS
    reserved = sent + max_tokens
    meter.reserve(reserved)
    release_database()
    usage = Usage()
    try:
        yield usage
    except ClaudeError as error:
        sent = 0 if error.is_free else sent
        raise
    finally:
        meter.settle(reserved, usage.tokens_in or sent, usage.tokens_out)
