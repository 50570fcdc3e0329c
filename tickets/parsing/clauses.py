"""What all ways to ask have in common: the wish, its clause, what leads to it or denies it."""

from dataclasses import dataclass

from tickets.parsing import vocabulary
from tickets.parsing.found import Candidate
from tickets.parsing.words import Span, Word

_LONGEST_CUE = 6
# How many words a denial reaches.
_DENIES = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """Candidates that were asked for: the words that name them, and all that ask for them.

    `whole` is None where the words are part of what the request is about.
    """

    candidates: frozenset[Candidate]
    named: Span
    whole: Span | None
    is_denied: bool = False
    """Said only by denying another: "not urgent". Whatever is said outright comes first."""


def cue_before(words: list[Word], place: int, cues: frozenset[tuple[str, ...]]) -> int:
    """Return where the longest cue begins that ends here; `place` itself where there is none."""
    for first in range(max(0, place - _LONGEST_CUE), place):
        said = words[first:place]
        if said[0].clause != words[place].clause:
            continue
        if tuple(word.plain for word in said) in cues:
            return first
    return place


def cue_after(words: list[Word], place: int, cues: frozenset[tuple[str, ...]]) -> int:
    """Return where the longest cue ends that begins here; `place` itself where there is none."""
    for last in range(min(len(words), place + _LONGEST_CUE), place, -1):
        if tuple(word.plain for word in words[place:last]) in cues:
            return last
    return place


def clause_of(words: list[Word], place: int) -> Span:
    """Return the clause in which the word stands."""
    number = words[place].clause
    first = last = place
    while first and words[first - 1].clause == number:
        first -= 1
    return Span(first, end_of(words, last))


def beginning_of(words: list[Word], place: int) -> int:
    """Return where the clause begins, or what follows a heading in it: "Contoso: …"."""
    first = clause_of(words, place).first
    return next((at + 1 for at in range(place - 1, first - 1, -1) if words[at].is_heading), first)


def end_of(words: list[Word], place: int) -> int:
    """Return where the clause ends in which the word stands."""
    last = place
    while last < len(words) and words[last].clause == words[place].clause:
        last += 1
    return last


def is_same(words: list[Word], place: int, other: int) -> bool:
    """Return whether both stand in one clause; a place beside the text stands in none."""
    return 0 <= other < len(words) and words[other].clause == words[place].clause


def with_order(words: list[Word], span: Span) -> Span:
    """Return the span with the fillers that lead to it: "put it on the … board"."""
    first = span.first
    while first and is_same(words, span.first, first - 1):
        if words[first - 1].plain not in vocabulary.FILLERS | vocabulary.ORDERS:
            break
        first -= 1
    return Span(first, span.last)


def alone(words: list[Word], span: Span, said: frozenset[str] = vocabulary.FILLERS) -> Span | None:
    """Return the clause, if it holds names and words that order, and nothing of the matter."""
    clause = clause_of(words, span.first)
    begin = clause_of(words, clause.first - 1).first if clause.first else 0
    rest = [*words[clause.first : span.first], *words[span.last : clause.last]]
    lead_in = words[begin : clause.first]
    orders = any(word.plain in vocabulary.DOING - vocabulary.FILLERS for word in rest)
    if not orders and any(word.plain in vocabulary.SIGNS for word in [*lead_in, *rest]):
        return None
    levels = frozenset().union(*vocabulary.LEVELS.values())
    others = [word for word in rest if word.is_name or word.plain in levels]
    # The whole request may be a name: then it is no order.
    known = said | levels
    if all(word.is_name or word.plain in known for word in rest) and (clause.first > 0 or rest):
        return with_order(words, span) if others else clause
    return None


def is_denied(words: list[Word], place: int) -> bool:
    """Return whether something before it in its clause denies what stands here."""
    return denial(words, place) < place


def denial(words: list[Word], place: int) -> int:
    """Return where the words begin that deny what stands here; `place` where none do."""
    first = at = place
    while place - at < _DENIES and is_same(words, place, at - 1):
        begin = cue_before(words, at, vocabulary.ANYTHING_BUT)
        if begin < at:
            first = at = begin
            continue
        at -= 1
        if words[at].plain in vocabulary.NOT:
            first = at
        elif words[at].plain not in vocabulary.LINKS:
            break
    return first
