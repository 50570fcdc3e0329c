"""Which properties a kind of record has, and what each of them holds.

Written as one line of words per kind, so that it can be read beside the published schema:

    summary            text                  id:int closedFlag:bool budgetHours:num
    requiredDate:date  a moment              severity=Low|Medium|High   one of these
    board/             a reference {id, name}     company/identifier     one with identifier too
    customFields[]     a list: only reachable by its own kind of conditions
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Record = dict[str, Any]
Type = Literal["int", "num", "bool", "date", "text", "enum", "ref", "list"]

# Recorded records have these four in `_info`; conditions take them as if they were
# properties of the record itself.
INFO = {
    "lastupdated": ("_info", "lastUpdated"),
    "dateentered": ("_info", "dateEntered"),
    "updatedby": ("_info", "updatedBy"),
    "enteredby": ("_info", "enteredBy"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """Where a property is found in a record, and its type; `default` if the record lacks it."""

    path: tuple[str, ...]
    type: Type
    values: frozenset[str] = frozenset()
    default: Any = None


@dataclass(frozen=True, slots=True)
class Fields:
    """The properties of one kind of record, found by lower-cased path."""

    by_name: Mapping[str, Field]
    names: Mapping[str, str] = field(default_factory=dict)  # lower-cased → as it is written

    def find(self, name: str) -> Field | None:
        """Return the field called `name` in any case, or None."""
        return self.by_name.get(name.lower())

    def spelled(self, name: str) -> str | None:
        """Return a top-level property's own spelling, or None if there is none so called."""
        return self.names.get(name.lower())


_TYPES: dict[str, Type] = {"int": "int", "num": "num", "bool": "bool", "date": "date"}
# What references may be asked for; naming one that this reference lacks finds nothing.
_REFERENCE_PARTS: dict[str, Type] = {"id": "int", "name": "text"}


def describe(words: str, defaults: Record | None = None) -> Fields:
    """Read the notation of this module; `defaults` are values of properties left out of records."""
    found: dict[str, Field] = {}
    names = {"_info": "_info"}
    for word in words.split():
        for one in _fields_of(word, defaults or {}):
            found["/".join(one.path).lower()] = one
        top = found_name(word)
        names[top.lower()] = top
    for name, path in INFO.items():
        kind: Type = "date" if name in ("lastupdated", "dateentered") else "text"
        found.setdefault(name, Field(path, kind))
        found["/".join(path).lower()] = Field(path, kind)
    return Fields(found, names)


def found_name(word: str) -> str:
    """Return the property's name in a word of the notation."""
    for mark in (":", "=", "/", "["):
        word = word.partition(mark)[0]
    return word


def _fields_of(word: str, defaults: Record) -> list[Field]:
    name = found_name(word)
    default = defaults.get(name)
    if word.endswith("[]"):
        return [Field((name,), "list")]
    if "/" in word:
        return _reference(name, word.partition("/")[2], default or {})
    if "=" in word:
        return [Field((name,), "enum", frozenset(word.partition("=")[2].split("|")), default)]
    kind = _TYPES[word.partition(":")[2]] if ":" in word else "text"
    return [Field((name,), kind, default=default)]


def _reference(name: str, extra: str, default: Record) -> list[Field]:
    parts = dict(_REFERENCE_PARTS)
    for part in filter(None, extra.split(",")):
        parts[part] = "int" if part == "sort" else "text"
    inner = [Field((name, part), kind, default=default.get(part)) for part, kind in parts.items()]
    return [Field((name,), "ref", default=default or None), *inner]
