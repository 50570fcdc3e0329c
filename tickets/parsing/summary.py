"""What a request says once its orders are taken out: a summary, and the text in full."""

import re

from tickets.parsing.words import Span, Word

LONGEST = 100

_LOOSE = re.compile(r"\s*\b(?:and|und|et|y|e|en|och|og|i)\b\s*(?=[,.;!?]|$)", re.IGNORECASE)
# A comma before another mark, or what is left of a clause between two.
_SEAM = re.compile(r"[ \t]*[,;:–—-]?[ \t]*(?=[,;.!?])|(?<=[,;])[ \t]*[,;]+|(?<=[.!?])[ \t]*[.,;]+")
_POLITE = re.compile(
    r"(?:(?<=[,.;!?])|\A)\s*(?:please|pls|bitte|svp|s'il vous plaît|por favor|per favore|graag|"
    r"alstublieft|proszę)\s*(?=[,.;!?]|\Z)",
    re.IGNORECASE,
)
_EDGES = " \t\r\n,;:.–—-|•"
_GREETING = re.compile(
    r"\A(?:hi|hello|hey|dear|good (?:morning|afternoon)|hallo|guten (?:tag|morgen)|moin|bonjour|"
    r"salut|hola|buenos d[ií]as|ciao|buongiorno|ol[aá]|bom dia|hoi|goedemorgen|cześć|dzień dobry|"
    r"hej)(?: (?:all|team|there|everyone|zusammen|à tous|a todos|tutti))?\b[ ,!.:–-]*[ ,!.:–\n-]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+|(?<=\d[.!?])\s+|\s*\n+\s*")


def without(text: str, words: list[Word], orders: list[Span]) -> str:
    """Return the text without the words of the orders, and without the seams they leave."""
    kept, at = [], 0
    for span in sorted(orders, key=lambda each: each.first):
        start, end = words[span.first].start, words[span.last - 1].end
        if start < at:
            continue
        kept.append(text[at:start].rstrip("@"))
        at = end
    rest = "".join([*kept, text[at:]])
    lines = [_tidy(line) for line in rest.splitlines()]
    return "\n".join(line for line in lines if line).strip(_EDGES + "!")


def _tidy(line: str) -> str:
    tidied = _SEAM.sub("", _POLITE.sub("", _LOOSE.sub("", " ".join(line.split()))))
    return " ".join(tidied.split()).strip(" \t,;:–—-")


def summarise(text: str) -> str:
    """Return the first sentence, cut between words where it is longer than LONGEST."""
    bare = _GREETING.sub("", text, count=1).strip(_EDGES)
    first = next((each for each in _SENTENCE.split(bare) if each.strip(_EDGES)), "")
    first = " ".join(first.split()).strip(_EDGES)
    if len(first) > LONGEST:
        cut = first[: LONGEST - 1]
        first = (cut.rpartition(" ")[0] or cut).rstrip(_EDGES) + "…"
    return first[:1].upper() + first[1:]


def describe(text: str, summary: str) -> str:
    """Return the text if it says more than the summary, "" otherwise."""
    bare = _GREETING.sub("", text, count=1)
    same = " ".join(bare.split()).strip(_EDGES + "!?").casefold() == summary.strip("!?").casefold()
    return "" if same else text
