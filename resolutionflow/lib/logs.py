"""Structured logs: one JSON object a line, saying whose request it was, never a secret."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="-")
user_id: ContextVar[int | None] = ContextVar("user_id", default=None)
account_id: ContextVar[int | None] = ContextVar("account_id", default=None)

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
_SHAPES = re.compile(
    r"(?i)\b(?:basic|bearer)\s+[a-z0-9+/=._~-]{16,}"  # an Authorization value without its name
    r"|\bgAAAAA[\w=-]{20,}"  # a Fernet token
    r"|\bsk-[\w-]{16,}"  # an API key of an AI service
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user and password of a URL
)
_HIDDEN = "[redacted]"


def redact(text: str) -> str:
    """Return the text with the values of secret-looking pairs and shapes replaced."""
    return _SHAPES.sub(_HIDDEN, _PAIR.sub(rf"\1{_HIDDEN}", text))


def clean(value: Any) -> Any:
    """Return the value as JSON can carry it, redacted at every depth."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _clean_named(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple) and len(value) == 2 and isinstance(value[0], str):
        return [redact(value[0]), _clean_named(*value)]  # a pair, as lists of headers hold them
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(item) for item in value]
    return redact(str(value))


def _clean_named(name: str, value: Any) -> Any:
    return _HIDDEN if _SECRET_NAME.search(name) else clean(value)


@contextmanager
def request_context(identifier: str) -> Iterator[str]:
    """Mark what is logged inside as belonging to one request (or one round of a command)."""
    token = request_id.set(identifier)
    try:
        yield identifier
    finally:
        request_id.reset(token)
        name_person(None, None)


def name_person(user: int | None, account: int | None) -> None:
    """Have the lines of this request say who asked; ids only, names stay out of logs."""
    user_id.set(user)
    account_id.set(account)


class ContextFilter(logging.Filter):
    """Adds the current request's id, person and account to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tag the record; never drops one."""
        record.request_id = request_id.get()
        if (user := user_id.get()) is not None:
            record.user_id = user
        if (account := account_id.get()) is not None:
            record.account_id = account
        return True


class JsonFormatter(BaseJsonFormatter):
    """JSON lines with a fixed set of fields, redacted as text before they leave."""

    def __init__(self) -> None:
        super().__init__(
            "{asctime}{levelname}{name}{message}{request_id}",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Redact every value, and name the route in place of the address of a `request`."""
        request = log_data.pop("request", None)
        cleaned: dict[str, Any] = clean(log_data)
        if isinstance(request, HttpRequest):
            cleaned["message"] = _without(str(cleaned["message"]), _addresses(request), request)
            if "exc_info" in cleaned:
                traced = _values(request) and [*_addresses(request), *_values(request)]
                cleaned["exc_info"] = _without(str(cleaned["exc_info"]), traced, request)
        return cleaned


def route_of(request: HttpRequest) -> str:
    """Return the name of the request's route, which unlike its address holds nothing secret."""
    match = request.resolver_match
    return (match.view_name or match.route) if match else "-"


def _addresses(request: HttpRequest) -> list[str]:
    """Return how Django writes the address: into its lines about errors, the path."""
    return [each for each in (request.get_full_path(), request.path) if len(each) > 1]


def _values(request: HttpRequest) -> list[str]:
    """Return what in the path is long enough to be a key, as in an invitation's address."""
    match = request.resolver_match
    values = map(str, match.kwargs.values()) if match else ()
    return [value for value in values if len(value) > 15]


def _without(text: str, hidden: list[str], request: HttpRequest) -> str:
    for each in hidden:
        text = text.replace(each, route_of(request))
    return text
