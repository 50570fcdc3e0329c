"""Conditions on what a record holds in lists: `childConditions`, `customFieldConditions`.

A record passes if one item of the list passes the whole text.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..fields import Fields, Record, describe
from .evaluate import Compiler, Test
from .lexer import ConditionError
from .parser import Comparison, Group, Node

CUSTOM_FIELD = describe("id:int caption type entryMethod value")

MakeCompiler = Callable[[Fields], Compiler]


def any_child(node: Node, children: Mapping[str, Fields], compiler: MakeCompiler) -> Test:
    """Test lists named in the paths: `communicationItems/value like "%@x.example"`.

    Raises ConditionError for names of no list, and for `in`, which only `conditions` know.
    """
    arrays = sorted({_array(name, children) for name in _names(node)})
    fields = Fields(
        {
            f"{array}/{name}".lower(): replace(field, path=(array, *field.path))
            for array in arrays
            for name, field in children[array].by_name.items()
        }
    )
    _refuse_in(node)
    test = compiler(fields).test(node)

    def any_passes(record: Record) -> bool:
        lists = [record.get(array) or [] for array in arrays]
        return any(
            test(dict(zip(arrays, items, strict=True))) for items in itertools.product(*lists)
        )

    return any_passes


def any_custom_field(node: Node, compiler: MakeCompiler) -> Test:
    """Test `caption`, `value` … of a record's custom fields; raises ConditionError as above."""
    _refuse_in(node)
    test = compiler(CUSTOM_FIELD).test(_with_text_values(node))
    return lambda record: any(test(_as_text(item)) for item in record.get("customFields") or [])


def _names(node: Node) -> list[str]:
    if isinstance(node, Comparison):
        return [node.field]
    return [name for part in node.parts for name in _names(part)]


def _array(name: str, children: Mapping[str, Any]) -> str:
    wanted = name.partition("/")[0].lower()
    for array in children:
        if array.lower() == wanted and "/" in name:
            return array
    raise ConditionError(f"{name} is not a recognized name.")


def _refuse_in(node: Node) -> None:
    if isinstance(node, Group):
        for part in node.parts:
            _refuse_in(part)
    elif node.operator == "in":
        raise ConditionError("The in operator is only supported in conditions.")


def _with_text_values(node: Node) -> Node:
    """A custom field holds text, a number or a flag: compare all of them as text."""
    if isinstance(node, Group):
        return replace(node, parts=tuple(_with_text_values(part) for part in node.parts))
    if node.field.lower() != "value":
        return node
    values = (v if v.kind == "null" else replace(v, kind="string") for v in node.values)
    return replace(node, values=tuple(values))


def _as_text(item: Record) -> Record:
    value = item.get("value")
    return item if value is None else {**item, "value": str(value)}
