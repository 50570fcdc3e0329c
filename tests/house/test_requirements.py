"""The pinned requirements install on every machine, also after newer versions have come out."""

from importlib.metadata import distributions

from django.conf import settings
from packaging.requirements import Requirement


def pinned() -> dict[str, Requirement]:
    """Return what requirements/dev.txt pins, by name."""
    lines = (settings.BASE_DIR / "requirements" / "dev.txt").read_text().splitlines()
    pins = [Requirement(line.rstrip("\\ ")) for line in lines if "==" in line and line[0] != " "]
    return {pin.name: pin for pin in pins}


def test_extras_that_a_package_asks_for_are_pinned_with_it():
    # pip takes `coverage` and `coverage[toml]` for two things: with only the first pinned it
    # takes the newest version for the second, and then refuses it for want of a hash.
    asked = [
        need
        for package in distributions()
        for need in map(Requirement, package.requires or ())
        if need.extras and (need.marker is None or need.marker.evaluate({"extra": ""}))
    ]
    assert "coverage" in {need.name for need in asked}
    pins = pinned()
    assert [need for need in asked if not need.extras <= pins[need.name].extras] == []
