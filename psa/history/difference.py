"""What differs between two texts: by lines, and by words within a line that was changed. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Comparing takes time that grows faster than the text; nobody reads a difference this long.
LONGEST = 60_000
_PIECES = re.compile(r"\s+|[^\s\w]|\w+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line, and whether the other text has them otherwise."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `same` in both texts, `removed` from the first, or `added` by the second."""

    kind: str
    pieces: Sequence[Piece]


def is_same(before: str, after: str) -> bool:
    """Return whether the texts differ in nothing but how their lines end."""
    return before.splitlines() == after.splitlines()


def between(before: str, after: str) -> list[Line] | None:
    """Return all lines of both texts in reading order; None for texts too long to compare."""
    if max(len(before), len(after)) > LONGEST:
        return None
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for tag, i, i_end, j, j_end in _changes(old, new):
        if tag == "equal":
            lines += [Line("same", [Piece(text)]) for text in old[i:i_end]]
        else:
            lines += _changed(old[i:i_end], new[j:j_end])
    return lines


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Yield changed lines: each beside its counterpart where there are as many, else as blocks."""
    if len(old) == len(new):
        for before, after in zip(old, new, strict=True):
            removed, added = _words(before, after)
            yield Line("removed", removed)
            yield Line("added", added)
        return
    for text in old:
        yield Line("removed", [Piece(text)])
    for text in new:
        yield Line("added", [Piece(text)])


def _words(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    removed, added = [], []
    for tag, i, i_end, j, j_end in _changes(old, new):
        is_changed = tag != "equal"
        removed.append(Piece("".join(old[i:i_end]), is_changed))
        added.append(Piece("".join(new[j:j_end]), is_changed))
    return [piece for piece in removed if piece.text], [piece for piece in added if piece.text]


def _changes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
