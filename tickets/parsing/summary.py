"""What a request says once its orders are taken out: a summary, and the text in full."""

import re

from tickets.parsing.words import Span, Word

LONGEST = 100

_LOOSE = re.compile(r"\s*\b(?:and|und|et|y|e|en|och|og|i)\b\s*(?=[,.;!?]|$)", re.IGNORECASE)
# A comma before another mark, or what is left of a clause between two.
_SEAM = re.compile(r"(?<=[.!?])[ \t]*[.,;]+|[ \t]*[,;:–—-]?[ \t]*(?=[,;.!?])|(?<=[,;])[ \t]*[,;]+")
_POLITE = re.compile(
    r"(?:(?<=[,.;!?])|\A)\s*(?:please|pls|bitte|svp|s'il vous plaît|por favor|per favore|graag|"
    r"alstublieft|proszę)\s*(?=[,.;!?]|\Z)",
    re.IGNORECASE,
)
_ENDS = (",", ";", ".", "!", "?", "–", "—")
_EDGES = " \t\r\n,;:.–—-|•"
_GREETING = re.compile(
    r"\A(?:hi|hiya|heya|howdy|hello|hey|dear|good (?:morning|afternoon|evening)|hallo|"
    r"morning(?=\s*[,!.\n]| all\b| team\b| everyone\b)|"
    r"guten (?:tag|morgen|abend)|grüß gott|grüezi|servus|moin(?: moin)?|bonjour|bonsoir|salut|hola|"
    r"buenos d[ií]as|buenas(?: tardes)?|ciao|salve|buongiorno|buonasera|ol[aá]|bom dia|boa tarde|"
    r"hoi|goedemorgen|goedemiddag|goedendag|cześć|witam|dzień dobry|hejsan|hej|hei|"
    r"god (?:morgon|morgen|dag))"
    r"(?: (?:all|team|there|everyone|zusammen|à tous|a todos|tutti))?\b"
    r"(?:\s*[,!.:]+|\s+[–-])?(?:\s+|\Z)",
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
        # A question or a cry of its own takes its mark along.
        is_whole = not "".join(kept).strip() or kept[-1].rstrip()[-1:] in _ENDS
        at = end + 1 if is_whole and text[end : end + 1] in ("?", "!") else end
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
