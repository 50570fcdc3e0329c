"""A request as words: where they stand, how they compare, which belong together."""

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’`][^\W_]+)*")
# Before a full stop that ends nothing: a single letter ("A. Datum", "z.B."), an abbreviation.
_ABBREVIATIONS = (
    *("dr", "mr", "mrs", "ms", "prof", "st", "nr", "no(?=\\.\\s*\\d)", "approx", "incl", "tel"),
    *("bzw", "ca", "inkl", "evtl", "ggf", "mme", "sra", "dra", "ing"),
)
NOT_ABBREVIATED = (
    "(?i:" + "".join(rf"(?<!\b{each})" for each in (r"[^\W\d]", *_ABBREVIATIONS)) + ")"
)
# What ends a clause.
_BREAK = re.compile(rf"[,;!?\n()\[\]{{}}|•]|{NOT_ABBREVIATED}\.(?=\s|$)|\s[-–—/]+\s|[–—]")
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "đ": "d", "œ": "oe"})
_UMLAUT = re.compile(r"([aou])e")


def canonical(text: str) -> str:
    """Return the text as it is compared: without case, accents and apostrophes.

    "Müller", "Mueller" and "Muller" are one.
    """
    folded = text.casefold().translate(_PLAIN)
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(each)
    )
    return _UMLAUT.sub(r"\1", re.sub(r"['’`]", "", bare))


def phrase(text: str) -> tuple[str, ...]:
    """Return the canonical words of a text."""
    return tuple(filter(None, map(canonical, _WORD.findall(text))))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the request: its place in the text, and in which clause it stands."""

    text: str
    plain: str
    start: int
    end: int
    clause: int
    mentioned: bool
    """Written as @word."""
    is_heading: bool = False
    """Followed by a colon."""
    is_name: bool = False
    """Part of what somebody or something that may be asked for is called."""

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


def split(text: str) -> list[Word]:
    """Return the words of a text in order."""
    breaks = [match.start() for match in _BREAK.finditer(text)]
    words, clause = [], 0
    for match in _WORD.finditer(text):
        while clause < len(breaks) and breaks[clause] < match.start():
            clause += 1
        plain = canonical(match[0])
        if not plain:  # nothing but a mark that belongs to a letter
            continue
        start, end = match.span()
        mentioned = text[start - 1 : start] == "@"
        heading = text[end : end + 2].lstrip().startswith(":")
        words.append(Word(match[0], plain, start, end, clause, mentioned, heading))
    return words


@dataclass(frozen=True, slots=True)
class Span:
    """The words from `first` up to and without `last`, by their number."""

    first: int
    last: int

    def of(self, text: str, words: list[Word]) -> str:
        """Return how the words are written."""
        return text[words[self.first].start : words[self.last - 1].end]

    def meets(self, other: "Span") -> bool:
        """Return whether the two share a word."""
        return self.first < other.last and other.first < self.last
