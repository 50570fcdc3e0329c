"""What an attack is, and what it found."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.siege.installation import Installation


class TimeUp(Exception):
    """The siege has lasted as long as it may."""


class ControlFailed(Exception):
    """What must work beside the attack did not: nothing was shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an attack found: `now` in words for the table, and whether the line held.

    `holds` is None where the attack could not be made here; `now` says why.
    """

    now: str
    holds: bool | None


Attack = Callable[["Installation"], Found]

_attacks: dict[str, Attack] = {}


def attack(name: str) -> Callable[[Attack], Attack]:
    """Register an attack under its name in before.toml."""

    def register(made: Attack) -> Attack:
        if name in _attacks:
            raise ValueError(f"Two attacks are called {name}.")
        _attacks[name] = made
        return made

    return register


def all_attacks() -> dict[str, Attack]:
    """Return every attack by its name, in the order in which they are made."""
    return dict(_attacks)


def make(made: Attack, installation: "Installation") -> tuple[Found, float]:
    """Make the attack; return what it found, and the seconds that it took."""
    started = time.monotonic()
    try:
        found = made(installation)
    except Exception as problem:  # One attack that breaks must not spare us the others.
        found = Found(f"{type(problem).__name__}: {problem}"[:200], holds=False)
    return found, time.monotonic() - started


def control(holds: object, what: str) -> None:
    """Raise ControlFailed unless it holds; `what` names what should have worked."""
    if not holds:
        raise ControlFailed(what)
