"""JSON Patch as the vendor reads it: an array of {op, path, value}.

Documented: add, replace, remove in lower case; paths are case-sensitive and stand without
a leading slash (one was recorded with it, so one is taken off); references are replaced
whole, for a sub-path such as status/id is answered by 200 and changes nothing.
"""

import copy
from typing import Any

from . import errors
from .fields import Fields, Record
from .quirks import Quirks


def changes(
    resource: str, fields: Fields, record: Record, operations: Any, quirks: Quirks
) -> Record:
    """Return the top-level properties that the operations set; None means removed.

    Raises ApiError 400 for anything that is no list of operations.
    """
    if not isinstance(operations, list):
        raise errors.malformed_body()
    changed: Record = {}
    for operation in operations:
        if not isinstance(operation, dict):
            raise errors.malformed_body()
        _apply(resource, fields, record, operation, quirks, changed)
    return changed


def _apply(
    resource: str,
    fields: Fields,
    record: Record,
    operation: Record,
    quirks: Quirks,
    changed: Record,
) -> None:
    verb, path = operation.get("op"), operation.get("path")
    if verb not in ("add", "replace", "remove") or not isinstance(path, str):
        raise errors.invalid_field(resource, "op", "The patch operation is not valid.")
    top, *inner = path.removeprefix("/").split("/")
    if fields.spelled(top) != top or top == "_info":
        if quirks.unknown_patch_paths == "refused":
            raise errors.invalid_field(resource, top, f"The path {path} is not valid.")
        return
    value = None if verb == "remove" else operation.get("value")
    if not inner:
        changed[top] = value
        return
    current = changed.get(top, record.get(top))
    if isinstance(current, dict) and quirks.sub_paths == "applied":
        # {"id": 7} replaces {"id": 5, "name": …}: the old name would win over the new id.
        changed[top] = {inner[0]: value}
    elif isinstance(current, list):
        changed[top] = _inside(resource, path, copy.deepcopy(current), inner, verb, value)


def _inside(
    resource: str, path: str, items: list[Any], inner: list[str], verb: str, value: Any
) -> list[Any]:
    """Change one item of a list, or one property of an item: communicationItems/1/value."""
    position = len(items) if inner[0] == "-" else int(inner[0]) if inner[0].isdecimal() else -1
    if position < 0 or position > len(items) or (position == len(items) and verb != "add"):
        raise errors.invalid_field(resource, inner[0], f"The path {path} is not valid.")
    if len(inner) == 1:
        if verb == "remove":
            del items[position]
        elif verb == "add":
            items.insert(position, value)
        else:
            items[position] = value
    elif position < len(items) and isinstance(items[position], dict):
        items[position][inner[1]] = value
    return items
