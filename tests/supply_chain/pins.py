"""What requirements/*.txt pin, and what asked for each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
# What asks for a package without being one: our own requirements/*.in.
PRODUCT = "resolutionflow"
_VIA = re.compile(r"    #(?: via)? +(?!via$)(?P<name>\S+)")


@dataclass(frozen=True, slots=True)
class Pin:
    """One pinned package; `asked_by` names the packages that need it."""

    name: str
    version: Version
    asked_by: tuple[str, ...] = ()


def read(name: str) -> list[Pin]:
    """Return the pins of requirements/<name>.txt, in its order."""
    return list(parse((REQUIREMENTS / f"{name}.txt").read_text().splitlines()))


def parse(lines: Iterable[str]) -> Iterable[Pin]:
    """Yield the pins of a compiled file; a line that pins nothing else is a mistake."""
    current: Requirement | None = None
    asked_by: list[str] = []
    for line in lines:
        if via := _VIA.match(line):
            asked_by.append(PRODUCT if via["name"] == "-r" else via["name"])
        elif line and line[0] not in " #":
            if current:
                yield _pin(current, asked_by)
            current, asked_by = Requirement(line.rstrip("\\ ")), []
    if current:
        yield _pin(current, asked_by)


def _pin(requirement: Requirement, asked_by: list[str]) -> Pin:
    (specifier,) = requirement.specifier
    if specifier.operator != "==":
        raise ValueError(f"{requirement} is not pinned.")
    return Pin(requirement.name, Version(specifier.version), tuple(asked_by))
