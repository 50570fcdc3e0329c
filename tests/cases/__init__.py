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
    """One answer, and which requests it answers."""

    def __init__(self, name: str) -> None:
        self._case: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text())

    def rewrite(self, request: httpx.Request, status: int, value: Any) -> tuple[int, Any]:
        """Return the case's answer, as a list where one is asked for; else what was answered."""
        match, path = self._case["match"], request.url.path
        if request.method != match["method"] or not re.search(match["path_regex"], path):
            return status, value
        body = self._case["answer"]["body"]
        is_one = isinstance(body, list) or path.rpartition("/")[2].isdigit()
        return self._case["answer"]["status"], body if is_one else [body]


def text(name: str) -> str:
    """Return the text that somebody typed or pasted, without the file's last line end."""
    return (_FOLDER / f"{name}.txt").read_bytes().decode().removesuffix("\n")
