"""Placeholders such as {contact}: their names, and how a text with them is filled. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# By name: what stands there, and where it comes from.
NAMES = {
    "ticket": ("the ticket's number", "ticket"),
    "summary": ("the ticket's summary", "ticket"),
    "company": ("the company's name", "ticket"),
    "board": ("the board that the ticket stands on", "ticket"),
    "status": ("the ticket's status", "ticket"),
    "contact": ("the contact's name", "contact"),
    "first_name": ("the contact's first name", "contact"),
    "engineer": ("your name", "person"),
    "email": ("your e-mail address", "person"),
}
# Braces around a name of small letters; code and JSON have other things between braces.
_PLACEHOLDER = re.compile(r"\{([a-z][a-z_]{1,40})\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A text with its placeholders filled: which with what, and which could not be."""

    text: str
    values: Mapping[str, str]
    missing: tuple[str, ...]


def fill(text: str, values: Mapping[str, str], written: Callable[[str], str] = str) -> Filled:
    """Return the text with each placeholder replaced by its value, as `written` writes it.

    One that has none stays as it stands, so that whoever posts the text sees it.
    """
    used: dict[str, str] = {}
    missing: dict[str, None] = {}

    def value_of(found: re.Match[str]) -> str:
        value = " ".join(values.get(found[1], "").split())
        if not value:
            missing[found[1]] = None
            return found[0]
        used[found[1]] = value
        return written(value)

    return Filled(text=_PLACEHOLDER.sub(value_of, text), values=used, missing=tuple(missing))


def unfilled(text: str) -> list[str]:
    """Return the names of the placeholders that the text still holds, each once."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def unknown(text: str) -> list[str]:
    """Return the names that stand in the text as placeholders and are none."""
    return [name for name in unfilled(text) if name not in NAMES]
