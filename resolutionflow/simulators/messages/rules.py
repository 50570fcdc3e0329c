"""What the stand-in says when nobody scripted it: plain rules, which it never calls thoughts.

Structured questions: every list of candidates that came with the text is searched for a name
that stands in it, word by word; of numbered steps each is repeated. Conversations: a sentence
that says who answers, and, where tools are offered, one call of the tool whose name the last
turn says.
"""

import json
import re
from typing import Any

from .scripts import Script

_STEP = re.compile(r"<step number=(\d+)>(?:\w+: )?([^\n<]*)")
_WORD = re.compile(r"[^\W_]+")
# Words of names that every other request has as well.
_EVERYDAY = frozenset(
    {"help", "desk", "phone", "first", "city", "power", "new", "network", "field", "service"}
    | {"security", "response", "internal", "video", "travel", "coffee", "school", "bank", "data"}
)
SAID = (
    "This is the demo's **stand-in** for Claude. It follows plain rules and judges nothing; "
    "set ANTHROPIC_API_KEY to ask Claude itself."
)


def answer(asked: dict[str, Any]) -> Script:
    """Return the answer to a request; raises KeyError's kin where it has not the API's form."""
    last = asked["messages"][-1]["content"]
    schema = (asked.get("output_config") or {}).get("format", {}).get("schema")
    if schema is not None and "sentences" in schema.get("properties", {}):
        return Script(text=json.dumps({"sentences": _sentences(last)}))
    if schema is not None:
        return Script(text=json.dumps(_structured(schema, last)))
    return Script(text=SAID, calls=_calls(asked.get("tools") or [], last))


def _sentences(said: str) -> list[dict[str, Any]]:
    """Repeat the first line of each numbered step as the sentence that rests on it."""
    return [
        {"text": words.strip()[:300], "steps": [int(number)]}
        for number, words in _STEP.findall(said)
        if words.strip()
    ]


def _structured(schema: dict[str, Any], said: str) -> dict[str, Any]:
    """Fill the schema: candidates that are named in the text, else what is empty."""
    try:
        sent = json.loads(said)
        text, candidates = str(sent["text"]), dict(sent["candidates"])
    except (KeyError, TypeError, ValueError):
        text, candidates = said, {}
    return {
        name: _chosen(field, schema, candidates.get(name, []), text)
        for name, field in schema["properties"].items()
    }


def _chosen(field: dict[str, Any], schema: dict[str, Any], offered: list[Any], text: str) -> Any:
    """Return the one candidate that has a word of the text to itself; else what is empty."""
    spoken = {word.casefold(): word for word in _WORD.findall(text)}
    names = [set(_WORD.findall(str(each["name"]).casefold())) for each in offered]
    fitting = {}
    for each, words in zip(offered, names, strict=True):
        own = [word for word in words if sum(word in other for other in names) == 1]
        said = [word for word in own if word in spoken and len(word) > 2 and word not in _EVERYDAY]
        if said:
            fitting[str(each["id"])] = spoken[max(said, key=len)]
    if len(fitting) != 1:
        return empty(field, schema)
    [(chosen, word)] = fitting.items()
    return {"id": chosen, "words": word}


def _calls(tools: list[dict[str, Any]], said: str) -> list[dict[str, Any]]:
    """Call the first tool whose name has a word that was said."""
    spoken = set(_WORD.findall(said.casefold()))
    for tool in tools:
        if spoken & set(tool["name"].casefold().split("_")):
            schema = tool["input_schema"]
            return [{"name": tool["name"], "input": empty(schema, schema, said)}]
    return []


def empty(field: dict[str, Any], schema: dict[str, Any], said: str = "") -> Any:
    """Return the plainest value that the schema takes; texts repeat what was said."""
    if "$ref" in field:
        return empty(schema["$defs"][field["$ref"].rpartition("/")[2]], schema, said)
    if "anyOf" in field:
        kinds = [each for each in field["anyOf"] if each.get("type") == "null"]
        return None if kinds else empty(field["anyOf"][0], schema, said)
    if "enum" in field or "const" in field:
        return field.get("const", field.get("enum", [None])[0])
    kinds_of: dict[str, Any] = {"string": said[:80], "array": [], "integer": 0, "boolean": False}
    if field.get("type") == "object":
        inner = field.get("properties", {})
        return {name: empty(each, schema, said) for name, each in inner.items()}
    return kinds_of.get(field.get("type", ""))
