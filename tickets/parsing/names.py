"""Finds names in a request: as they are, shortened, misspelt, or as people are called.

A name that fits several candidates is told with all of them: who is meant is not guessed.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tickets.parsing import vocabulary
from tickets.parsing.found import Candidate
from tickets.parsing.words import Span, Word, phrase

_LONGEST = 5
_POSSESSIVE = ("'s", "’s", "`s")
_ELIDED = re.compile(r"(?i)[ld]['’`]")
_SHORT = 4
_BRIEF = 5


@dataclass(frozen=True, slots=True)
class Match:
    """Words that name one of the candidates, or each of several."""

    span: Span
    candidates: frozenset[Candidate]
    is_exact: bool

    def says(self, longer: "Match") -> bool:
        """Return whether the other is a slip with nothing but a word more: "Contoso on"."""
        return (
            not longer.is_exact
            and longer.span.first <= self.span.first
            and self.span.last <= longer.span.last
            and self.candidates == longer.candidates
        )


@dataclass(slots=True)
class Names:
    """Ways to write the candidates: those that need no sign to be a name, and those that do.

    `brief` ones have to stand out, `unsure` ones to be capitalised after "at" or the like, and
    of `initials`, as "Sam O", the letter has to be a capital: "give Sam a ticket".
    """

    sure: dict[str, set[Candidate]] = field(default_factory=lambda: defaultdict(set))
    brief: dict[str, set[Candidate]] = field(default_factory=lambda: defaultdict(set))
    unsure: dict[str, set[Candidate]] = field(default_factory=lambda: defaultdict(set))
    initials: set[str] = field(default_factory=set)
    _words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _by_first: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # By how many words, which of them, and the word.
    _placed: dict[tuple[int, int, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, candidate: Candidate, *words: str) -> None:
        """Let the words, as one or apart, name the candidate."""
        text = "".join(words)
        self.sure[text].add(candidate)
        if text not in self._words:
            self._by_first[text[:1]].append(text)
        self._words[text] = words
        for place, word in enumerate(words):
            if len(word) > _SHORT:
                self._placed[len(words), place, word].add(text)

    def add_initial(self, candidate: Candidate, first: str, initial: str) -> None:
        """Let the word and the capital letter behind it name the candidate."""
        self.initials.add(first + initial)
        self.add(candidate, first, initial)

    def find(self, words: list[Word]) -> list[Match]:
        """Return the names in order, none of which overlap: longer ones win, then exact ones."""
        found = [match for span in _spans(words) if (match := self._match(words, span))]
        exact = [match for match in found if match.is_exact]
        found = [match for match in found if not any(each.says(match) for each in exact)]
        found.sort(key=lambda each: (each.span.first - each.span.last, not each.is_exact))
        kept: list[Match] = []
        for match in found:
            if not any(match.span.meets(other.span) for other in kept):
                kept.append(match)
        return sorted(kept, key=lambda each: each.span.first)

    def _match(self, words: list[Word], span: Span) -> Match | None:
        spelt = words[span.first : span.last]
        introduced = _is_introduced(words, span)
        for text in _spellings(spelt, introduced):
            if text in self.initials and len(spelt[-1].text) == 1 and not spelt[-1].is_capital:
                continue
            if text in self.sure:
                return Match(span, frozenset(self.sure[text]), True)
            if text in self.brief and (introduced or _stands_out(words, span)):
                return Match(span, frozenset(self.brief[text]), True)
            if text in self.unsure and spelt[0].is_capital and introduced:
                return Match(span, frozenset(self.unsure[text]), True)
        text = "".join(word.plain for word in spelt)
        if text in self.unsure:  # said as it is, and no slip of another
            return None
        plain = [word.plain for word in spelt]
        if spelt[0].is_capital or introduced:
            # Almost everybody hits the first letter.
            return self._similar(text, plain, span, self._by_first[text[:1]])
        # Where nothing marks a name, one of its words has to stand there as it should.
        return self._similar(text, plain, span, self._sharing(plain))

    def _sharing(self, spelt: list[str]) -> list[str]:
        """Return the names of several words that have one of these in the same place."""
        if len(spelt) == 1:
            return []
        places = ((len(spelt), place, word) for place, word in enumerate(spelt))
        return sorted(set().union(*(self._placed.get(each, ()) for each in places)))

    def _similar(
        self, text: str, spelt: list[str], span: Span, known: Collection[str]
    ) -> Match | None:
        """Return which of the known names this is a slip of."""
        if not known or not _edits(text):
            return None
        near = process.extract(text, known, scorer=OSA.distance, score_cutoff=_edits(text), limit=5)
        near = [each for each in near if _is_slip(spelt, self._words[each[0]])]
        if not near:
            return None
        best = min(distance for _, distance, _ in near)
        candidates = {
            one for key, distance, _ in near if distance == best for one in self.sure[key]
        }
        return Match(span, frozenset(candidates), False)


def of_companies(companies: Iterable[Candidate]) -> Names:
    """Return how companies are called: whole, by their first words, by their short name."""
    names = Names()
    for company in companies:
        whole = [word for word in phrase(company.name) if word != "the"]
        names.add(company, *whole)
        words = [word for word in whole if word not in vocabulary.LEGAL]
        words = [word for place, word in enumerate(words) if len(word) > 1 or place == 0]
        if _is_first_name(company):
            names.unsure["".join(phrase(company.short))].add(company)
        elif len(company.short) > 2:
            names.add(company, *phrase(company.short))
        for count in range(1, len(words) + 1):
            _add_beginning(names, company, words[:count])
        for word in words[1:]:
            if len(word) > _SHORT and word not in vocabulary.EVERYDAY:
                names.unsure[word].add(company)
    return names


def _is_first_name(company: Candidate) -> bool:
    """Return whether the short name is its owner's: Margie, of Margie's Travel."""
    owned = tuple(company.short + ending for ending in _POSSESSIVE)
    return bool(company.short) and company.name.startswith(owned)


def _add_beginning(names: Names, company: Candidate, words: list[str]) -> None:
    if words[-1] in vocabulary.FILLERS:
        return
    # One everyday word, or a short one, is told from the company by "at" alone.
    telling = [word for word in words if word not in vocabulary.EVERYDAY and len(word) >= _SHORT]
    text = "".join(words)
    if telling and len(text) > _BRIEF:
        names.add(company, *words)
    elif telling:
        names.brief[text].add(company)
    elif len(text) > 2:
        names.unsure[text].add(company)


def of_people(people: Iterable[Candidate]) -> Names:
    """Return how people are called: by full name, either part, nickname, initial, log-in."""
    names = Names()
    nicknames: dict[str, set[Candidate]] = defaultdict(set)
    for person in people:
        for short in _add_person(names, person):
            nicknames[short].add(person)
    for short, called in nicknames.items():
        # Who bears the name comes before whom friends call so.
        if short not in names.sure:
            for person in called:
                names.add(person, short)
    return names


def _add_person(names: Names, person: Candidate) -> frozenset[str]:
    """Add what names this one, and return what friends may call them."""
    words = phrase(person.name)
    ways = {words, words[::-1], words[:2], phrase(person.short), *((each,) for each in words)}
    for way in ways - {()}:
        names.add(person, *way)
    nicknames = vocabulary.NICKNAMES.get(words[0], frozenset()) if words else frozenset()
    for short in nicknames:
        names.add(person, short, *words[1:])
    if len(words) > 1:
        for first in (words[0], *nicknames):
            names.add_initial(person, first, words[-1][:1])
    return nicknames


def of_things(offered: Iterable[Candidate]) -> Names:
    """Return the whole names of boards, priorities or statuses."""
    names = Names()
    for each in offered:
        names.add(each, *phrase(each.name))
    return names


def of_full_names(people: Iterable[Candidate]) -> Names:
    """Return the whole names only: whoever stands in a request may be anybody."""
    names = Names()
    for person in people:
        words = phrase(person.name)
        if len(words) > 1:
            names.add(person, *words)
            names.add(person, *reversed(words))
    return names


def _spans(words: list[Word]) -> Iterator[Span]:
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST, len(words)) + 1):
            if words[last - 1].clause != words[first].clause:
                break
            yield Span(first, last)


def _spellings(words: list[Word], is_introduced: bool) -> Iterator[str]:
    """Yield the words as one, also without a possessive: Contoso's, at contosos."""
    text = "".join(word.plain for word in words)
    yield text
    if len(words) > 2:
        inner = [word.plain for word in words[1:-1] if word.plain not in vocabulary.OR]
        yield "".join([words[0].plain, *inner, words[-1].plain])
    if _ELIDED.match(words[0].text):
        yield text[1:]
    is_sure = is_introduced or len(words) > 1 or len(text) > _BRIEF + 1
    if words[-1].text[-2:].casefold() in _POSSESSIVE or (
        is_sure and text.endswith("s") and len(text) > _SHORT
    ):
        yield text[:-1]


