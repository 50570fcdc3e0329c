"""What a request says once its orders are taken out: a summary, and the text in full."""

import re

from tickets.parsing import citations
from tickets.parsing.openings import EDGES, matter
from tickets.parsing.words import NOT_ABBREVIATED, Span, Word

LONGEST = 100

# What joined an order to the matter before it: "… and give it to Sam".
_LOOSE = re.compile(
    r"(?:\A|[\s,;])(?:and|so|but|und|aber|et|mais|y|pero|e|ma|en|maar|och|og|men|i|ale)\s*\Z"
)
_NO_MORE = re.compile(r"(?:\s+(?:please|pls|plz|bitte))?\s*(?:[.,;!?\n]|\Z)", re.IGNORECASE)
# A comma before another mark, or what is left of a clause between two.
_SEAM = re.compile(r"(?<=[.!?])[ \t]*[.,;]+|[ \t]*[,;:–—-]?[ \t]*(?=[,;.!?])|(?<=[,;])[ \t]*[,;]+")
_POLITE = re.compile(
    r"(?:(?<=[,.;!?])|\A)\s*(?:please|pls|plz|bitte|svp|s'il vous plaît|por favor|per favore|graag|"
    r"alstublieft|proszę)\s*(?=[,.;!?]|[–—-]\s|\Z)|"
    r"\s(?:please|pls|plz)\Z",
    re.IGNORECASE,
)
_AROUND = ("[]", "()", "{}", "**", "__")
_SLASH = re.compile(r"\s+[/|]\s")
_ENDS = (",", ";", ".", "!", "?", "–", "—")
# Where a form or a forwarded e-mail says what the matter is.
_LABELLED = re.compile(
    r"(?:\A|\n|[/|;,.] )\s*(?:issue|problem|summary|subject|betreff|objet|asunto|oggetto|assunto|"
    r"onderwerp|temat)\s*: *([^\n|]+?)\s*(?=\s/\s|[\n|]|\Z)",
    re.IGNORECASE,
)
# What joined an order at the beginning to the matter: "Not urgent, but …".
_JOINT = re.compile(
    r"\A\W*(?:but|so|and|is fine|is ok|aber|und|mais|et|pero|ma|maar)\b\W*", re.IGNORECASE
)
_SENTENCE = re.compile(rf"(?:(?<=[\w)\]])[!?]|(?<=[\w)\]]){NOT_ABBREVIATED}\.)\s+|\s*\n+\s*")


def without(text: str, words: list[Word], orders: list[Span]) -> str:
    """Return the text without the words of the orders, and without the seams they leave."""
    kept, at = [], 0
    for span in sorted(orders, key=lambda each: each.first):
        start, end = words[span.first].start, words[span.last - 1].end
        if start < at:
            continue
        start, end = _with_brackets(text, start, end)
        before = text[at:start].rstrip("@")
        kept.append(_LOOSE.sub("", before) if _NO_MORE.match(text, end) else before)
        # A question or a cry of its own takes its mark along.
        is_whole = not "".join(kept).strip() or kept[-1].rstrip()[-1:] in _ENDS
        at = end + 1 if is_whole and text[end : end + 1] in ("?", "!") else end
        if not "".join(kept).strip() and (slash := _SLASH.match(text, at)):
            at = slash.end()
    rest = "".join([*kept, text[at:]])
    if any(span.first == 0 for span in orders):
        rest = _JOINT.sub("", rest, count=1)
    lines = [_tidy(line) for line in rest.splitlines()]
    return "\n".join(line for line in lines if line).strip(EDGES + "!")


def _with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the words begin and end together with the brackets around nothing else."""
    while start and text[start - 1] + text[end : end + 1] in _AROUND:
        start, end = start - 1, end + 1
    return start, end


def _tidy(line: str) -> str:
    tidied = _SEAM.sub("", _POLITE.sub("", " ".join(line.split())))
    return " ".join(tidied.split()).strip(" \t,;:–—->→")


def summarise(text: str) -> str:
    """Return the first sentence, cut between words where it is longer than LONGEST."""
    bare = matter(text)
    # A message that is nothing but a quotation has its matter in there.
    bare = citations.EARLIER.split(bare)[0].strip() or bare
    if labelled := _LABELLED.search(bare):
        bare = labelled[1]
    bare = citations.HEADER.sub("", bare).strip() or bare
    first = next((each for each in _SENTENCE.split(bare) if each.strip(EDGES)), "")
    first = " ".join(first.split()).strip(EDGES)
    if len(first) > LONGEST:
        cut = first[: LONGEST - 1]
        first = (cut.rpartition(" ")[0] or cut).rstrip(EDGES) + "…"
    return first[:1].upper() + first[1:]


def describe(text: str, summary: str) -> str:
    """Return the text if it says more than the summary, "" otherwise."""
    bare = matter(text)
    same = " ".join(bare.split()).strip(EDGES + "!?").casefold() == summary.strip("!?").casefold()
    return "" if same else text
