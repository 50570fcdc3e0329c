"""Notes as different Markdown readers show them: as lines of text, and what they would load."""

import re
from collections.abc import Callable
from html import unescape

from markdown_it import MarkdownIt

from resolutionflow.lib.text import without_directions
from tickets.markdown import render

_commonmark = MarkdownIt("commonmark", {"breaks": True, "html": True})
# GitHub's additions, as far as they need no further library.
_github = MarkdownIt("commonmark", {"breaks": True, "html": True})
_github.enable(["table", "strikethrough"])

READERS: dict[str, Callable[[str], str]] = {
    "ours": render,
    "commonmark": _commonmark.render,
    "github": _github.render,
}


def lines(html: str) -> list[str]:
    """Return the lines that somebody sees, each with its runs of blanks collapsed."""
    text = re.sub(r"<br ?/?>|</?(?:p|li|ul|ol|hr|h\d|pre|blockquote)\b[^>]*>", "\n", html)
    text = without_directions(unescape(re.sub(r"<[^>]*>", "", text)))
    shown = (" ".join(line.split()) for line in text.split("\n"))
    return [line for line in shown if line]


def live(html: str) -> list[str]:
    """Return the pictures, links and raw elements that the page would hold."""
    return re.findall(r"<(?!/?(?:p|br|strong|ul|ol|li)\b)[^>]*>", html)
