"""What programs write of themselves: pairs of a name and a value, in lines of text and in data."""

import re
from collections.abc import Mapping
from typing import Any

from resolutionflow.lib.masking.shapes import CERTAIN, HIDDEN, compiled

# What must never reach a log even when someone logs it by mistake.
_NAMES = (
    r"authorization|private[_-]?key|public[_-]?key|client[_-]?id|password\d?|passwd|secret(?:[_-]?key)?"
    r"|api[_-]?key|(?:set-)?cookie|sessionid|csrf\w*token|x-csrftoken|token|credential\w*"
)
_SECRET_NAME = re.compile(rf"(?i)(?:^|[^a-z])(?:{_NAMES})$")
_PAIR = re.compile(
    # name: value, name=value, ('name', 'value')
    rf"(?i)((?:{_NAMES})(?:[\\\"']*\s*[:=]\s*|[\\\"']+\s*,\s*b?(?=[\\\"'])))"
    r"(?:[\\]*\"[^\"\n]*\"?|[\\]*'[^'\n]*'?|(?:basic\s+|bearer\s+)?[^\s\"',;&)\]}]+)"
)
_SHAPES = compiled(CERTAIN)


def redact(text: str) -> str:
    """Return the text with the values of secret-looking pairs and shapes replaced."""
    text = _PAIR.sub(rf"\1{HIDDEN}", text)
    for shape in _SHAPES:
        text = shape.sub(HIDDEN, text)
    return text


def redacted(value: Any) -> Any:
    """Return the value as JSON can carry it, redacted at every depth."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _named(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str):
        return [redact(value[0]), _named(*value)]  # a pair, as lists of headers hold them
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted(item) for item in value]
    return redact(str(value))


def _named(name: str, value: Any) -> Any:
    return HIDDEN if _SECRET_NAME.search(name) else redacted(value)
