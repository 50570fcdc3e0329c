"""What an answer may propose, and the shape each proposal must have."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from resolutionflow.lib.claude import Tool

# More than these in one answer is no help any more.
MOST = 8

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_Summary = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProposedStep(_Shape):
    """A question to ask, a thing to check, or an action to take."""

    kind: Literal["question", "check", "action"]
    title: _Line
    details: _Text = ""


class ProposedFix(_Shape):
    """What would probably resolve the problem."""

    title: _Line
    details: _Text = ""


class ProposedTicket(_Shape):
    """Another problem that deserves a ticket of its own."""

    summary: _Summary
    description: _Text = ""


class Sentence(_Shape):
    """One sentence of a summary, and the numbers of the steps that it rests on."""

    text: _Line
    steps: list[int]


class Summary(_Shape):
    """What the steps say, sentence by sentence."""

    sentences: list[Sentence]


TOOLS = (
    Tool(
        name="propose_step",
        description="Propose one question, check or action as the session's next step.",
        shape=ProposedStep,
    ),
    Tool(
        name="suggest_fix",
        description="Suggest the fix that the recorded steps point to, at most once an answer.",
        shape=ProposedFix,
    ),
    Tool(
        name="propose_ticket",
        description="Propose a separate ticket for a second, unrelated problem.",
        shape=ProposedTicket,
    ),
)


def stored(value: BaseModel) -> dict[str, Any]:
    """Return the proposal as a turn keeps it; PostgreSQL stores no NUL."""
    fields = {
        name: field.replace("\x00", "␀") if isinstance(field, str) else field
        for name, field in value.model_dump().items()
    }
    return {"as": _NAMES[type(value)], **fields}


_NAMES: dict[type[BaseModel], str] = {
    ProposedStep: "step",
    ProposedFix: "fix",
    ProposedTicket: "ticket",
    Sentence: "sentence",
}
