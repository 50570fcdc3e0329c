"""Finds who is to do it, how much it matters, on which board and in which status.

The same words also describe what is wrong ("CPU usage is high", "Sam called"), so each needs
a sign that it is a wish: a word that orders, or a clause that says nothing else.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tickets.parsing import names, vocabulary
from tickets.parsing.found import Candidate
from tickets.parsing.words import Span, Word, phrase

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


# --- Who -----------------------------------------------------------------------------


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
            says_more = _same_clause(words, match.span.first, whole.last) and (
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
    if not _same_clause(words, place, place - 1):
        return False
    initial = words[place - 1]
    if len(initial.text) != 1 or not initial.is_capital or words[place].start - initial.end != 2:
        return False
    return not any(phrase(one.name)[0].startswith(initial.plain) for one in match.candidates)


def _is_excluded(words: list[Word], name: Span, order: int) -> bool:
    """Return whether it is denied: "don't give this to Lars", "anyone but Lars can take it"."""
    before = words[name.first - 1].plain if _same_clause(words, name.first, name.first - 1) else ""
    if before in vocabulary.EXCEPT or _is_denied(words, order):
        return True
    if name.last == len(words):
        return False
    # "I would give it to Sam, but he is out".
    takes_back = words[name.last].plain in vocabulary.BUT
    lead_in = words[_clause(words, name.first).first : name.first]
    if takes_back and any(word.plain in vocabulary.WOULD for word in lead_in):
        return True
    is_same = _same_clause(words, name.first, name.last)
    return is_same and words[name.last].plain in vocabulary.CANNOT


def _with_surname(words: list[Word], match: names.Match) -> names.Match:
    """Return the match with the surname behind it, as some languages bend it: Kowalskiego."""
    place = match.span.last
    if not _same_clause(words, match.span.first, place) or not words[place].is_capital:
        return match
    surnames = {part[:-1] for one in match.candidates for part in phrase(one.name)[1:]}
    if any(len(stem) > 3 and words[place].plain.startswith(stem) for stem in surnames):
        return replace(match, span=Span(match.span.first, place + 1))
    return match


def nobody_known(words: list[Word]) -> str:
    """Return the name that follows "assign it to" and the like, "" if none does."""
    for place, word in enumerate(words):
        order = _before(words, place, vocabulary.GIVES) if place else place
        is_name = word.is_capital and not word.is_name
        if order < place and is_name and not _is_denied(words, order):
            return word.text
    return ""


def _asked(words: list[Word], span: Span) -> Span | None:
    """Return the words that make the bearer of this name the owner, the name included."""
    if words[span.first].mentioned:
        return span
    begin = _before(words, span.first, vocabulary.GIVES)
    if begin < span.first:
        is_told = _same_clause(words, begin, span.last) and words[span.last].plain in vocabulary.WAS
        return None if is_told else Span(_led_to(words, begin), span.last)
    end = _after(words, span.last, vocabulary.WILL_DO)
    if end > span.last:
        if _same_clause(words, span.first, end) and words[end].plain in vocabulary.OWN:
            return None
        leads_on = (vocabulary.FILLERS | vocabulary.AT_IT) - vocabulary.MORE
        while _same_clause(words, span.first, end) and words[end].plain in leads_on:
            end += 1
        return Span(_led_to(words, span.first), end)
    if taken := _taken(words, span) or _called(words, span):
        return taken
    return _alone(words, span, vocabulary.FILLERS | vocabulary.ORDERS | vocabulary.DOING)


def _led_to(words: list[Word], place: int) -> int:
    """Return where the clause begins if what leads to the order says nothing: "could you …"."""
    first = _beginning(words, place)
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
            while _same_clause(words, span.first, last) and words[last].plain in vocabulary.INTO:
                last += 1
            return _with_order(words, Span(span.first - 1, last))
    return None


def _called(words: list[Word], span: Span) -> Span | None:
    """Return the name and the call after it: "Harriet, could you look at …"; "Sam please …"."""
    clause = _clause(words, span.first)
    if clause.first != span.first or span.last >= len(words):
        return None
    if clause.last == span.last:
        end = _after(words, span.last, vocabulary.CALLED)
        return Span(span.first, end) if end > span.last else None
    is_asked = words[span.last].plain in vocabulary.PLEASE
    return Span(span.first, span.last + 1) if is_asked else None


def _alone(words: list[Word], span: Span, said: frozenset[str] = vocabulary.FILLERS) -> Span | None:
    """Return the clause, if it holds names and words that order, and nothing of the matter."""
    clause = _clause(words, span.first)
    begin = _clause(words, clause.first - 1).first if clause.first else 0
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
        return _with_order(words, span) if others else clause
    return None


# --- How much it matters -------------------------------------------------------------


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
        if whole and not _is_denied(words, match.span.first):
            yield Wish(match.candidates, match.span, whole)
    for place in range(len(words)):
        if wish := _numbered(words, place, known) or _said(words, place, known):
            yield wish
        last = _after(words, place, vocabulary.NO_HURRY)
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
    is_denied = _is_denied(words, place) or _is_denied_after(words, place + 1)
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
    first = min(whole.first, _denial(words, place))
    last = max(whole.last, _after_denial(words, place + 1))
    return _widened(words, Span(first, _after(words, last, vocabulary.AFTER_DENIAL)))


def _is_denied_after(words: list[Word], place: int) -> bool:
    return _after_denial(words, place) > place


def _after_denial(words: list[Word], place: int) -> int:
    """Return where a clause ends that is denied at its end: "det haster ikke"."""
    if not place < len(words) or not _same_clause(words, place - 1, place):
        return place
    rest = words[place : _end_of_clause(words, place)]
    said = vocabulary.LINKS - vocabulary.OR | vocabulary.NOT
    ends = rest[-1].plain in vocabulary.NOT and all(word.plain in said for word in rest)
    return place + len(rest) if ends else place


def _is_denied(words: list[Word], place: int) -> bool:
    return _denial(words, place) < place


def _denial(words: list[Word], place: int) -> int:
    """Return where the words begin that deny what stands here; `place` where none do."""
    first = at = place
    while place - at < _DENIES and _same_clause(words, place, at - 1):
        begin = _before(words, at, vocabulary.ANYTHING_BUT)
        if begin < at:
            first = at = begin
            continue
        at -= 1
        if words[at].plain in vocabulary.NOT:
            first = at
        elif words[at].plain not in vocabulary.LINKS:
            break
    return first


def _numbered(words: list[Word], place: int, known: list[Candidate]) -> Wish | None:
    """Return the priority of "P2", "prio 2", "priority: 2"."""
    word = words[place].plain
    stem, digits = word.rstrip("0123456789"), word[len(word.rstrip("0123456789")) :]
    span = Span(place, place + 1)
    if not stem and place and words[place - 1].plain in vocabulary.PRIORITY:
        span = Span(place - 1, place + 1)
    elif stem not in vocabulary.NUMBERED:
        return None
    elif _same_clause(words, place, place - 1) and words[place - 1].plain in vocabulary.PRIORITY:
        span = Span(place - 1, place + 1)
    fitting = _of_number(digits, known)
    if not fitting:
        return None
    led = _with_order(words, span)
    if _is_denied(words, span.first):
        # "P3, not P1" says which not, and nothing by itself.
        return Wish(frozenset(), span, _widened(words, span), is_denied=True)
    if words[led.first].plain in vocabulary.ORDERS:
        return Wish(fitting, span, led)
    # "rack P3 at Litware" is no priority.
    is_wish = span.last - span.first > 1 or _is_at_edge(words, span)
    follows = _same_clause(words, span.first, led.first - 1)
    if not is_wish or (follows and words[led.first - 1].plain in vocabulary.PLACES):
        return None
    return Wish(fitting, span, _led_whole(words, span))


def _led_whole(words: list[Word], span: Span) -> Span:
    """Return the span with what leads to it, where that says nothing: "this is a P2"."""
    led = _with_order(words, span)
    return led if led.first == _beginning(words, span.first) else span


def _of_number(digits: str, known: list[Candidate]) -> frozenset[Candidate]:
    return frozenset(each for each in known if digits and digits in re.findall(r"\d+", each.name))


def _level(word: str) -> str:
    return next((name for name, said in vocabulary.LEVELS.items() if word in said), "")


def _meant(words: list[Word], span: Span) -> Span | None:
    """Return the words that ask for this level, None where it describes something else."""
    for other in (span.first - 1, span.last):
        if _same_clause(words, span.first, other) and words[other].plain in vocabulary.PRIORITY:
            return _with_preposition(words, Span(min(other, span.first), max(other + 1, span.last)))
    linked = span.first - 2
    if _same_clause(words, span.first, linked) and words[linked].plain in vocabulary.PRIORITY:
        is_told = words[linked + 1].plain in vocabulary.WAS
        return None if is_told else Span(linked, span.last)
    if alone := _alone_but_people(words, span):
        return alone
    is_plain = words[span.first].plain in vocabulary.PLAINLY_URGENT
    return span if is_plain and _is_at_edge(words, span) else None


def _with_preposition(words: list[Word], span: Span) -> Span:
    """Return the span with "with a …" before it."""
    led = range(_with_order(words, span).first, span.first)
    return Span(
        next((at for at in led if words[at].plain in vocabulary.WITH), span.first), span.last
    )


def _is_at_edge(words: list[Word], span: Span) -> bool:
    """Return whether the clause begins or ends here: within it, it describes something."""
    clause = _clause(words, span.first)
    denied = _denial(words, span.first)
    return clause.first in (span.first, denied) or clause.last == span.last


def _alone_but_people(words: list[Word], span: Span) -> Span | None:
    clause = _clause(words, span.first)
    rest = [*words[clause.first : span.first], *words[span.last : clause.last]]
    said = [word for word in rest if not word.is_name]
    told = vocabulary.LINKS if _is_denied(words, span.first) else vocabulary.FILLERS
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


# --- Where, and how it stands --------------------------------------------------------


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
        if alone := _alone(words, match.span, vocabulary.FILLERS | vocabulary.ORDERS):
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
    clause = _clause(words, cue.first)
    is_alone = cue.first == clause.first and _trailing(words, cue) == clause.last
    return cue if orders or is_alone or words[cue.last - 1].is_heading else None


def _trailing(words: list[Word], span: Span) -> int:
    last = span.last
    while _same_clause(words, span.first, last) and words[last].plain in vocabulary.FILLERS:
        last += 1
    return last


def _put_on(words: list[Word], span: Span) -> Span | None:
    begin = _before(words, span.first, vocabulary.PUT_ON)
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
            cue = _alone(words, match.span)
        if cue:
            yield Wish(match.candidates, match.span, cue)


def _of_board(words: list[Word], span: Span) -> Span | None:
    link = span.first - 1
    if not _same_clause(words, span.first, link - 1) or words[link].plain not in vocabulary.IN:
        return None
    return Span(link, span.last) if words[link - 1].is_name else None


def asks_for_status(words: list[Word]) -> bool:
    """Return whether the request speaks of a status at all."""
    return any(word.plain in vocabulary.STATUS for word in words)


def _beside(words: list[Word], span: Span, cues: frozenset[str]) -> Span | None:
    """Return the span with the cue before or after it; fillers may stand between."""
    after = span.last
    if _same_clause(words, span.first, after) and words[after].plain in cues:
        return _with_order(words, Span(span.first, after + 1))
    before = span.first - 1
    while _same_clause(words, span.first, before):
        if words[before].plain in cues:
            return _with_order(words, Span(before, span.last))
        if words[before].plain not in vocabulary.FILLERS:
            break
        before -= 1
    return None


def _with_order(words: list[Word], span: Span) -> Span:
    """Return the span with the fillers that lead to it: "put it on the … board"."""
    first = span.first
    while first and _same_clause(words, span.first, first - 1):
        if words[first - 1].plain not in vocabulary.FILLERS | vocabulary.ORDERS:
            break
        first -= 1
    return Span(first, span.last)


# --- Clauses and cues ----------------------------------------------------------------


def _before(words: list[Word], place: int, cues: frozenset[tuple[str, ...]]) -> int:
    """Return where the longest cue begins that ends here; `place` itself where there is none."""
    for first in range(max(0, place - _LONGEST_CUE), place):
        said = words[first:place]
        if said[0].clause != words[place].clause:
            continue
        if tuple(word.plain for word in said) in cues:
            return first
    return place


def _after(words: list[Word], place: int, cues: frozenset[tuple[str, ...]]) -> int:
    """Return where the longest cue ends that begins here; `place` itself where there is none."""
    for last in range(min(len(words), place + _LONGEST_CUE), place, -1):
        if tuple(word.plain for word in words[place:last]) in cues:
            return last
    return place


def _clause(words: list[Word], place: int) -> Span:
    number = words[place].clause
    first = last = place
    while first and words[first - 1].clause == number:
        first -= 1
    return Span(first, _end_of_clause(words, last))


def _beginning(words: list[Word], place: int) -> int:
    """Return where the clause begins, or what follows a heading in it: "Contoso: …"."""
    first = _clause(words, place).first
    return next((at + 1 for at in range(place - 1, first - 1, -1) if words[at].is_heading), first)


def _end_of_clause(words: list[Word], place: int) -> int:
    last = place
    while last < len(words) and words[last].clause == words[place].clause:
        last += 1
    return last


def _same_clause(words: list[Word], place: int, other: int) -> bool:
    return 0 <= other < len(words) and words[other].clause == words[place].clause
