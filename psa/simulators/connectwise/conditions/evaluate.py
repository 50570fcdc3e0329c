"""Make a tree of conditions into a fast test on one record.

Everything that depends on the text alone (names, kinds of literals, patterns) is decided
once; what is left per record is a look-up and a comparison.
"""

import operator
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from ..fields import Field, Fields, Record, Type
from .lexer import LITERAL_RULES, ConditionError
from .parser import Comparison, Node, Value
from .patterns import like_pattern

Test = Callable[[Record], bool]
Getter = Callable[[Record], Any]
Extra = dict[str, Getter]

_ACCEPTED: dict[Type, str] = {
    "int": "numeric",
    "num": "numeric",
    "bool": "boolean",
    "date": "datetime",
    "text": "string",
    "enum": "string",
}
_NOUNS = {
    "numeric": "a numeric",
    "boolean": "a boolean",
    "datetime": "a datetime",
    "string": "a string",
    "null": "a null",
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?)?", re.ASCII)


class Compiler:
    """Compiles trees for one kind of record.

    `extra` adds names that are looked up elsewhere than in the record; `now` gives
    [today] and [yesterday] their meaning; `wildcards` are the signs that `like` takes;
    `iso_dates_match_nothing` and `reference_is_null` are quirks.
    """

    def __init__(
        self,
        fields: Fields,
        now: datetime,
        extra: Extra | None = None,
        *,
        wildcards: str = "%*_",
        iso_dates_match_nothing: bool = False,
        reference_is_null: bool = False,
    ) -> None:
        self.fields = fields
        self.now = now
        self.extra = extra or {}
        self.wildcards = wildcards
        self.iso_dates_match_nothing = iso_dates_match_nothing
        self.reference_is_null = reference_is_null

    def test(self, node: Node) -> Test:
        """Return the test; raises ConditionError for unknown names and wrong literals."""
        if isinstance(node, Comparison):
            return self._comparison(node)
        parts = [self.test(part) for part in node.parts]
        return _all_of(parts) if node.joint == "and" else _any_of(parts)

    def _comparison(self, node: Comparison) -> Test:
        if (getter := self.extra.get(node.field.lower())) is not None:
            return self._among(getter, node)
        field = self.fields.find(node.field)
        if field is None or field.type == "list":
            raise ConditionError(f"{node.field} is not a recognized name.")
        get = _getter(field)
        if any(value.kind == "null" for value in node.values):
            if field.type == "ref" and not self.reference_is_null:
                raise ConditionError(f"{node.field} is not a recognized name.")
            return _null_test(get, node)
        for value in node.values:
            _check(field, value)
        values = [self._meaning(field.type, value) for value in node.values]
        return self._typed_test(field, get, node, values)

    def _among(self, get: Getter, node: Comparison) -> Test:
        """Test numbers of other records; only = and in make sense for them."""
        if any(value.kind != "numeric" for value in node.values):
            raise ConditionError(_mismatch("numeric", node.values[0].kind))
        wanted = {float(value.text) for value in node.values}
        if node.operator not in ("=", "in") or node.negated:
            raise ConditionError(f"{node.field} is not a recognized name.")
        return lambda record: not wanted.isdisjoint(get(record))

    def _meaning(self, kind: Type, value: Value) -> Any:
        if kind in ("int", "num"):
            return float(value.text) if "." in value.text else int(value.text)
        if kind == "bool":
            return value.text == "true"
        if kind == "date":
            return self._moment(value.text)
        return value.text

    def _moment(self, text: str) -> str:
        """Return the date-time as text that sorts as the records' own do (without the Z)."""
        days = {"today": 0, "yesterday": -1, "tomorrow": 1}
        if text.lower() in days:
            day = self.now + timedelta(days=days[text.lower()])
            return day.strftime("%Y-%m-%dT00:00:00")
        match = _DATE.fullmatch(text)
        if match is None:
            raise ConditionError(f"[{text}] is not a valid DateTime. {LITERAL_RULES}")
        clock = match[2] or "00:00:00"
        if len(clock) == 5:
            clock += ":00"
        return f"{match[1]}T{clock.rstrip('0').rstrip('.') if '.' in clock else clock}"

    def _typed_test(self, field: Field, get: Getter, node: Comparison, values: list[Any]) -> Test:
        if field.type == "date":
            if self.iso_dates_match_nothing and "T" in node.values[0].text:
                return _nothing
            get = _without_zone(get)
        if field.type in ("text", "enum"):
            get = _folded(field)
            if node.operator in ("like", "contains"):
                return _pattern_test(get, node, values[0], self.wildcards)
            values = [value.casefold() for value in values]
        elif node.operator in ("like", "contains"):
            raise ConditionError(f"{node.operator} needs a string. {LITERAL_RULES}")
        return _value_test(get, node, values)


