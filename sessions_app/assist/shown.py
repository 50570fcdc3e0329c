"""A turn as the page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from resolutionflow.lib.claude import is_stand_in
from sessions_app.assist.cards import Card, Sentence, cards_of, sentences_of
from sessions_app.models import AssistTurn, Step
from tickets.markdown import render_answer

_WISHES: dict[str, str] = {
    AssistTurn.Kind.SUMMARY: "Summarise the steps",
    AssistTurn.Kind.CUSTOMER: "Write it for the customer",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was asked, what was answered so far, and what one can do with it."""

    turn: AssistTurn
    cards: list[Card]
    sentences: list[Sentence]

    @property
    def html(self) -> SafeString:
        """The answer, sanitised."""
        return render_answer(self.turn.answer)

    @property
    def wish(self) -> str:
        """What was asked for without a question; empty for a question."""
        return _WISHES.get(self.turn.kind, "")

    @property
    def may_resume(self) -> bool:
        """Whether the answer is not whole and nobody writes it."""
        return self.turn.state in (AssistTurn.State.STOPPED, AssistTurn.State.FAILED)

    @property
    def by_stand_in(self) -> bool:
        """Whether no model has judged here."""
        return is_stand_in(self.turn.model)

    @property
    def sourced(self) -> str:
        """The sentences that rest on steps, as one text."""
        return " ".join(sentence.text for sentence in self.sentences if sentence.steps)

    @property
    def without_source(self) -> int:
        """How many sentences rest on nothing that was recorded."""
        return sum(not sentence.steps for sentence in self.sentences)


def shown(turn: AssistTurn, steps: Sequence[Step]) -> Shown:
    """Return the turn with its cards and sentences; `steps` are those behind it."""
    return Shown(turn=turn, cards=cards_of(turn, steps), sentences=sentences_of(turn, steps))
