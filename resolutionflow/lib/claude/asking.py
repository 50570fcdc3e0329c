"""One question, one answer of a given shape."""

import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.conf import settings
from pydantic import BaseModel, ValidationError

from resolutionflow.lib.claude import client, errors
from resolutionflow.lib.claude.metering import Meter, metered
from resolutionflow.lib.masking import HIDDEN, mask, names_secret

Shape = TypeVar("Shape", bound=BaseModel)

STAND_IN = "stand-in"


def is_stand_in(model: str) -> bool:
    """Return whether this model's name is that of the stand-in for tests and the demo."""
    return model.startswith(STAND_IN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[Shape]):
    """What was answered, in the shape that was asked for, and by which model."""

    value: Shape
    model: str

    @property
    def by_stand_in(self) -> bool:
        """Whether no model has judged here."""
        return is_stand_in(self.model)


class _Block(BaseModel):
    type: str
    text: str = ""


class _Used(BaseModel):
    input_tokens: int = 0
    output_tokens: int = 0


class _Reply(BaseModel):
    """The part of the service's answer that is read."""

    model: str
    stop_reason: str | None
    content: list[_Block]
    usage: _Used


def ask(
    meter: Meter,
    shape: type[Shape],
    *,
    system: str,
    text: str,
    max_tokens: int = 4000,
    seconds: float = 12.0,
) -> Answer[Shape]:
    """Ask once and return the answer, validated; secrets in what is said are masked before.

    A `text` that is JSON stays JSON: each of its values is masked by itself.

    `seconds` bounds the whole call. Asks for structured output: current models refuse forced
    tools (platform.claude.com, "What's new in Claude Sonnet 5.5", seen 2026-11-22). Raises
    ClaudeError; nothing of an answer that does not fit is returned.
    """
    ground, masked = mask(system), _masked(text)
    speaker = client.open_client()
    with metered(meter, len(ground) + len(masked), max_tokens) as usage, client.failures():
        from anthropic import transform_schema

        raw = speaker.messages.with_raw_response.create(
            model=settings.ANTHROPIC_MODEL,
            max_tokens=max_tokens,
            system=ground,
            messages=[{"role": "user", "content": masked}],
            output_config={
                "effort": "low",
                "format": {"type": "json_schema", "schema": transform_schema(shape)},
            },
            timeout=seconds,
        )
        reply = _Reply.model_validate_json(raw.http_response.read())
        usage.tokens_in, usage.tokens_out = reply.usage.input_tokens, reply.usage.output_tokens
    return Answer(value=_value(reply, shape), model=reply.model)


def _value(reply: _Reply, shape: type[Shape]) -> Shape:
    """Return what the reply says; raises Refused, TooLong or Malformed."""
    if reply.stop_reason == "refusal":
        raise errors.Refused
    if reply.stop_reason in ("max_tokens", "model_context_window_exceeded"):
        raise errors.TooLong
    said = "".join(block.text for block in reply.content if block.type == "text")
    try:
        return shape.model_validate_json(said)
    except ValidationError:
        # Without its cause, which quotes the answer.
        raise errors.Malformed from None


def _masked(text: str) -> str:
    """Return the text as it may leave."""
    try:
        sent = json.loads(text)
        if isinstance(sent, dict | list):
            return json.dumps(_each_masked(sent), ensure_ascii=False)
    except (ValueError, RecursionError):
        # No JSON, or nested so deeply that nobody means it as such.
        pass
    return mask(text)


def _each_masked(sent: Any, *, secret: bool = False) -> Any:
    """Return the same with every value in it masked; `secret` is all below a name of one."""
    if isinstance(sent, dict):
        return {
            mask(name): _each_masked(value, secret=secret or names_secret(name))
            for name, value in sent.items()
        }
    if isinstance(sent, list):
        return [_each_masked(value, secret=secret) for value in sent]
    if sent is None or isinstance(sent, bool):
        return sent
    if secret:
        return HIDDEN
    shown = mask(str(sent))
    # A number stays one, unless it is a card's.
    return sent if shown == str(sent) else shown
