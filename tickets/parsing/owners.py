"""Finds who is to do it.

A name alone says nothing ("Sam called"): it needs a word that orders, or a clause that says
nothing else.
"""

from collections.abc import Iterator
from dataclasses import replace

from tickets.parsing import clauses, names, vocabulary
from tickets.parsing.clauses import Wish
from tickets.parsing.found import Candidate
from tickets.parsing.words import Span, Word, phrase


def owners(words: list[Word], people: names.Names, me: Candidate | None) -> Iterator[Wish]:
    """Yield who is asked to do it; "me" is whoever writes."""
    asked: Span | None = None
    for match in people.find(words):
        if _is_somebody_else(words, match):
            continue
        match = _with_surname(words, match)
        whole = _asked(words, match.span)
        if whole and _is_excluded(words, match.span, whole.first):
            whole = None
        if asked and not whole and _or_else(words, asked, match.span):
            whole = Span(asked.last, match.span.last)
        if whole:
            # "Sam will take a look around 3 with …" says more than who does it, so it stays.
            says_more = clauses.is_same(words, match.span.first, whole.last) and (
                words[whole.last].plain in vocabulary.MORE
            )
            yield Wish(match.candidates, match.span, None if says_more else whole)
        asked = whole
    for place, word in enumerate(words):
        span = Span(place, place + 1)
        if me and word.plain in vocabulary.ME and (whole := _asked(words, span)):
            yield Wish(frozenset({me}), span, whole)


def _is_somebody_else(words: list[Word], match: names.Match) -> bool:
    """Return whether another initial stands before a surname: "A. Smith" is not Harriet."""
    place = match.span.first
    if not clauses.is_same(words, place, place - 1):
        return False
    initial = words[place - 1]
    if len(initial.text) != 1 or not initial.is_capital or words[place].start - initial.end != 2:
        return False
    return not any(phrase(one.name)[0].startswith(initial.plain) for one in match.candidates)


def _is_excluded(words: list[Word], name: Span, order: int) -> bool:
    """Return whether it is denied: "don't give this to Lars", "anyone but Lars can take it"."""
    before = (
        words[name.first - 1].plain if clauses.is_same(words, name.first, name.first - 1) else ""
    )
    if before in vocabulary.EXCEPT or clauses.is_denied(words, order):
        return True
    if name.last == len(words):
        return False
    # "I would give it to Sam, but he is out".
    takes_back = words[name.last].plain in vocabulary.BUT
    lead_in = words[clauses.clause_of(words, name.first).first : name.first]
    if takes_back and any(word.plain in vocabulary.WOULD for word in lead_in):
        return True
    is_same = clauses.is_same(words, name.first, name.last)
    return is_same and words[name.last].plain in vocabulary.CANNOT


def _with_surname(words: list[Word], match: names.Match) -> names.Match:
    """Return the match with the surname behind it, as some languages bend it: Kowalskiego."""
    place = match.span.last
    if not clauses.is_same(words, match.span.first, place) or not words[place].is_capital:
        return match
    surnames = {part[:-1] for one in match.candidates for part in phrase(one.name)[1:]}
    if any(len(stem) > 3 and words[place].plain.startswith(stem) for stem in surnames):
        return replace(match, span=Span(match.span.first, place + 1))
    return match


def nobody_known(words: list[Word]) -> str:
    """Return the name that follows "assign it to" and the like, "" if none does."""
    for place, word in enumerate(words):
        order = clauses.cue_before(words, place, vocabulary.GIVES) if place else place
        is_name = word.is_capital and not word.is_name
        if order < place and is_name and not clauses.is_denied(words, order):
            return word.text
    return ""


def _asked(words: list[Word], span: Span) -> Span | None:
    """Return the words that make the bearer of this name the owner, the name included."""
    if words[span.first].mentioned:
        return span
    begin = clauses.cue_before(words, span.first, vocabulary.GIVES)
    if begin < span.first:
        is_told = (
            clauses.is_same(words, begin, span.last) and words[span.last].plain in vocabulary.WAS
        )
        return None if is_told else Span(_led_to(words, begin), span.last)
    end = clauses.cue_after(words, span.last, vocabulary.WILL_DO)
    if end > span.last:
        if clauses.is_same(words, span.first, end) and words[end].plain in vocabulary.OWN:
            return None
        leads_on = (vocabulary.FILLERS | vocabulary.AT_IT) - vocabulary.MORE
        while clauses.is_same(words, span.first, end) and words[end].plain in leads_on:
            end += 1
        return Span(_led_to(words, span.first), end)
    if taken := _taken(words, span) or _called(words, span):
        return taken
    return clauses.alone(words, span, vocabulary.FILLERS | vocabulary.ORDERS | vocabulary.DOING)


def _led_to(words: list[Word], place: int) -> int:
    """Return where the clause begins if what leads to the order says nothing: "could you …"."""
    first = clauses.beginning_of(words, place)
    leads = (vocabulary.LINKS | vocabulary.DOING) - vocabulary.NOT
    return first if all(word.plain in leads for word in words[first:place]) else place


def _or_else(words: list[Word], asked: Span, other: Span) -> bool:
    """Return whether a second name follows the first: "Sam or Priya"."""
    between = words[asked.last : other.first]
    return len(between) < 2 and all(word.plain in vocabulary.OR for word in between)


def _taken(words: list[Word], span: Span) -> Span | None:
    if not span.first or span.last >= len(words):
        return None
    before, after = words[span.first - 1], words[span.last]
    if before.clause != after.clause:
        return None
    for left, right in vocabulary.TAKES:
        if before.plain in left and after.plain in right:
            last = span.last + 1
            while clauses.is_same(words, span.first, last) and words[last].plain in vocabulary.INTO:
                last += 1
            return clauses.with_order(words, Span(span.first - 1, last))
    return None


def _called(words: list[Word], span: Span) -> Span | None:
    """Return the name and the call after it: "Harriet, could you look at …"; "Sam please …"."""
    clause = clauses.clause_of(words, span.first)
    if clause.first != span.first or span.last >= len(words):
        return None
    if clause.last == span.last:
        end = clauses.cue_after(words, span.last, vocabulary.CALLED)
        return Span(span.first, end) if end > span.last else None
    is_asked = words[span.last].plain in vocabulary.PLEASE
    return Span(span.first, span.last + 1) if is_asked else None
