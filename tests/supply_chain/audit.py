"""`python -m tests.supply_chain.audit`: hold every pin against requirements/advisories.toml.

Exits with 1 and names pin, advisory and affected versions when a pin is vulnerable.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date

from packaging.specifiers import SpecifierSet

from tests.supply_chain.pins import REQUIREMENTS, Pin, read

FILES = ("base", "s3", "dev", "rehearsal")
Advisories = dict[str, dict[str, str]]


def advisories() -> tuple[date, Advisories]:
    """Return the date of the committed list, and per package each advisory's affected versions."""
    known = tomllib.loads((REQUIREMENTS / "advisories.toml").read_text())
    return known.pop("as_of"), known


def findings(pins: Iterable[Pin], known: Advisories) -> Iterator[str]:
    """Yield a sentence for each advisory that a pin falls under."""
    for pin in pins:
        for advisory, affected in known.get(pin.name, {}).items():
            if SpecifierSet(affected, prereleases=True).contains(pin.version):
                yield f"{pin.name} {pin.version} is affected by {advisory} ({affected})."


def main() -> int:
    """Print what was found, or that nothing was, and as of when."""
    as_of, known = advisories()
    pins = {pin for name in FILES for pin in read(name)}
    found = sorted(findings(pins, known))
    print("\n".join(found) or f"{len(pins)} pins, none known to be vulnerable as of {as_of}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
