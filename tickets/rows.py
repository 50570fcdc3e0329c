"""Tickets as the pages' rows show them: what the PSA says, and the priority in its colour.

A PSA gives a colour as a word (Red) or as a hex value, and MSPs name priorities as they
like. The pages know seven tones; they are tokens of the style sheets, readable in both themes.
"""

import colorsys
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from psa.providers.types import Priority, Reference, Ticket

NEUTRAL = "neutral"
_BY_WORD = {
    "red": "red",
    "maroon": "red",
    "crimson": "red",
    "pink": "red",
    "orange": "orange",
    "brown": "orange",
    "yellow": "yellow",
    "gold": "yellow",
    "green": "green",
    "lime": "green",
    "olive": "green",
    "teal": "green",
    "blue": "blue",
    "navy": "blue",
    "aqua": "blue",
    "cyan": "blue",
    "purple": "purple",
    "violet": "purple",
    "magenta": "purple",
    "fuchsia": "purple",
}
# Where the PSA gives no colour we know, the words that people name priorities by.
_BY_NAME = (
    (re.compile(r"critical|emergency|urgent", re.I), "red"),
    (re.compile(r"high", re.I), "orange"),
    (re.compile(r"medium|normal", re.I), "yellow"),
    (re.compile(r"\blow", re.I), "green"),
)
# Up to which hue, in degrees, a tone goes.
_BY_HUE = (
    (15, "red"),
    (42, "orange"),
    (70, "yellow"),
    (170, "green"),
    (255, "blue"),
    (330, "purple"),
    (360, "red"),
)
_HEX = re.compile(r"#([0-9a-f]{6})", re.I)
_NUMBERED = re.compile(r"(priority\s*\d+\s*[-–—:.]\s*)(?=\S)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A priority as it is shown: `numbered` is its "Priority 2 - ", which only sounds."""

    tone: str
    numbered: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One ticket of a list."""

    ticket: Ticket
    priority: Mark | None


def rows_of(tickets: Iterable[Ticket], priorities: Iterable[Priority]) -> list[Row]:
    """Return the rows in the given order; `priorities` gives the colours, where it is known."""
    colours = {priority.id: priority.color for priority in priorities}
    return [
        Row(ticket=ticket, priority=mark(ticket.priority, colours) if ticket.priority else None)
        for ticket in tickets
    ]


def mark(priority: Reference, colours: Mapping[str, str]) -> Mark:
    """Return how to show this priority; `colours` is by the priorities' ids."""
    match = _NUMBERED.match(priority.name)
    numbered = match[1] if match else ""
    return Mark(
        tone=tone(colours.get(priority.id, ""), priority.name),
        numbered=numbered,
        words=priority.name.removeprefix(numbered),
    )


def tone(color: str, name: str = "") -> str:
    """Return the tone that comes nearest to a colour; of an unknown one the name decides."""
    word = color.strip().casefold()
    if match := _HEX.fullmatch(word):
        return _nearest(match[1])
    for known, found in _BY_WORD.items():
        if word.endswith(known):  # DarkRed and LightBlue are a red and a blue
            return found
    return next((found for words, found in _BY_NAME if words.search(name)), NEUTRAL)


def _nearest(digits: str) -> str:
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation < 0.15 or not 0.08 < lightness < 0.95:
        return NEUTRAL
    return next(found for upto, found in _BY_HUE if hue * 360 <= upto)
