"""The note for the PSA's ticket: bold, lists and plain lines, nothing else.

ConnectWise shows bold, italic, lists and links; what it makes of headings, tables and code
fences is not established, so a line that would start one is disarmed with a backslash.
"""

import re

from sessions_app.export.document import Document, Item

# A heading, a fence, a table row, or a line that turns the line above into a heading or table.
_BLOCK_START = re.compile(
    r"^(\s*(?:(?:[-*+]|\d+[.)])\s+|>\s*)*)"  # also inside a list or a quotation
    r"(?=\#{1,6}(?:\s|$)|`{3}|~{3}|\||=+\s*$|:?-+:?\s*(?:\||$))"
)


def render(document: Document, *, reference: str = "") -> str:
    """Return the note; `reference` replaces the session's own in the last line."""
    parts = [
        f"**Session Analysis — {document.title}**\n{' | '.join(document.facts)}",
        _section("Summary", plain(document.summary)),
        _section("What we know", "\n".join(_item("- ", item) for item in document.known)),
        _section("Steps taken", _numbered(document.steps)),
        _section("Resolution", plain(document.resolution)),
        _section("Next steps", "\n".join(f"- {plain(line)}" for line in document.next_steps)),
        f"ResolutionFlow · {reference or document.reference}",
    ]
    return "\n\n".join(part for part in parts if part)


def plain(text: str) -> str:
    """Return the text with every line disarmed that would start a heading, table or fence."""
    return "\n".join(_BLOCK_START.sub(r"\1" + "\\\\", line) for line in text.split("\n"))


def _section(title: str, body: str) -> str:
    """Return a titled part, or nothing when it is empty."""
    return f"**{title}**\n{body}" if body else ""


def _numbered(items: tuple[Item, ...]) -> str:
    return "\n".join(_item(f"{number}. ", item) for number, item in enumerate(items, 1))


def _item(mark: str, item: Item) -> str:
    """Return a list entry whose longer texts follow it, indented."""
    texts = (item.line, item.notes, item.command_output)
    lines = [line for text in texts if text for line in plain(text).split("\n")]
    indent = " " * len(mark)
    return mark + "\n".join(f"{indent}{line}".rstrip() for line in lines).lstrip()
