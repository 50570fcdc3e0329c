"""The session's record in four formats, all from one document. Knows no Django."""

from collections.abc import Callable
from dataclasses import dataclass

from sessions_app.export import html, markdown, psa, text
from sessions_app.export.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How a record is downloaded: its name for people, its type, how files are named."""

    name: str
    label: str
    content_type: str
    suffix: str
    render: Callable[[Document], str]
    # Whether it shows pictures; the others say what these show.
    has_pictures: bool = False

    def filename(self, reference: str) -> str:
        """Return the name of the download, such as RF-7K3Q9D.md."""
        return f"{reference}{self.suffix}"


FORMATS = {
    item.name: item
    for item in (
        Format(
            name="psa",
            label="PSA note",
            content_type="text/markdown; charset=utf-8",
            suffix=".psa.md",
            render=psa.render,
        ),
        Format(
            name="markdown",
            label="Markdown",
            content_type="text/markdown; charset=utf-8",
            suffix=".md",
            render=markdown.render,
        ),
        Format(
            name="text",
            label="Text",
            content_type="text/plain; charset=utf-8",
            suffix=".txt",
            render=text.render,
        ),
        Format(
            name="html",
            label="HTML",
            content_type="text/html; charset=utf-8",
            suffix=".html",
            render=html.render,
            has_pictures=True,
        ),
    )
}


def render(document: Document, format_name: str) -> str:
    """Return the document in the format (psa, markdown, text, html); KeyError otherwise."""
    return FORMATS[format_name].render(document)
