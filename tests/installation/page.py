"""The commands of docs/operations.md, as a reader would copy them."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
_BLOCK = re.compile(r"^```sh ?(?P<name>\w*)\n(?P<commands>.*?)^```$", re.M | re.S)


def section(title: str, page: str) -> str:
    """Return what stands under this heading of the page."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.M | re.S)
    if found is None:
        raise KeyError(title)
    return found[1]


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the blocks of commands in order, each with its name or ""."""
    return [(each["name"], each["commands"]) for each in _BLOCK.finditer(text)]


def block(name: str, page: str) -> str:
    """Return the commands of the one block that is called so."""
    (commands,) = [commands for called, commands in blocks(page) if called == name]
    return commands
