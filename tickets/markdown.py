"""The Markdown of notes, and of Claude's answers, as safe HTML. Pure.

Notes come from everywhere: colleagues, customers' mails, other tools. PSAs show bold,
italic, lists and links, so that is what is made of them; everything else stays as it was
typed. docs/decisions/0003 says why there are two libraries one behind the other.
"""

import re
from collections.abc import MutableMapping, Sequence
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from resolutionflow.lib.text import storable, without_directions

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# The parser's time grows with the square of marks that lead nowhere; what is made of more of
# them, is longer or deeper nested than people write, is shown as it stands.
LONGEST = 50_000
MOST_MARKS = 2_000
DEEPEST = 20

# A picture that stands in the note itself, up to some megabytes of letters.
_PASTED_PICTURE = re.compile(r"!\[([^\]\n]{0,200})\]\(\s{0,9}data:[^)\s]*\s{0,9}\)", re.IGNORECASE)

# What costs the parser time; an escaped one does not.
_MARK = re.compile(r"\\.|([\[*_<`])", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")

_NOTE_RULES = ("hr", "list", "emphasis", "escape", "entity", "link", "autolink", "image", "newline")
_ANSWER_RULES = (*_NOTE_RULES, "backticks", "code", "fence", "heading")
_NOTE_TAGS = {"p", "br", "hr", "strong", "em", "ul", "ol", "li", "a"}


_Links = MutableMapping[str, list[str]]


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


class _AnswerRenderer(RendererHTML):
    """What a model writes leads nowhere: a click could carry what it was told to strangers."""

    def link_open(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: _Links
    ) -> str:
        """Return nothing; where the link leads is shown behind its words."""
        env.setdefault("addresses", []).append(str(tokens[idx].attrGet("href") or ""))
        return ""

    def link_close(
        self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: _Links
    ) -> str:
        """Return the address, unless it was the link's words already."""
        address = env["addresses"].pop()
        return "" if tokens[idx].markup == "autolink" else f" (<code>{escape(address)}</code>)"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return the picture's description and address."""
        token = tokens[idx]
        described = self.renderInlineAsText(token.children or [], options, env).strip()
        return f"{escape(described)} (<code>{escape(token.attrGet('src') or '')}</code>)"

    def heading_open(self, *_: object) -> str:
        """Return a line in bold: the page's own headings are an order of things."""
        return "<p><strong>"

    def heading_close(self, *_: object) -> str:
        """Return the end of that line."""
        return "</strong></p>"


def _parser(rules: Sequence[str], renderer: type[RendererHTML]) -> MarkdownIt:
    options = {"breaks": True, "html": False, "maxNesting": 2 * DEEPEST}
    parser = MarkdownIt("zero", options, renderer_cls=renderer)
    parser.enable(list(rules))
    # What may not be a link stays as it was typed.
    parser.validateLink = _is_allowed  # type: ignore[method-assign]
    return parser


_notes = _parser(_NOTE_RULES, _Renderer)
_note_cleaner = nh3.Cleaner(
    tags=_NOTE_TAGS,
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
    url_schemes=set(SCHEMES),
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
_answers = _parser(_ANSWER_RULES, _AnswerRenderer)
_answer_cleaner = nh3.Cleaner(
    tags=_NOTE_TAGS - {"a"} | {"code", "pre"},
    attributes={"*": set(), "ol": {"start"}},
    link_rel=None,
)


def render(text: str) -> SafeString:
    """Return the note as HTML of nothing but paragraphs, line breaks, bold, italic, lists, links.

    Whatever the text holds, the result carries no script, style, picture or form.
    """
    return _html(text, _notes, _note_cleaner)


def render_answer(text: str) -> SafeString:
    """Return what a model wrote as HTML: as a note, with code, and with links shown as text.

    Of an answer that is still being written the beginning is rendered as well.
    """
    return _html(text, _answers, _answer_cleaner)


def _html(text: str, parser: MarkdownIt, cleaner: nh3.Cleaner) -> SafeString:
    text = _PASTED_PICTURE.sub(_named_picture, storable(text))
    if len(text) > LONGEST or sum(map(bool, _MARK.findall(text))) > MOST_MARKS:
        return _as_it_stands(text)
    env: dict[str, object] = {}
    tokens = parser.parse(text, env)
    if any(token.level > DEEPEST for token in tokens):
        return _as_it_stands(text)
    html = parser.renderer.render(tokens, parser.options, env)
    return mark_safe(cleaner.clean(_for_a_page(html)))  # noqa: S308 - nh3 lets only the tags above through


def _named_picture(found: re.Match[str]) -> str:
    return f"Picture: {found[1]}" if found[1].strip() else "Picture"


def _for_a_page(text: str) -> str:
    """Return it with lines that wrap, and without the characters that turn its direction.

    A note keeps them, since it is compared with what was posted. The parser sees them too: taken
    away before, what stands around one would become a mark that nobody wrote.
    """
    return without_directions(text).replace("\u00a0", " ")


def _as_it_stands(text: str) -> SafeString:
    """Return the lines without formatting; an escaped character is shown without its backslash."""
    text = _for_a_page(_ESCAPED.sub(r"\1", text))
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return mark_safe(f"<p>{lines}</p>")  # noqa: S308 - every line is escaped
