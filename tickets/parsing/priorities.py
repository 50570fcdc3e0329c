"""Finds how much it matters, where it is a wish: "CPU usage is high" describes what is wrong."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tickets.parsing import clauses, names, vocabulary
from tickets.parsing.clauses import Wish
from tickets.parsing.found import Candidate
from tickets.parsing.words import Span, Word, phrase


def priorities(words: list[Word], offered: Iterable[Candidate]) -> list[Wish]:
    """Return the priorities that are asked for: by name, by a number, by what people say."""
    told = list(_priorities(words, list(offered)))
    outright = any(wish.candidates and not wish.is_denied for wish in told)
    nobody: frozenset[Candidate] = frozenset()
    return [
        replace(wish, candidates=nobody) if wish.is_denied and outright else wish for wish in told
    ]


def _priorities(words: list[Word], known: list[Candidate]) -> Iterator[Wish]:
    for match in names.of_things(known).find(words):
        whole = _meant(words, match.span)
        if whole and not clauses.is_denied(words, match.span.first):
            yield Wish(match.candidates, match.span, whole)
    for place in range(len(words)):
        if wish := _numbered(words, place, known) or _said(words, place, known):
            yield wish
        last = clauses.cue_after(words, place, vocabulary.NO_HURRY)
        if last > place and (candidates := _of_level("low", "low", known)):
            span = Span(place, last)
            yield Wish(candidates, span, _led_whole(words, span))


def _said(words: list[Word], place: int, known: list[Candidate]) -> Wish | None:
    """Return the priority that one word asks for."""
    span, word = Span(place, place + 1), words[place].plain
    level = _level(word)
    whole = _meant(words, span) if level else None
    if not whole:
        return None
    is_denied = clauses.is_denied(words, place) or _is_denied_after(words, place + 1)
    if is_denied:
        # "Not low" may be anything above.
        if level not in vocabulary.PRESSING:
            return None
        whole = _with_denial(words, whole, place)
        level, word = "low", "low"
    candidates = _of_level(level, word, known)
    return Wish(candidates, span, whole, is_denied) if candidates else None


def _with_denial(words: list[Word], whole: Span, place: int) -> Span:
    """Return the span with the words that deny it: "it is not … at all"."""
    first = min(whole.first, clauses.denial(words, place))
    last = max(whole.last, _after_denial(words, place + 1))
    return _widened(words, Span(first, clauses.cue_after(words, last, vocabulary.AFTER_DENIAL)))


def _is_denied_after(words: list[Word], place: int) -> bool:
    return _after_denial(words, place) > place


def _after_denial(words: list[Word], place: int) -> int:
    """Return where a clause ends that is denied at its end: "det haster ikke"."""
    if not place < len(words) or not clauses.is_same(words, place - 1, place):
        return place
    rest = words[place : clauses.end_of(words, place)]
    said = vocabulary.LINKS - vocabulary.OR | vocabulary.NOT
    ends = rest[-1].plain in vocabulary.NOT and all(word.plain in said for word in rest)
    return place + len(rest) if ends else place


def _numbered(words: list[Word], place: int, known: list[Candidate]) -> Wish | None:
    """Return the priority of "P2", "prio 2", "priority: 2"."""
    word = words[place].plain
    stem, digits = word.rstrip("0123456789"), word[len(word.rstrip("0123456789")) :]
    span = Span(place, place + 1)
    if not stem and place and words[place - 1].plain in vocabulary.PRIORITY:
        span = Span(place - 1, place + 1)
    elif stem not in vocabulary.NUMBERED:
        return None
    elif clauses.is_same(words, place, place - 1) and words[place - 1].plain in vocabulary.PRIORITY:
        span = Span(place - 1, place + 1)
    fitting = _of_number(digits, known)
    if not fitting:
        return None
    led = clauses.with_order(words, span)
    if clauses.is_denied(words, span.first):
        # "P3, not P1" says which not, and nothing by itself.
        return Wish(frozenset(), span, _widened(words, span), is_denied=True)
    if words[led.first].plain in vocabulary.ORDERS:
        return Wish(fitting, span, led)
    # "rack P3 at Litware" is no priority.
    is_wish = span.last - span.first > 1 or _is_at_edge(words, span)
    follows = clauses.is_same(words, span.first, led.first - 1)
    if not is_wish or (follows and words[led.first - 1].plain in vocabulary.PLACES):
        return None
    return Wish(fitting, span, _led_whole(words, span))


def _led_whole(words: list[Word], span: Span) -> Span:
    """Return the span with what leads to it, where that says nothing: "this is a P2"."""
    led = clauses.with_order(words, span)
    return led if led.first == clauses.beginning_of(words, span.first) else span


def _of_number(digits: str, known: list[Candidate]) -> frozenset[Candidate]:
    return frozenset(each for each in known if digits and digits in re.findall(r"\d+", each.name))


def _level(word: str) -> str:
    return next((name for name, said in vocabulary.LEVELS.items() if word in said), "")


def _meant(words: list[Word], span: Span) -> Span | None:
    """Return the words that ask for this level, None where it describes something else."""
    for other in (span.first - 1, span.last):
        if clauses.is_same(words, span.first, other) and words[other].plain in vocabulary.PRIORITY:
            return _with_preposition(words, Span(min(other, span.first), max(other + 1, span.last)))
    linked = span.first - 2
    if clauses.is_same(words, span.first, linked) and words[linked].plain in vocabulary.PRIORITY:
        is_told = words[linked + 1].plain in vocabulary.WAS
        return None if is_told else Span(linked, span.last)
    if _is_first_heading(words, span):
        return span
    if alone := _alone_but_people(words, span):
        return alone
    is_plain = words[span.first].plain in vocabulary.PLAINLY_URGENT
    return span if is_plain and _is_at_edge(words, span) else None


def _is_first_heading(words: list[Word], span: Span) -> bool:
    """Return whether the level stands before a colon, and nothing of the matter before it."""
    word = words[span.first]
    before = words[: span.first]
    is_level = word.is_heading and word.plain not in vocabulary.NO_LEVEL_ALONE
    return is_level and all(each.plain in vocabulary.BEFORE_MATTER for each in before)


def _with_preposition(words: list[Word], span: Span) -> Span:
    """Return the span with "with a …" before it."""
    led = range(clauses.with_order(words, span).first, span.first)
    return Span(
        next((at for at in led if words[at].plain in vocabulary.WITH), span.first), span.last
    )


def _is_at_edge(words: list[Word], span: Span) -> bool:
    """Return whether the clause begins or ends here: within it, it describes something."""
    clause = clauses.clause_of(words, span.first)
    denied = clauses.denial(words, span.first)
    return clause.first in (span.first, denied) or clause.last == span.last


def _alone_but_people(words: list[Word], span: Span) -> Span | None:
    clause = clauses.clause_of(words, span.first)
    rest = [*words[clause.first : span.first], *words[span.last : clause.last]]
    said = [word for word in rest if not word.is_name]
    told = vocabulary.LINKS if clauses.is_denied(words, span.first) else vocabulary.FILLERS
    if not all(word.plain in told | vocabulary.NOT for word in said):
        return None
    if len(said) < len(rest):
        return span
    return clause if len(rest) < len(words) - 1 or rest else None


def _of_level(level: str, word: str, known: list[Candidate]) -> frozenset[Candidate]:
    """Return the priority that is called by this very word, else by one that means the same."""
    said = vocabulary.LEVELS[level]
    by_name = [each for each in known if word in phrase(each.name)]
    by_sense = [each for each in known if said & set(phrase(each.name))]
    if level == "low":
        by_sense += [each for each in known if phrase(each.name) in vocabulary.NO_HURRY]
    return frozenset(by_name or by_sense)


def _widened(words: list[Word], span: Span) -> Span:
    first = span.first
    said = vocabulary.FILLERS | vocabulary.DEGREES | vocabulary.NOT
    while first and words[first - 1].plain in said:
        if words[first - 1].clause != words[span.first].clause:
            break
        first -= 1
    return Span(first, span.last)
