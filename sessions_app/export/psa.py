"""The note for the PSA's ticket: bold, lists and plain lines, nothing else.

PSAs show bold, italic, lists and links. What was typed shall be read as it was typed, so
whatever Markdown would make something else of is escaped (see escaping.py).
"""

from collections.abc import Iterable

from sessions_app.export.document import Document, Item
from sessions_app.export.escaping import escape, escape_in_bold


def render(document: Document, *, reference: str = "") -> str:
    """Return the note; `reference` replaces the session's own in the last line."""
    title = escape_in_bold(f"Session Analysis — {document.title}".rstrip())
    facts = " | ".join(document.facts)
    parts = [
        f"**{title}**\n{escape(facts)}",
        _section("Summary", escape(document.summary)),
        _section("What we know", "\n".join(entry("- ", item) for item in document.known)),
        _section("Steps taken", numbered(document.steps)),
        _section("Resolution", escape(document.resolution)),
        _section("Next steps", "\n".join(f"- {escape(line)}" for line in document.next_steps)),
        f"ResolutionFlow · {reference or document.reference}",
    ]
    return "\n\n".join(part for part in parts if part)


def _section(title: str, body: str) -> str:
    """Return a titled part, or nothing when it is empty."""
    return f"**{title}**\n{body}" if body else ""


def numbered(items: Iterable[Item]) -> str:
    """Return the steps; one that stands for others has no number, and counts as they would."""
    lines, number = [], 0
    for item in items:
        number += item.left_out or 1
        lines.append(entry("- " if item.left_out else f"{number}. ", item))
    return "\n".join(lines)


def entry(mark: str, item: Item) -> str:
    """Return a list entry whose longer texts follow it, indented."""
    lines = escape("\n".join(item.texts)).split("\n")
    indent = " " * len(mark)
    return mark + "\n".join(f"{indent}{line}".rstrip() for line in lines).lstrip()
