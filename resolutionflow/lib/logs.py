"""Structured logs: one JSON object a line, saying whose request it was, never a secret."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest
from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

from resolutionflow.lib.masking import redacted

request_id: ContextVar[str] = ContextVar("request_id", default="-")
user_id: ContextVar[int | None] = ContextVar("user_id", default=None)
account_id: ContextVar[int | None] = ContextVar("account_id", default=None)


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
        cleaned: dict[str, Any] = redacted(log_data)
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
