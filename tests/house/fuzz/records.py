"""Values that a PSA's records may hold, and their places in an answer."""

from typing import Any

import httpx

RECORD_VALUES: dict[str, Any] = {
    "half a surrogate pair": "Printer \ud83d",
    "NUL": "a\0b",
    "controls": "\x07\x1b[31m\x7f",
    "override": "\u202efdp.exe",
    "entities": "&lt;&#0;&#xD800;&#x202e;",
    "line ends": "a\r\nb\u2028c",
    "empty": "",
    "blank": " ",
    "long": "x" * 400,
    "markup": "<script>alert(1)</script>{{ 7 }}%s",
    "data picture": "![x](data:image/png;base64," + "A" * 9_000 + ")",
    "day one": "0001-01-01T00:00:00Z",
    "day one, east": "0001-01-01T00:00:00+14:00",
    "last day": "9999-12-31T23:59:59Z",
    "last day, west": "9999-12-31T23:59:59-14:00",
    "no such day": "2026-13-45T99:99:99Z",
    "offset of 99": "2026-01-01T00:00:00+09:99",
    "zero": 0,
    "negative": -1,
    "beyond 32 bits": 2**31,
    "beyond 64 bits": 2**63,
    "of 400 digits": 10**400,
    "float": 1.5,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "true": True,
    "null": None,
    "list": [],
    "list of lists": [[[]]],
    "record": {},
    "record with a list as its id": {"id": [], "name": {}},
    "list of such records": [{"id": {}, "name": []}],
}


class Mutation:
    """Changes answers of a PSA: every value at one key, at any depth, becomes another."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.key, self.value = "", None

    def rewrite(self, _request: httpx.Request, status: int, value: Any) -> tuple[int, Any]:
        """Return the answer with the value at the key, and note which keys it has."""
        return status, self._changed(value)

    def _changed(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._changed(item) for item in value]
        if not isinstance(value, dict):
            return value
        self.keys |= value.keys()
        return {
            key: self.value if key == self.key else self._changed(item)
            for key, item in value.items()
        }
