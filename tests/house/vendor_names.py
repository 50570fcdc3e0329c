"""Where a PSA vendor's name stands outside of its room. `make lint` runs this.

A vendor's room is its folder in `psa/providers/`; its stand-in has one in `psa/simulators/`.
Everything else speaks of `connection.psa_label`, so that another PSA needs no other change.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = re.compile(r"psa/(?:providers|simulators)/(\w+)/")
SEARCHED = ("accounts", "psa", "resolutionflow", "sessions_app", "static", "templates", "tickets")
KINDS = {".py", ".html", ".js", ".css", ".txt"}

# Each path with why the name may stand there. One that stands there no more is reported too.
EXCEPTIONS = {
    "accounts/password_rules.py": "words that make a poor password, among them product names",
    "psa/management/commands/simulate_connectwise.py": "starts this vendor's stand-in",
    "psa/providers/registry.py": "the list of the rooms",
    "resolutionflow/settings.py": "the operator's environment is read in one place",
    "sessions_app/demo.py": "the demo's wiring",
    "sessions_app/management/commands/demo.py": "the demo's wiring",
}


def vendors() -> set[str]:
    """Return the names of the vendors, which are those of their folders."""
    providers = ROOT / "psa" / "providers"
    return {folder.parent.name for folder in providers.glob("*/provider.py")}


def misplaced() -> Iterator[str]:
    """Yield each line that names a vendor where nobody may, and each exception without a use."""
    names = re.compile("|".join(map(_spelt, vendors())), re.IGNORECASE)
    unused = set(EXCEPTIONS)
    for path in _product_files():
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        found = [number for number, line in enumerate(lines, 1) if names.search(line)]
        if path in EXCEPTIONS and (found or names.search(path)):
            unused.discard(path)
            continue
        for number in found:
            yield f"{path}:{number}: a vendor's name outside of its room"
    for path in sorted(unused):
        yield f"{path}: names no vendor any more; take it off EXCEPTIONS"


def _spelt(vendor: str) -> str:
    """Return a pattern for the name as one word or several: Connect Wise."""
    return r"[\s_-]?".join(map(re.escape, vendor))


def _product_files() -> Iterator[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *SEARCHED]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for path in listed.splitlines():
        is_elsewhere = not ROOMS.match(path) and "/migrations/" not in path
        if is_elsewhere and Path(path).suffix in KINDS and (ROOT / path).exists():
            yield path


if __name__ == "__main__":
    problems = list(misplaced())
    print(*problems, sep="\n")
    sys.exit(bool(problems))
