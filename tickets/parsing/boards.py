"""Finds on which board a ticket is to stand, and in which status."""

from collections.abc import Iterable, Iterator

from tickets.parsing import clauses, names, vocabulary
from tickets.parsing.clauses import Wish
from tickets.parsing.found import Candidate
from tickets.parsing.words import Span, Word, phrase


def boards(words: list[Word], offered: Iterable[Candidate]) -> Iterator[Wish]:
    """Yield the boards that are named: whole, or by one of their kind's names beside "board"."""
    known = list(offered)
    told = [
        Wish(match.candidates, match.span, cue)
        for match in _kinds(known).find(words)
        if (cue := _on_board(words, match.span) or _put_on(words, match.span))
    ]
    yield from told
    if told:
        return
    for match in names.of_things(known).find(words):
        # What a board is called is often the matter: "onboarding of two people".
        if alone := clauses.alone(words, match.span, vocabulary.FILLERS | vocabulary.ORDERS):
            yield Wish(match.candidates, match.span, alone)


def _on_board(words: list[Word], span: Span) -> Span | None:
    """Return the span with the word board, unless it is what the request is about."""
    cue = _beside(words, span, vocabulary.BOARD)
    if cue is None:
        return None
    orders = any(
        word.plain in vocabulary.ON | vocabulary.ORDERS for word in words[cue.first : span.first]
    )
    # "Replace the security board" orders something else.
    clause = clauses.clause_of(words, cue.first)
    is_alone = cue.first == clause.first and _trailing(words, cue) == clause.last
    return cue if orders or is_alone or words[cue.last - 1].is_heading else None


def _trailing(words: list[Word], span: Span) -> int:
    last = span.last
    while clauses.is_same(words, span.first, last) and words[last].plain in vocabulary.FILLERS:
        last += 1
    return last


def _put_on(words: list[Word], span: Span) -> Span | None:
    begin = clauses.cue_before(words, span.first, vocabulary.PUT_ON)
    return Span(begin, span.last) if begin < span.first else None


def _kinds(known: list[Candidate]) -> names.Names:
    """Return the names, their telling words, and what boards of their kind are called."""
    kinds = names.of_things(known)
    for board in known:
        spelt = "".join(phrase(board.name))
        others = [kind for kind in vocabulary.BOARDS if spelt in kind]
        for other in frozenset().union(*others, phrase(board.name)):
            if len(other) > 2 or other in frozenset().union(*others):
                kinds.add(board, other)
    return kinds


def statuses(words: list[Word], offered: Iterable[Candidate]) -> Iterator[Wish]:
    """Yield the statuses that are named beside the word status, or alone in a clause."""
    for match in names.of_things(offered).find(words):
        cue = _beside(words, match.span, vocabulary.STATUS) or _of_board(words, match.span)
        # One word by itself may be anything: "…, closed, …".
        if not cue and match.span.last - match.span.first > 1:
            cue = clauses.alone(words, match.span)
        if cue:
            yield Wish(match.candidates, match.span, cue)


def _of_board(words: list[Word], span: Span) -> Span | None:
    link = span.first - 1
    if not clauses.is_same(words, span.first, link - 1) or words[link].plain not in vocabulary.IN:
        return None
    return Span(link, span.last) if words[link - 1].is_name else None


def asks_for_status(words: list[Word]) -> bool:
    """Return whether the request speaks of a status at all."""
    return any(word.plain in vocabulary.STATUS for word in words)


def _beside(words: list[Word], span: Span, cues: frozenset[str]) -> Span | None:
    """Return the span with the cue before or after it; fillers may stand between."""
    after = span.last
    if clauses.is_same(words, span.first, after) and words[after].plain in cues:
        return clauses.with_order(words, Span(span.first, after + 1))
    before = span.first - 1
    while clauses.is_same(words, span.first, before):
        if words[before].plain in cues:
            return clauses.with_order(words, Span(before, span.last))
        if words[before].plain not in vocabulary.FILLERS:
            break
        before -= 1
    return None
