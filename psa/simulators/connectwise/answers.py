"""Answers as HTTP: JSON in the vendor's media type, a file, or the text of a gateway."""

import json
from typing import Any

from werkzeug.wrappers import Response

from .calls import Answer
from .errors import ApiError

_API_VERSION = "2026.3"
_JSON = f"application/vnd.connectwise.com+json; version={_API_VERSION}; charset=utf-8"


def response(answer: Answer) -> Response:
    """Return an API answer; without a body it is empty, not "null"."""
    headers = {"api-current-version": _API_VERSION, **answer.headers}
    if answer.status == 204:
        return Response(status=204, headers=headers)
    if isinstance(answer.body, bytes):
        kind = "application/octet-stream"
        return Response(answer.body, answer.status, headers, content_type=kind)
    return plain_json(answer.body, answer.status, headers, _JSON)


def refusal(error: ApiError) -> Response:
    """Return an error as JSON, or as plain text or HTML where its body is text."""
    if isinstance(error.body, str):
        kind = "text/html" if error.body.startswith("<") else "text/plain"
        return Response(
            error.body, error.status, error.headers, content_type=f"{kind}; charset=utf-8"
        )
    return plain_json(error.body, error.status, error.headers, _JSON)


def plain_json(
    body: Any,
    status: int = 200,
    headers: dict[str, str] | None = None,
    content_type: str = "application/json; charset=utf-8",
) -> Response:
    """Return any value as JSON."""
    return Response(
        json.dumps(body, ensure_ascii=False), status, headers, content_type=content_type
    )
