"""Which words of a request are somebody else's: quotations, headers and earlier e-mails."""

import re
from collections.abc import Iterator

from tickets.parsing.words import Span, Word

_CITED = re.compile(
    # An inch (24") opens nothing: before a quotation stands no letter or digit.
    r"""(?<!\w)"(?=\S)[^"\n]{1,200}(?<=\S)"|“[^”\n]{1,200}”|«[^»\n]{1,200}»|„[^“”\n]{1,200}[“”]|"""
    r"^(?:from|to|cc|bcc|sent|date|subject|von|an|gesendet|betreff|de|à|objet|para|asunto)\s*:.*$|"
    r"^\s*-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine).*|"
    r"^on .{5,80} wrote:.*",
    re.IGNORECASE | re.MULTILINE,
)
_TO_THE_END = re.compile(r"^\s*-{2,}|^on .{5,80} wrote:", re.IGNORECASE)


def spans(text: str, words: list[Word]) -> list[Span]:
    """Return the words that are cited, as far as the text goes."""
    return list(_spans(text, words))


def _spans(text: str, words: list[Word]) -> Iterator[Span]:
    for match in _CITED.finditer(text):
        end = len(text) if _TO_THE_END.match(match[0]) else match.end()
        inside = [at for at, word in enumerate(words) if match.start() <= word.start < end]
        if inside:
            yield Span(inside[0], inside[-1] + 1)
