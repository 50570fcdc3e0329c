"""Changes the meaning of the product in one place after another, and runs the tests that must fail.

Works on a copy of the committed files. Prints one line for each mutation; ends with 1 if one of
them was caught by no test.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutations.toml")
# Seconds that the tests of one mutation may take: one that never ends is caught, too.
PATIENCE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One change of meaning: `before` stands once in `file`; `tests` must notice `after`."""

    name: str
    file: str
    before: str
    after: str
    tests: list[str]


def mutations() -> list[Mutation]:
    """Return the committed list."""
    return [Mutation(**row) for row in tomllib.loads(LIST.read_text())["mutation"]]


def copied(target: Path) -> None:
    """Copy the files that git knows, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)


def mutated(mutation: Mutation, text: str) -> str:
    """Return the text with the change; raises ValueError unless it fits exactly once."""
    if text.count(mutation.before) != 1:
        raise ValueError(f"{mutation.name}: {mutation.file} has it {text.count(mutation.before)}×")
    return text.replace(mutation.before, mutation.after)


def is_caught(mutation: Mutation, copy: Path) -> bool:
    """Change the copy, run the tests, and change it back."""
    path = copy / mutation.file
    text = path.read_text()
    path.write_text(mutated(mutation, text))
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly", *mutation.tests],
            cwd=copy,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        path.write_text(text)
    if ended.returncode not in (0, 1):
        raise RuntimeError(f"{mutation.name}: {ended.stdout.decode()[-2000:]}")
    return ended.returncode == 1


def _wanted(names: list[str]) -> Iterator[Mutation]:
    return (each for each in mutations() if not names or any(name in each.name for name in names))


def main() -> int:
    """Try the mutations whose names contain one of the arguments, or all."""
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        copied(Path(folder))
        for mutation in _wanted(sys.argv[1:]):
            caught = is_caught(mutation, Path(folder))
            survived += not caught
            print(f"{'caught  ' if caught else 'SURVIVED'}  {mutation.name}", flush=True)
    print(f"{survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
