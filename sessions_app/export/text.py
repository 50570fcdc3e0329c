"""The record as plain text, for a mail or a file: no marks to know about."""

from sessions_app.export.document import Document, Item


def render(document: Document) -> str:
    """Return the file's text."""
    title = f"Session Analysis — {document.title}"
    parts = [
        f"{title}\n{'=' * min(len(title), 72)}\n{_facts(document)}",
        _section("Summary", document.summary),
        _section("What we know", "\n".join(_item("- ", item) for item in document.known)),
        _section("Steps taken", _numbered(document.steps)),
        _section("Resolution", document.resolution),
        _section("Next steps", "\n".join(f"- {line}" for line in document.next_steps)),
        f"ResolutionFlow · {document.reference}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(document: Document) -> str:
    return " | ".join(fact for fact in (*document.facts, document.client) if fact)


def _section(title: str, body: str) -> str:
    return f"{title.upper()}\n{body}" if body else ""


def _numbered(items: tuple[Item, ...]) -> str:
    return "\n".join(_item(f"{number}. ", item) for number, item in enumerate(items, 1))


def _item(mark: str, item: Item) -> str:
    """Return a list entry; its longer texts follow, indented to its own text."""
    first, *rest = "\n".join(item.texts).split("\n")
    indent = " " * len(mark)
    return "\n".join([mark + first, *(f"{indent}{line}".rstrip() for line in rest)])