def _stands_out(words: list[Word], span: Span) -> bool:
    """Return whether a name is capitalised within a clause, in the possessive, or a heading."""
    first, last = words[span.first], words[span.last - 1]
    begins = not span.first or words[span.first - 1].clause != first.clause
    ends = span.last == len(words) or words[span.last].clause != last.clause
    if not first.is_capital:
        return False
    return not begins or ends or last.is_heading or last.text[-2:].casefold() in _POSSESSIVE


def _is_introduced(words: list[Word], span: Span) -> bool:
    """Return whether the words follow "at", "for", "bei" …"""
    before = words[span.first - 1] if span.first else None
    return (
        before is not None
        and before.plain in vocabulary.AT
        and before.clause == words[span.first].clause
    )


def _is_slip(spelt: list[str], words: tuple[str, ...]) -> bool:
    """Return whether each word is a slip of its own, with its first letter hit.

    "Müller hat" is not Müller Bau, however short the way from the one to the other.
    """
    if len(words) != len(spelt):
        spelt, words = ["".join(spelt)], ("".join(words),)
    return all(
        ours[0] == theirs[0] and OSA.distance(ours, theirs) <= min(_edits(ours), _edits(theirs))
        for ours, theirs in zip(spelt, words, strict=True)
    )


def _edits(text: str) -> int:
    """Return how many slips a name of this length may have."""
    return 0 if len(text) < 5 else 1 if len(text) < 8 else 2
