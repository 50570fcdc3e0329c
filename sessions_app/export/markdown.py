"""The record as a Markdown file: shows exactly what was typed, in any renderer."""

import re

from sessions_app.export.document import Document, Item

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&#])")
# Marks that mean something at the start of a line only.
_LINE_START = re.compile(r"^([-+=]|\d+(?=[.)](?:\s|$)))")


def render(document: Document) -> str:
    """Return the file's text."""
    head = [f"# Session Analysis — {escape(document.title)}", " · ".join(_facts(document))]
    parts = [
        *head,
        _section("Summary", _paragraphs(document.summary)),
        _section("What we know", "\n".join(_item("- ", item) for item in document.known)),
        _section("Steps taken", _numbered(document.steps)),
        _section("Resolution", _paragraphs(document.resolution)),
        _section("Next steps", "\n".join(f"- {escape(line)}" for line in document.next_steps)),
        f"ResolutionFlow · {document.reference}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape(text: str) -> str:
    """Return the text so that Markdown shows it as it was typed."""
    return "\n".join(_escape_line(line) for line in text.split("\n"))


def fence(text: str) -> str:
    """Return the text in a code fence that is longer than any inside it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}\n{text}\n{marks}"


def _escape_line(line: str) -> str:
    typed = line.lstrip(" \t")
    # Spaces in front would vanish, or turn the line into code.
    indent = line[: len(line) - len(typed)].replace("\t", " " * 4).replace(" ", "&nbsp;")
    text = _SPECIAL.sub(r"\\\1", typed)
    return indent + _LINE_START.sub(_disarm, text)


def _disarm(match: re.Match[str]) -> str:
    mark = match.group()
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def _facts(document: Document) -> list[str]:
    return [escape(fact) for fact in (*document.facts, document.client) if fact]


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _paragraphs(text: str) -> str:
    """Return the text with its line breaks kept (a backslash ends the line)."""
    return re.sub(r"(?<=\S)\n(?=[^\n])", "\\\\\n", escape(text))


def _numbered(items: tuple[Item, ...]) -> str:
    return "\n".join(_item(f"{number}. ", item) for number, item in enumerate(items, 1))


def _item(mark: str, item: Item) -> str:
    """Return a list entry with its notes and its output as parts of the same entry."""
    parts = [_paragraphs(item.line)]
    if item.notes:
        parts.append(_paragraphs(item.notes))
    parts += [_paragraphs(file.line) for file in item.files]
    if item.command_output:
        parts.append(fence(item.command_output))
    return mark + _indent("\n\n".join(parts), " " * len(mark))


def _indent(text: str, indent: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(indent + line if line else line for line in rest)])
