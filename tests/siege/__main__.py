"""`python -m tests.siege [NAME…]`: build the installation, make every attack, print the table.

Exit status 1 if anything did not hold. Loopback only; it ends within SECONDS. Needs PostgreSQL
(TEST_DATABASE_URL or DATABASE_URL) and redis-server.
"""

import importlib
import signal
import sys
import textwrap
import time
import tomllib
from pathlib import Path
from typing import Any

from tests.siege.attack import Found, TimeUp, all_attacks, make
from tests.siege.installation import Installation, installation

SECONDS = 360
BEFORE = Path(__file__).with_name("before.toml")
# In this order: what takes Redis away or fills memory comes last.
ROOMS = ("starts", "entrance", "guesses", "people", "sites", "edges", "sizes", "senders", "answers",
         "places", "ruins")  # fmt: skip
_WIDTHS = (34, 48, 58)


def load_attacks() -> None:
    """Load every room of attacks."""
    for room in ROOMS:
        importlib.import_module(f"tests.siege.{room}")


def before() -> dict[str, dict[str, Any]]:
    """Return what each attack is and did, by its name."""
    return tomllib.loads(BEFORE.read_text())


def main() -> int:
    """Besiege, and return the exit status."""
    load_attacks()
    wanted = sys.argv[1:] or list(all_attacks())
    signal.signal(signal.SIGALRM, _too_long)
    started = time.monotonic()
    known = before()
    _print("attack", "before", "now", "held", "")
    with installation() as besieged:
        built = time.monotonic() - started
        ends = started + SECONDS
        found = {name: _one(name, known[name], besieged, ends) for name in wanted}
    open_ones = [name for name, each in found.items() if each.holds is False]
    skipped = [name for name, each in found.items() if each.holds is None]
    print(
        f"\n{len(found)} attacks in {time.monotonic() - started:.0f} s ({built:.0f} s to build): "
        f"{len(found) - len(open_ones) - len(skipped)} held, {len(skipped)} not possible here"
    )
    if open_ones:
        print(f"NOT HELD: {', '.join(open_ones)}")
    return 1 if open_ones else 0


def _one(name: str, known: dict[str, Any], besieged: Installation, ends: float) -> Found:
    """Make one attack within the time that is left, and print its row."""
    left = int(ends - time.monotonic())
    found, seconds = Found("not made: the time was over", holds=False), 0.0
    if left > 0:
        signal.alarm(left)
        found, seconds = make(all_attacks()[name], besieged)
        signal.alarm(0)
    held = {True: "yes", False: "NO", None: "-"}[found.holds]
    _print(f"{known['section']} {known['attack']}", known["before"], found.now, held,
           f"{seconds:.1f} s")  # fmt: skip
    return found


def _print(attack: str, before: str, now: str, held: str, took: str) -> None:
    """Print one row, its texts wrapped into their columns."""
    cells = [textwrap.wrap(text, width) or [""] for text, width in
             zip((attack, before, now), _WIDTHS, strict=True)]  # fmt: skip
    height = max(map(len, cells))
    for line in range(height):
        texts = [cell[line] if line < len(cell) else "" for cell in cells]
        padded = "  ".join(text.ljust(width) for text, width in zip(texts, _WIDTHS, strict=True))
        print(f"{padded}  {held if line == 0 else '':<4} {took if line == 0 else ''}".rstrip())
    sys.stdout.flush()


def _too_long(*_: object) -> None:
    raise TimeUp(f"The siege may take {SECONDS} s.")


if __name__ == "__main__":
    sys.exit(main())
