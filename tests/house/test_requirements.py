"""The pinned requirements install on every machine, and what is imported is asked for by name."""

import ast
import re
import sys
from importlib.metadata import distributions, packages_distributions

import pytest
from django.conf import settings
from packaging.requirements import Requirement

PRODUCT = ("accounts", "psa", "resolutionflow", "sessions_app", "tickets")
OURS = {*PRODUCT, "tests", "manage"}
# For mypy alone: no such module is ever loaded.
STUBS = {"_typeshed"}


def asked_for(name: str) -> set[str]:
    """Return what a file of requirements asks for itself, also through another of ours."""
    found = set()
    for line in (settings.BASE_DIR / "requirements" / name).read_text().splitlines():
        if line.startswith("-r "):
            found |= asked_for(line.removeprefix("-r ").strip())
        elif line.strip() and not line.startswith("#"):
            found.add(plain(Requirement(line).name))
    return found


def plain(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(folders: tuple[str, ...]) -> dict[str, str]:
    """Return the modules of others that the code imports, each with a file that does."""
    found: dict[str, str] = {}
    for path in (path for folder in folders for path in (settings.BASE_DIR / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            for name in _modules(node):
                if name not in OURS | STUBS | sys.stdlib_module_names:
                    found.setdefault(name, str(path.relative_to(settings.BASE_DIR)))
    return found


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return [node.module.partition(".")[0]]
    return []


@pytest.mark.parametrize(("folders", "name"), [(PRODUCT, "base.in"), (("tests",), "dev.in")])
def test_what_is_imported_is_asked_for_and_not_only_there_because_of_others(folders, name):
    asked, providers = asked_for(name), packages_distributions()
    loose = {
        module: where
        for module, where in imported(folders).items()
        if not asked & {plain(each) for each in providers.get(module, [module])}
    }
    assert loose == {}


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
