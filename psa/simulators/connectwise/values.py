"""Values of request bodies: checked, and made into what is stored.

Property names bind in any case; references may be given by id, identifier or name.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from . import errors
from .fields import Field, Fields, Record

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def bound(fields: Fields, body: Record, also: Iterable[str] = ()) -> Record:
    """Return the body's known properties in their own spelling; the others are dropped.

    `also` are names that requests may hold and records never do.
    """
    extra = {name.lower(): name for name in also}
    found = {}
    for name, value in body.items():
        spelled = fields.spelled(name) or extra.get(name.lower())
        if spelled is not None and spelled not in ("id", "_info"):
            found[spelled] = value
    return found


def plain(resource: str, fields: Fields, name: str, value: Any) -> Any:
    """Return a value that is no reference as it is stored; raises ApiError 400."""
    field = fields.find(name)
    if field is None or field.type in ("ref", "list"):
        return value
    if not _fits(field, value):
        raise errors.unsupported_format(resource, name, is_date=field.type == "date")
    return value


def _fits(field: Field, value: Any) -> bool:
    match field.type:
        case "bool":
            return isinstance(value, bool)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "num":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "date":
            return isinstance(value, str) and _is_moment(value)
        case "enum":
            return value in field.values
    return isinstance(value, str)


def _is_moment(text: str) -> bool:
    """UTC with its Z, in whole seconds: bodies are refused without a zone, or with fractions."""
    if _MOMENT.fullmatch(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def required(resource: str, values: Record, *names: str) -> None:
    """Raise ApiError 400 for the first of `names` that is missing, null or empty text."""
    for name in names:
        if values.get(name) is None or values[name] == "":
            raise errors.missing_field(resource, name)


def too_long(resource: str, name: str, value: str, limit: int) -> None:
    """Raise ApiError 400 if the text is longer than `limit` characters."""
    if len(value) > limit:
        message = f"The field {name} must be a string with a maximum length of {limit}."
        problem = errors.problem("MaxLength", message, resource, name)
        raise errors.invalid(resource, problem)


def choose(records: Iterable[Record], value: Any) -> Record | None:
    """Return the record that a reference means: by id, else by identifier, else by name.

    Ids may come as text.
    """
    key, wanted = named(value)
    text = str(wanted).lower()
    return next((r for r in records if str(r.get(key)).lower() == text), None)


def exact(records: Iterable[Record], value: Any) -> Record | None:
    """Return the record that a reference means by id, or by a name in just these letters."""
    key, wanted = named(value)
    if key == "id":
        return choose(records, value)
    return next((record for record in records if record.get(key) == wanted), None)


def named(value: Any) -> tuple[str, Any]:
    """Return which key a reference is given by, and its value; 0 if it is no reference."""
    given = {key.lower(): part for key, part in value.items()} if isinstance(value, dict) else {}
    for key in ("id", "identifier", "name"):
        if given.get(key) is not None:
            return key, given[key]
    return "id", 0


def resolve(resource: str, name: str, records: Iterable[Record], value: Any, label: str) -> Record:
    """Return the record that `value` refers to; raises ApiError 400 `NotFound`."""
    record = choose(records, value)
    if record is None:
        key, given = named(value)
        message = f"{label} {given} not found"
        raise errors.reference_not_found(resource, f"{name}/{key}", message)
    return record


def reference(record: Record, *more: str) -> Record:
    """Return {id, name} of a record, with further properties if it has them."""
    name = record.get("name") or person(record) or record.get("description", "")
    parts = {"id": record["id"], "name": name}
    for key in ("identifier", *more):
        if key in record and key != "name":
            parts[key] = record[key]
    return parts


def person(record: Record) -> str:
    """Return first and last name."""
    return f"{record.get('firstName', '')} {record.get('lastName', '')}".strip()
