"""Answers of PSAs and texts of people that broke a product, this one or another.

An answer's file names its source; a text's source stands in the test that uses it.
"""

import json
import re
from pathlib import Path
from typing import Any

import httpx

_FOLDER = Path(__file__).parent


class Case:
    """One answer, and which requests it answers; `number` chooses among several of a case."""

    def __init__(self, name: str, number: int = 0) -> None:
        whole: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text())
        self._case: dict[str, Any] = whole["answers"][number] if "answers" in whole else whole

    @property
    def request_text(self) -> str:
        """The words that the request carried."""
        return str(self._case["request_text"])

    def answers(self, request: httpx.Request) -> bool:
        """Tell whether the case answers this request."""
        match, path = self._case["match"], request.url.path
        return request.method == match["method"] and bool(re.search(match["path_regex"], path))

    def rewrite(self, request: httpx.Request, status: int, value: Any) -> tuple[int, Any]:
        """Return the case's answer, as a list where one is asked for; else what was answered."""
        if not self.answers(request):
            return status, value
        body = self._case["answer"]["body"]
        path = request.url.path
        is_one = isinstance(body, list) or path.rpartition("/")[2].isdigit()
        return self._case["answer"]["status"], body if is_one else [body]

    def answer(self, request: httpx.Request) -> httpx.Response | None:
        """Return the case's answer as it stands, with its headers; None for other requests."""
        if not self.answers(request):
            return None
        answer = self._case["answer"]
        body = answer["body"]
        text = body if isinstance(body, str) else json.dumps(body)
        kind = {} if isinstance(body, str) else {"content-type": "application/json"}
        return httpx.Response(
            answer["status"], headers=kind | answer.get("headers", {}), content=text.encode()
        )


def text(name: str) -> str:
    """Return the text that somebody typed or pasted, without the file's last line end."""
    return (_FOLDER / f"{name}.txt").read_bytes().decode().removesuffix("\n")
