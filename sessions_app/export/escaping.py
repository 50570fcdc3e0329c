"""Typed text for a note in Markdown: what a reader would change is escaped, and nothing else. Pure.

The readers are CommonMark with hard line breaks, the tables and the strikethrough that GitHub
adds, and our own (tickets/markdown.py). Delimiters pair within a paragraph, so a mark that has
no partner there stays as it was typed; where the three readers differ, the mark is escaped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from itertools import pairwise

_BLANK = r"[ \t\u00a0]*"
# What begins a block at the start of a line. The named group is the character to escape.
_BLOCK_START = re.compile(
    rf"""^{_BLANK}(?:
      (?P<heading>\#)\#{{0,5}}(?=\s|$)
    | (?P<quote>>)
    | (?P<bullet>[-+*])(?=\s|$)
    | [0-9]{{1,9}}(?P<number>[.)])(?=\s|$)
    | (?P<underline>=)=*[ \t]*$
    | (?=[:| \t]*-)(?P<table>[-:|])[-:| \t]*$  # also the underline of a heading, and a rule
    | (?P<task>\[)(?=[ xX]\]\s)
    | (?P<label>\[)                              # of a link, defined here
    )""",
    re.MULTILINE | re.VERBOSE,
)
_LONGEST_LABEL = 999
_RULE = re.compile(r"^[ \t\u00a0]*([*_])(?:[ \t]*\1){2,}[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t\u00a0]*(?:`{3}|~{3})", re.MULTILINE)
_INLINE = re.compile(
    r"""(?P<backslash>\\(?=[!-/:-@\[-`{-~]|$))
    | (?P<entity>&(?=(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|(?P<name>[A-Za-z][A-Za-z0-9]{1,31}));))
    | (?P<html><(?=[A-Za-z/!?]|[^\s<>@]*@[^\s<>]*>))
    | (?P<link>\](?=\())""",
    re.MULTILINE | re.VERBOSE,
)
_RUNS = {mark: re.compile(rf"{re.escape(mark)}+") for mark in "*_`"} | {"~": re.compile("~{2,}")}


def escape(text: str) -> str:
    """Return the lines so that a Markdown reader shows every character of them."""
    first, *rest = re.split(r"(\n{2,})", text)
    return _paragraph(first) + "".join(_paragraph(_no_code(part)) for part in rest)


def escape_in_bold(line: str) -> str:
    """Return the line so that `**line**` is bold and shows every character of it."""
    return _with_backslashes(line, {*_inline(line), *_delimiters(line, in_bold=True)})


def _paragraph(text: str) -> str:
    return _with_backslashes(text, {*_inline(text), *_block_starts(text), *_delimiters(text)})


def _with_backslashes(text: str, positions: set[int]) -> str:
    cuts = [0, *sorted(positions), len(text)]
    return "\\".join(text[start:end] for start, end in pairwise(cuts))


def _no_code(paragraph: str) -> str:
    """Return a paragraph that does not begin as indented code, where escapes would be shown.

    The first blank becomes a no-break space, which is as wide and indents nothing.
    """
    blanks = paragraph[: len(paragraph) - len(paragraph.lstrip(" \t"))]
    if len(blanks) < 4 and "\t" not in blanks:
        return paragraph
    return "\u00a0" + blanks.expandtabs(4)[1:] + paragraph[len(blanks) :]


def _inline(text: str) -> Iterator[int]:
    """Yield where escapes, entities, HTML and links begin."""
    first_bracket = text.find("[")
    for found in _INLINE.finditer(text):
        if found["name"] and f"{found['name']};" not in html5:
            continue
        if found["link"] and not 0 <= first_bracket < found.start():
            continue
        yield found.start()


def _block_starts(text: str) -> Iterator[int]:
    """Yield where headings, lists, quotations, tables, rules and definitions begin."""
    for found in _BLOCK_START.finditer(text):
        if found["label"] and text.find("]:", found.end(), found.end() + _LONGEST_LABEL + 2) < 0:
            continue
        yield found.start(found.lastgroup or 0)
    for found in _RULE.finditer(text):
        yield from (at for at in range(*found.span()) if text[at] == found[1])


def _delimiters(text: str, *, in_bold: bool = False) -> Iterator[int]:
    """Yield the marks of emphasis, strikethrough, code and fences that can find a partner."""
    edge = "*" if in_bold else " "
    has_fence = _FENCE.search(text) is not None
    for mark, pattern in _RUNS.items():
        runs = [_Run.of(found, text, edge) for found in pattern.finditer(text)]
        if in_bold or _have_partners(mark, runs) or (has_fence and mark in "`~"):
            yield from (at for run in runs if run.opens or run.closes for at in run.span)


@dataclass(frozen=True, slots=True)
class _Run:
    """A delimiter run, and whether it could open or close; in doubt it could."""

    span: range
    opens: bool
    closes: bool

    @classmethod
    def of(cls, found: re.Match[str], text: str, edge: str) -> "_Run":
        start, end = found.span()
        if found[0][0] in "`~":
            return cls(range(start, end), opens=True, closes=True)
        before = text[start - 1] if start else " "
        after = text[end] if end < len(text) else edge
        opens, closes = not after.isspace(), not before.isspace()
        if found[0][0] == "_":
            opens, closes = opens and not before.isalnum(), closes and not after.isalnum()
        return cls(range(start, end), opens, closes)


def _have_partners(mark: str, runs: list[_Run]) -> bool:
    """Return whether one of the runs could close what one before it opened."""
    if mark == "`":
        lengths = [len(run.span) for run in runs]
        return len(set(lengths)) < len(lengths)
    first = next((at for at, run in enumerate(runs) if run.opens), len(runs))
    return any(run.closes for run in runs[first + 1 :])
