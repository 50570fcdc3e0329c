"""A conversation's next answer, piece by piece, with the tools that it calls."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from pydantic import BaseModel, ValidationError

from resolutionflow.lib.claude import client, errors
from resolutionflow.lib.claude.asking import is_stand_in
from resolutionflow.lib.claude.metering import CHARACTERS, Meter, Usage, metered
from resolutionflow.lib.masking import mask
from resolutionflow.lib.text import without_half_pairs

if TYPE_CHECKING:
    from anthropic.types import MessageParam, ToolParam


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one side has said in the conversation so far."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Something that the answer may propose; `shape` is what a proposal has to look like."""

    name: str
    description: str
    shape: type[BaseModel]


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of the answer's text: Markdown of a model, hostile until cleaned."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A proposal in the tool's shape. Whether what it names exists, the caller finds out."""

    tool: str
    value: BaseModel


@dataclass(frozen=True, slots=True)
class Dropped:
    """A proposal that was left out: no such tool was offered, or it has not its shape."""

    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The answer is whole. `is_complete` is False where it stopped for want of room."""

    model: str
    is_complete: bool

    @property
    def by_stand_in(self) -> bool:
        """Whether no model has judged here."""
        return is_stand_in(self.model)


Event = Text | Call | Dropped | End


def stream(
    meter: Meter,
    *,
    system: str,
    turns: Sequence[Turn],
    tools: Sequence[Tool] = (),
    max_tokens: int = 8000,
    seconds: float = 90.0,
) -> Iterator[Event]:
    """Yield the answer to the last turn as it comes; its last event is End.

    Secrets in system and turns are masked before they leave. `seconds` bounds everything.
    Closing the iterator stops the answer; what it used until then is counted. Raises
    ClaudeError at the first `next`, or later: CutOff when the answer broke off.
    """
    said = [Turn(role=turn.role, text=mask(turn.text)) for turn in turns]
    ground = mask(system)
    characters = len(ground) + sum(len(turn.text) for turn in said)
    speaker = client.open_client()
    with metered(meter, characters, max_tokens) as usage:
        reading = _Reading(tools={tool.name: tool for tool in tools}, usage=usage)
        with client.failures():
            under_way = speaker.messages.create(
                model=settings.ANTHROPIC_MODEL,
                max_tokens=max_tokens,
                system=ground,
                messages=[_message(turn) for turn in said],
                tools=[_offer(tool) for tool in tools],
                stream=True,
                timeout=seconds,
            )
        with under_way:
            yield from _events(reading, under_way)


def _events(reading: "_Reading", under_way: Any) -> Iterator[Event]:
    """Yield what the service's events mean. Our caller's failures are not taken for its own."""
    pieces = iter(under_way)
    while True:
        with client.failures():
            piece = next(pieces, None)
            events = [] if piece is None else list(reading.read(piece.to_dict()))
        yield from events
        if piece is None:
            break
    if reading.end is None:
        raise errors.CutOff
    if reading.end == "refusal":
        raise errors.Refused
    yield End(model=reading.model, is_complete=reading.end in ("end_turn", "tool_use"))


@dataclass(slots=True)
class _Reading:
    """Puts the service's events together to ours."""

    tools: dict[str, Tool]
    usage: Usage
    model: str = ""
    end: str | None = None
    _stop_reason: str = ""
    _tool: str = ""
    _json: list[str] = field(default_factory=list)

    def read(self, event: dict[str, Any]) -> Iterator[Event]:
        """Yield what one event of the service adds; raises KeyError's kin on nonsense."""
        match event["type"]:
            case "message_start":
                self.model = str(event["message"]["model"])
                self.usage.tokens_in = int(event["message"]["usage"]["input_tokens"])
            case "content_block_start":
                block = event["content_block"]
                self._tool = str(block["name"]) if block["type"] == "tool_use" else ""
                self._json.clear()
            case "content_block_delta":
                yield from self._delta(event["delta"])
            case "content_block_stop" if self._tool:
                yield self._proposal()
            case "message_delta":
                self._stop_reason = str(event["delta"]["stop_reason"])
                self.usage.tokens_out = int(event["usage"]["output_tokens"])
            case "message_stop":
                self.end = self._stop_reason

    def _delta(self, delta: dict[str, Any]) -> Iterator[Event]:
        piece = without_half_pairs(str(delta.get("text") or delta.get("partial_json") or ""))
        # Until the service tells, so that a stopped answer is counted too.
        self.usage.tokens_out += -(-len(piece) // CHARACTERS)
        if delta["type"] == "text_delta":
            yield Text(piece)
        elif delta["type"] == "input_json_delta":
            self._json.append(piece)

    def _proposal(self) -> Call | Dropped:
        name, self._tool = self._tool, ""
        tool = self.tools.get(name)
        if tool is None:
            return Dropped(name[:100])
        try:
            return Call(name, tool.shape.model_validate(json.loads("".join(self._json) or "{}")))
        except (ValidationError, ValueError):
            return Dropped(name)


def _message(turn: Turn) -> "MessageParam":
    if turn.role == "user":
        return {"role": "user", "content": turn.text}
    return {"role": "assistant", "content": turn.text}


def _offer(tool: Tool) -> "ToolParam":
    from anthropic import transform_schema

    return {
        "name": tool.name,
        "description": tool.description,
        "input_schema": transform_schema(tool.shape),
        "strict": True,
    }
