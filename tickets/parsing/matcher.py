"""The built-in matcher: reads a request by names, synonyms and numbers, and never guesses.

A pure function of the text and the candidates. What it is not sure of stays open; where two
are meant alike, both are told.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tickets.parsing import boards, citations, names, owners, priorities, summary, vocabulary
from tickets.parsing.clauses import Wish
from tickets.parsing.found import Candidate, Candidates, Field, Found, Reading
from tickets.parsing.words import Span, Word, split

# Characters in which names are looked for; whoever writes more has said it by then.
SEARCHED = 3_000
_MOST_NAMED = 4

Ask = Callable[[str], Sequence[Candidate]]


def read(
    text: str, candidates: Candidates, *, statuses: Ask = lambda _: (), contacts: Ask = lambda _: ()
) -> Reading:
    """Return what the text asks for.

    `statuses` is asked for those of the board that was found, `contacts` for those of the
    company, each at most once.
    """
    return _Matcher(text, candidates).read(statuses, contacts)


class _Matcher:
    def __init__(self, text: str, candidates: Candidates) -> None:
        self.text = text
        self.candidates = candidates
        self.words = split(text[:SEARCHED])
        self.cited = citations.spans(text[:SEARCHED], self.words)
        self.people = names.of_people(candidates.members)
        self.found: dict[Field, Found] = {}
        self.open: dict[Field, str] = {}
        self.contested: set[Field] = set()
        self.orders: list[Span] = []

    def read(self, statuses: Ask, contacts: Ask) -> Reading:
        self._company()
        # What names the company says nothing else: "Urgent Care", "Sam's Garage".
        # What is cited is nobody's order here.
        rest = self._marked(_hidden(self.words, [*self.taken, *self.cited]))
        self._wishes(Field.PRIORITY, priorities.priorities(rest, self.candidates.priorities))
        self._wishes(Field.BOARD, boards.boards(rest, self.candidates.boards))
        self._status(rest, statuses)
        # What is left is read as if those orders were never there: "P2 for Sam".
        rest = _hidden(rest, self.orders, breaks=True)
        self._wishes(Field.OWNER, owners.owners(rest, self.people, self.candidates.me))
        self._contact(contacts)
        if Field.OWNER not in self.found and Field.OWNER not in self.open:
            self._unknown_owner(rest)
        plain = summary.without(self.text, self.words, self.orders)
        short = summary.summarise(plain)
        return Reading(
            summary=short,
            description=summary.describe(plain, short),
            found=self.found,
            open=self.open,
            contested=frozenset(self.contested),
        )

    def _company(self) -> None:
        matches = names.of_companies(self.candidates.companies).find(self.words)
        matches = [each for each in matches if not self._is_person(each.span)]
        matches = [each for each in matches if self._is_customer(each.span)] or matches
        self.taken = [match.span for match in matches]
        fitting = [match.candidates for match in matches]
        shared = frozenset.intersection(*fitting) if fitting else frozenset()
        meant = shared or frozenset().union(*fitting)
        if meant:
            self._settle(Field.COMPANY, meant, self.taken[0])

    def _is_customer(self, span: Span) -> bool:
        """Return whether "customer is" or the like stands before the name."""
        before = [word.plain for word in self.words[max(0, span.first - 2) : span.first]]
        if before and before[-1] in vocabulary.IS:
            before.pop()
        return bool(before) and before[-1] in vocabulary.CUSTOMER

    def _is_person(self, span: Span) -> bool:
        """Return whether a title stands before the name: "Dr. Bellows"."""
        return bool(span.first) and self.words[span.first - 1].plain in vocabulary.TITLES

    def _marked(self, words: list[Word]) -> list[Word]:
        """Return the words with those marked that name people or boards."""
        offered = self.candidates
        called = (self.people, names.of_things(offered.boards))
        spans = [match.span for each in called for match in each.find(words)]
        return [
            replace(word, is_name=any(span.first <= place < span.last for span in spans))
            for place, word in enumerate(words)
        ]

    def _wishes(self, field: Field, found: Iterable[Wish]) -> None:
        told = list(found)
        meant = frozenset().union(*(wish.candidates for wish in told))
        if meant:
            self._settle(field, meant, next(wish.named for wish in told if wish.candidates))
            self.orders += [wish.whole for wish in told if wish.whole]

    def _status(self, rest: list[Word], ask: Ask) -> None:
        board = self.found.get(Field.BOARD)
        if board:
            self._wishes(Field.STATUS, boards.statuses(rest, ask(board.id)))
        elif boards.asks_for_status(rest):
            self.open[Field.STATUS] = "Choose the board first: each has statuses of its own."

    def _contact(self, ask: Ask) -> None:
        company = self.found.get(Field.COMPANY)
        if company is None:
            return
        matches = names.of_full_names(ask(company.id)).find(self.words)
        if matches:
            meant = frozenset().union(*(match.candidates for match in matches))
            self._settle(Field.CONTACT, meant, matches[0].span)

    def _unknown_owner(self, rest: list[Word]) -> None:
        if name := owners.nobody_known(rest):
            self.open[Field.OWNER] = (
                f"No active member of {self.candidates.psa} is called “{name}”."
            )

    def _settle(self, field: Field, meant: frozenset[Candidate], span: Span) -> None:
        """Take the one that is meant; say who they are where it is not one."""
        usable = sorted((one for one in meant if one.usable), key=lambda one: one.name.casefold())
        if len(usable) == 1:
            words = span.of(self.text, self.words)
            self.found[field] = Found(id=usable[0].id, name=usable[0].name, words=words)
            return
        self.contested.add(field)
        if usable:
            listed = ", ".join(f"“{one.name}”" for one in usable[:_MOST_NAMED])
            more = ", …" if len(usable) > _MOST_NAMED else ""
            self.open[field] = f"Your text fits several: {listed}{more}. Choose one."
        else:
            gone = min(one.name for one in meant)
            self.open[field] = (
                f"{gone} is not active in {self.candidates.psa} (any more). Choose another."
            )


def _hidden(words: list[Word], spans: list[Span], *, breaks: bool = False) -> list[Word]:
    """Return the words with those of the spans made unreadable, in their places.

    With `breaks` what stands before and after such words does not belong together.
    """
    made, hidden = [], 0
    for place, word in enumerate(words):
        clause = word.clause * len(words) + hidden if breaks else word.clause
        if any(span.first <= place < span.last for span in spans):
            hidden += 1
            clause = -place - 1 if breaks else clause
            word = replace(word, plain="\0", text="\0", mentioned=False)
        made.append(replace(word, clause=clause))
    return made
