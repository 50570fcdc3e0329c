"""The Markdown of notes as safe HTML. Pure.

Notes come from everywhere: colleagues, customers' mails, other tools. ConnectWise shows bold,
italic, lists and links, so that is what is made of them; everything else stays as it was
typed. docs/decisions/0003 says why there are two libraries one behind the other.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# The parser's time grows with the square of marks that lead nowhere; what is made of more of
# them, is longer or deeper nested than people write, is shown as it stands.
LONGEST = 50_000
MOST_MARKS = 2_000
DEEPEST = 20

_RULES = ("hr", "list", "emphasis", "escape", "entity", "link", "autolink", "image", "newline")


def _is_allowed(url: str) -> bool:
    """Return whether a link may lead there: an absolute address of an allowed scheme."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    if parts.scheme.lower() not in SCHEMES:
        return False
    return bool(parts.netloc) if parts.scheme.lower() in ("http", "https") else True


class _Renderer(RendererHTML):
    """Pictures are not loaded (their sender would see who reads); a link leads to them."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return a link with the picture's description."""
        token = tokens[idx]
        described = self.renderInlineAsText(token.children or [], options, env).strip()
        words = f"Picture: {described}" if described else "Picture"
        return f'<a href="{escape(token.attrGet("src") or "")}">{escape(words)}</a>'


def _parser() -> MarkdownIt:
    options = {"breaks": True, "html": False, "maxNesting": 2 * DEEPEST}
    parser = MarkdownIt("zero", options, renderer_cls=_Renderer)
    parser.enable(list(_RULES))
    # What may not be a link stays as it was typed.
    parser.validateLink = _is_allowed  # type: ignore[method-assign]
    return parser


_markdown = _parser()
_cleaner = nh3.Cleaner(
    tags={"p", "br", "hr", "strong", "em", "ul", "ol", "li", "a"},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)


def render(text: str) -> SafeString:
    """Return the note as HTML of nothing but paragraphs, line breaks, bold, italic, lists, links.

    Whatever the text holds, the result carries no script, style, picture or form.
    """
    # Half a character is nothing that a page can carry.
    text = text.encode("utf-8", "replace").decode().replace("\u00a0", " ")
    if len(text) > LONGEST or sum(map(text.count, "[*_<")) > MOST_MARKS:
        return _as_it_stands(text)
    env: dict[str, object] = {}
    tokens = _markdown.parse(text, env)
    if any(token.level > DEEPEST for token in tokens):
        return _as_it_stands(text)
    html = _markdown.renderer.render(tokens, _markdown.options, env)
    return mark_safe(_cleaner.clean(html))  # noqa: S308 - nh3 lets only the tags above through


def _as_it_stands(text: str) -> SafeString:
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return mark_safe(f"<p>{lines}</p>")  # noqa: S308 - every line is escaped
