"""The form of the API's answers: platform.claude.com, Messages and streaming, seen 2026-11-22."""

import json
from collections.abc import Iterator
from typing import Any

from .scripts import Script

Event = dict[str, Any]
_PIECE = 12


def message(script: Script, model: str, asked: dict[str, Any]) -> Event:
    """Return a whole answer."""
    content: list[Event] = [{"type": "text", "text": script.text}] if script.text else []
    content += [_tool_use(number, call) for number, call in enumerate(script.calls)]
    return {
        "id": "msg_stand_in",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": _stop_reason(script),
        "stop_sequence": None,
        "usage": _usage(script, asked),
    }


def stream(script: Script, model: str, asked: dict[str, Any]) -> Iterator[Event]:
    """Yield the same answer as the events of a stream."""
    usage = _usage(script, asked)
    start = message(Script(), model, asked) | {"stop_reason": None}
    yield {"type": "message_start", "message": start | {"usage": usage | {"output_tokens": 1}}}
    yield {"type": "ping"}
    index = 0
    if script.text:
        yield from _block(index, {"type": "text", "text": ""}, "text_delta", "text", script.text)
        index += 1
    for number, call in enumerate(script.calls):
        block = _tool_use(number, call) | {"input": {}}
        # As it is given: a test may want what is no JSON.
        sent = call["input"] if isinstance(call["input"], str) else json.dumps(call["input"])
        yield from _block(index + number, block, "input_json_delta", "partial_json", sent)
    delta = {"stop_reason": _stop_reason(script), "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": usage}
    yield {"type": "message_stop"}


def line(event: Event) -> bytes:
    """Return one event as it goes over the wire."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def error(kind: str) -> Event:
    """Return an error in the API's form; its words quote nothing of the request."""
    return {"type": "error", "error": {"type": kind, "message": f"The stand-in says {kind}."}}


def _block(index: int, block: Event, delta: str, name: str, whole: str) -> Iterator[Event]:
    yield {"type": "content_block_start", "index": index, "content_block": block}
    for start in range(0, len(whole), _PIECE):
        piece = {"type": delta, name: whole[start : start + _PIECE]}
        yield {"type": "content_block_delta", "index": index, "delta": piece}
    yield {"type": "content_block_stop", "index": index}


def _tool_use(number: int, call: dict[str, Any]) -> Event:
    return {
        "type": "tool_use",
        "id": f"toolu_stand_in_{number}",
        "name": call["name"],
        "input": call["input"],
    }


def _stop_reason(script: Script) -> str:
    return script.stop_reason or ("tool_use" if script.calls else "end_turn")


def _usage(script: Script, asked: dict[str, Any]) -> dict[str, int]:
    """Count as roughly as one may: four characters a token."""
    return {
        "input_tokens": len(json.dumps(asked.get("messages", []))) // 4,
        "output_tokens": (len(script.text) + len(json.dumps(script.calls))) // 4,
    }
