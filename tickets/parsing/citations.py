"""Which words of a request are somebody else's: quotations, headers and earlier e-mails."""

import re
from collections.abc import Iterator

from tickets.parsing.words import Span, Word

# What follows was written before, by somebody else.
EARLIER = re.compile(
    r"^[^\w\n]*(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht)[^\w\n]*$|^[ \t]*_{8,}[ \t]*$|"
    r"^[^\w\n]*(?:on|am|le|el|il|op) .{5,80} "
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef)\b.{0,60}:",
    re.IGNORECASE | re.MULTILINE,
)
# The matter of a forwarded e-mail stands in it; what it orders was meant for others.
_FORWARDED = re.compile(
    r"^[^\w\n]*(?:begin )?(?:forwarded message|weitergeleitete nachricht|message transféré)"
    r"[^\w\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
HEADER = re.compile(
    r"^(?:from|to|cc|bcc|sent|date|subject|von|an|gesendet|datum|betreff|de|à|envoyé|objet|para|"
    r"enviado|asunto|oggetto|van|aan|onderwerp|temat)\s*:.*$",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED = re.compile(
    # An inch (24") opens nothing, nor does an apostrophe: before a quotation stands no letter.
    r"""(?<!\w)"(?=\S)[^"\n]{1,200}(?<=\S)"|(?<!\w)'(?=\S)(?:[^'\n]|'(?=\w)){1,200}(?<=\S)'(?!\w)|"""
    r"“[^”\n]{1,200}”|‘(?:[^’\n]|’(?=\w)){1,200}’(?!\w)|«[^»\n]{1,200}»|„[^“”\n]{1,200}[“”]|^>.*$",
    re.MULTILINE,
)


def spans(text: str, words: list[Word]) -> list[Span]:
    """Return the words that are cited, as far as the text goes."""
    found = [_between(words, start, end) for start, end in _cited(text)]
    return [span for span in found if span.first < span.last]


def _cited(text: str) -> Iterator[tuple[int, int]]:
    for cited in (_QUOTED, HEADER):
        yield from (match.span() for match in cited.finditer(text))
    for mark in (EARLIER, _FORWARDED):
        if match := mark.search(text):
            yield match.start(), len(text)


def _between(words: list[Word], start: int, end: int) -> Span:
    inside = [place for place, word in enumerate(words) if start <= word.start < end]
    return Span(inside[0], inside[-1] + 1) if inside else Span(0, 0)
