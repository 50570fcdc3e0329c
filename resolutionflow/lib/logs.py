"""Structured logs: one JSON object a line, with the request's id, never with a secret."""

import logging
import re
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="-")

# What must never reach a log even when someone logs it by mistake.
_SECRETS = re.compile(
    r"(?i)(authorization|private_key|public_key|client_?id|password|secret|api_?key|cookie)"
    r"([\"']?\s*[:=]\s*[\"']?)(basic\s+|bearer\s+)?[^\s\"',;&]+"
)


def redact(text: str) -> str:
    """Return the text with the values of secret-looking pairs replaced."""
    return _SECRETS.sub(r"\1\2[redacted]", text)


class ContextFilter(logging.Filter):
    """Adds the current request's id to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tag the record; never drops one."""
        record.request_id = request_id.get()
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
        """Redact every text value."""
        return {k: redact(v) if isinstance(v, str) else v for k, v in log_data.items()}
