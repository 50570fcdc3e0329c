"""What the filters offer to choose from, as far as the API key may see it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from psa import catalog
from psa.catalog import Answer
from psa.models import PsaConnection
from psa.providers.types import Board, Member, Priority, Reference, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The lists; one that is empty could not be had.

    `missing` names the rights that this is for; `problem` is the sentence where the PSA failed
    on the way: what it told before is there.
    """

    boards: tuple[Board, ...] = ()
    statuses: dict[str, bool] = field(default_factory=dict)
    priorities: tuple[Priority, ...] = ()
    members: tuple[Member, ...] = ()
    missing: tuple[str, ...] = ()
    problem: str = ""

    def or_from(self, tickets: Iterable[Ticket]) -> "Choices":
        """Return the lists, with what these tickets show in place of those that are missing."""
        if not self.missing:
            return self
        shown = list(tickets)
        boards = _seen(ticket.board for ticket in shown)
        priorities = _seen(ticket.priority for ticket in shown)
        return replace(
            self,
            boards=self.boards or tuple(Board(id=each.id, name=each.name) for each in boards),
            statuses=self.statuses or {t.status.name: t.is_closed for t in shown},
            priorities=self.priorities
            or tuple(Priority(id=p.id, name=p.name, color="", sort_order=0) for p in priorities),
        )


def load(connection: PsaConnection) -> Choices:
    """Return the lists. Asks the PSA for what is not remembered, and raises nothing of it."""
    questions: dict[str, Callable[[PsaConnection], Any]] = {
        "boards": catalog.boards,
        "priorities": catalog.priorities,
        "members": catalog.members,
        "statuses": catalog.all_statuses,
    }
    answers: dict[str, Answer[Any]] = {}
    # One after the other: these are remembered, and the rows are being fetched meanwhile.
    for name, question in questions.items():
        answers[name] = catalog.ask(partial(question, connection))
        if answers[name].problem:
            break  # the next would most likely fail as well, and every page would wait for it
    found: dict[str, Any] = {
        name: answer.value for name, answer in answers.items() if answer.failure is None
    }
    return Choices(
        **found,
        missing=catalog.missing_rights(answers.values()),
        problem="".join(answer.problem for answer in answers.values()),
    )


def _seen(references: Iterable[Reference | None]) -> list[Reference]:
    """Return each of the references once, by name."""
    found = {each.id: each for each in references if each}
    return sorted(found.values(), key=lambda each: each.name.casefold())