def _nothing(record: Record) -> bool:  # noqa: ARG001 - a test takes a record
    return False


def _all_of(parts: list[Test]) -> Test:
    if len(parts) == 2:
        first, second = parts
        return lambda record: first(record) and second(record)
    return lambda record: all(part(record) for part in parts)


def _getter(field: Field) -> Getter:
    default = field.default
    if len(field.path) == 1:
        name = field.path[0]
        return lambda record: record.get(name, default)
    if len(field.path) == 2:
        outer, inner = field.path
        return lambda record: (
            default if (part := record.get(outer)) is None else part.get(inner, default)
        )
    path = field.path
    return lambda record: reduce(_part, path, record)


def _part(value: Any, name: str) -> Any:
    return None if value is None else value.get(name)


def _any_of(parts: list[Test]) -> Test:
    if len(parts) == 2:
        first, second = parts
        return lambda record: first(record) or second(record)
    return lambda record: any(part(record) for part in parts)


def sort_key(field: Field) -> Getter:
    """Return what records are ordered by: text without regard to case; None if it lacks it."""
    return _folded(field) if field.type in ("text", "enum") else _getter(field)


def _folded(field: Field) -> Getter:
    """Get text without regard to case; written out flat, for this is what scans spend time on."""
    path, default = field.path, field.default
    if len(path) == 1:
        name = path[0]
        return lambda record: value.casefold() if (value := record.get(name, default)) else value
    get = _getter(field)
    return lambda record: value.casefold() if (value := get(record)) else value


def _without_zone(get: Getter) -> Getter:
    def bare(record: Record) -> str | None:
        value = get(record)
        return None if value is None else value.removesuffix("Z")

    return bare


def _check(field: Field, value: Value) -> None:
    if field.type == "ref":
        raise ConditionError(f"{'/'.join(field.path)} can only be compared with null.")
    wanted = _ACCEPTED[field.type]
    if value.kind != wanted:
        raise ConditionError(_mismatch(wanted, value.kind))
    if field.type == "enum" and value.text.lower() not in {v.lower() for v in field.values}:
        raise ConditionError("Enum value supplied was invalid")
    if field.type == "int" and "." in value.text:
        raise ConditionError(f"{value.text} is not an integer. {LITERAL_RULES}")


def _mismatch(wanted: str, seen: str) -> str:
    return f"Expected {_NOUNS[wanted]} value, not {_NOUNS[seen]}. {LITERAL_RULES}"


def _null_test(get: Getter, node: Comparison) -> Test:
    if node.operator not in ("=", "!=") or len(node.values) != 1:
        raise ConditionError(f"null can only be compared by = and !=. {LITERAL_RULES}")
    if (node.operator == "=") != node.negated:
        return lambda record: get(record) is None
    return lambda record: get(record) is not None


def _pattern_test(get: Getter, node: Comparison, value: str, wildcards: str) -> Test:
    matches = like_pattern(value, whole=node.operator == "like", wildcards=wildcards)
    wanted = not node.negated

    def test(record: Record) -> bool:
        text = get(record)
        return text is not None and matches(text) == wanted

    return test


def _value_test(get: Getter, node: Comparison, values: list[Any]) -> Test:
    """Compare as SQL does: a missing value is neither equal nor unequal to anything."""
    first = values[0]
    wanted = node.negated == (node.operator == "!=")
    if node.operator in ("=", "!="):
        if wanted:
            return lambda record: get(record) == first
        return lambda record: (value := get(record)) is not None and value != first
    if node.operator == "in":
        members = frozenset(values)
        if node.negated:
            return lambda record: (value := get(record)) is not None and value not in members
        return lambda record: get(record) in members
    compare = _COMPARE[node.operator]
    wanted = not node.negated
    return lambda record: (value := get(record)) is not None and compare(value, first) == wanted
