"""Proposals as the page shows them: what a click would do, and whether it was clicked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.db.models import Q
from django.urls import reverse

from sessions_app.models import AssistTurn, Step, WorkSession

# As our own links write it: one spelling per card, since the form's text is kept by this name.
_NUMBER = re.compile(r"0|[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One proposal of a turn."""

    number: int
    kind: str
    title: str
    details: str
    request_id: UUID
    step: Step | None = None
    ticket_url: str = ""

    def values(self) -> dict[str, str]:
        """Return what the step form would hold for this card."""
        return {"kind": self.kind, "title": self.title, "notes": self.details}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a summary with the steps that it rests on; without any it has no source."""

    text: str
    steps: tuple[tuple[int, Step], ...]


def steps_behind(session: WorkSession, turns: Iterable[AssistTurn]) -> list[Step]:
    """Return the steps that the turns' cards became or that their sentences rest on.

    Without their long texts: the page asks again and again while an answer is written.
    """
    made, told = set(), set()
    for turn in turns:
        for number, proposal in enumerate(turn.proposals):
            if proposal["as"] == "sentence":
                told.update(proposal["steps"])
            else:
                made.add(_request_id(turn, number))
    steps = session.steps.filter(Q(pk__in=told) | Q(request_id__in=made), removed_at=None)
    return list(steps.defer("outcome", "notes", "command_output"))


def cards_of(turn: AssistTurn, steps: Iterable[Step]) -> list[Card]:
    """Return the turn's proposals; `steps` are those behind it, to tell which became one."""
    by_request = {step.request_id: step for step in steps}
    return [
        _card(turn, number, proposal, by_request)
        for number, proposal in enumerate(turn.proposals)
        if proposal["as"] != "sentence"
    ]


def sentences_of(turn: AssistTurn, steps: Iterable[Step]) -> list[Sentence]:
    """Return the summary's sentences, each with the steps that still stand in the session."""
    standing = {step.pk: (step.position, step) for step in steps}
    return [
        Sentence(
            text=proposal["text"],
            steps=tuple(standing[pk] for pk in proposal["steps"] if pk in standing),
        )
        for proposal in turn.proposals
        if proposal["as"] == "sentence"
    ]


def _card(
    turn: AssistTurn, number: int, proposal: Mapping[str, Any], by_request: Mapping[Any, Step]
) -> Card:
    request_id = _request_id(turn, number)
    if proposal["as"] == "ticket":
        summary, description = proposal["summary"], proposal["description"]
        return Card(
            number=number,
            kind="ticket",
            title=summary,
            details=description,
            request_id=request_id,
            ticket_url=_new_ticket(turn, number),
        )
    return Card(
        number=number,
        kind=proposal.get("kind", "action"),
        title=proposal["title"],
        details=proposal["details"],
        request_id=request_id,
        step=by_request.get(request_id),
    )


def _request_id(turn: AssistTurn, number: int) -> UUID:
    """Return the same id for the same card: a second click adds no second step."""
    return uuid5(turn.request_id, str(number))


def _new_ticket(turn: AssistTurn, number: int) -> str:
    # Named and not told: a description may be longer than an address.
    query = {"session": str(turn.session_id), "turn": turn.pk, "card": number}
    return f"{reverse('tickets:new')}?{urlencode(query)}"


def ticket_of(session: WorkSession, turn_id: str, number: str) -> dict[str, str]:
    """Return what the session's card proposes for a ticket; empty where there is no such card."""
    if not (_NUMBER.fullmatch(turn_id) and _NUMBER.fullmatch(number)):
        return {}
    turn = session.assist_turns.filter(pk=turn_id).first()
    proposed = dict(enumerate(turn.proposals)).get(int(number), {}) if turn else {}
    if proposed.get("as") != "ticket":
        return {}
    return {"summary": proposed["summary"], "description": proposed["description"]}
