"""What the shared cache holds: JSON, never a pickle, which whoever writes to Redis could run.

A cache's serializer (settings.CACHES). Besides JSON's own values it knows tuples, and the
frozen records that `remember` has been told of; their fields are plain values again. What
cannot be read is as good as absent, and is asked for anew.
"""

import json
import logging
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

logger = logging.getLogger(__name__)

_types: dict[str, type] = {}
# Which kind of value a list of two stands for; JSON's own lists do not occur without one.
_TUPLE, _LIST, _DICT, _RECORD, _ENUM = "tuple", "list", "dict", "record", "enum"
# Values that JSON knows as text only: a datetime is a date, so it stands first.
_TEXTS: tuple[tuple[str, type, Any, Any], ...] = (
    ("moment", datetime, datetime.isoformat, datetime.fromisoformat),
    ("day", date, date.isoformat, date.fromisoformat),
    ("decimal", Decimal, str, Decimal),
)


def remember(*types: type) -> None:
    """Let the cache hold values of these dataclasses and enums; by their names, each once."""
    for each in types:
        if _types.setdefault(each.__name__, each) is not each:
            raise ValueError(f"Two types of the cache are called {each.__name__}.")


class PlainSerializer:
    """Django's cache calls it; see `django.core.cache.backends.redis.RedisSerializer`."""

    def dumps(self, value: object) -> bytes:
        """Return the value as JSON; raises TypeError for what is not known."""
        return json.dumps(_plain(value), separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        """Return the value, or None where this is none of ours."""
        try:
            return _value(json.loads(data))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            logger.warning("The cache held what is not ours; it is asked for anew")
            return None


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return [_ENUM, [_name(type(value)), value.value]]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    for kind, type_, write, _ in _TEXTS:
        if isinstance(value, type_):
            return [kind, write(value)]
    if isinstance(value, tuple | list):
        return [_TUPLE if isinstance(value, tuple) else _LIST, [_plain(each) for each in value]]
    if isinstance(value, dict):
        return [_DICT, [[_plain(key), _plain(each)] for key, each in value.items()]]
    if is_dataclass(value):
        held = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        return [_RECORD, [_name(type(value)), held]]
    raise TypeError(f"The cache holds no {type(value).__name__}.")


def _name(kind: type) -> str:
    if _types.get(kind.__name__) is not kind:
        raise TypeError(f"The cache was not told of {kind.__name__} (plain.remember).")
    return kind.__name__


def _value(plain: Any) -> Any:
    if not isinstance(plain, list):
        return plain
    kind, held = plain
    if kind in (_TUPLE, _LIST):
        values = [_value(each) for each in held]
        return tuple(values) if kind == _TUPLE else values
    if kind == _DICT:
        return {_value(key): _value(each) for key, each in held}
    for text_kind, _, _, read in _TEXTS:
        if kind == text_kind:
            return read(held)
    name, content = held
    if kind == _ENUM:
        return _types[name](content)
    if kind == _RECORD:
        return _types[name](**{field: _value(each) for field, each in content.items()})
    raise ValueError(kind)
