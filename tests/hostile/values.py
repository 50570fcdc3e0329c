"""Answers that are well formed, and hold what no page, database or clock expects."""

import re
from collections.abc import Callable
from typing import Any

from tests.hostile.attack import Attack, Honest, Request, Wire, send_value

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
# Keys whose texts decide what a record is: changed, the record would only be another one.
_KEPT = frozenset({"id", "identifier", "href"})
Change = Callable[[Any], Any]


def changed(value: Any, change: Change, key: str = "") -> Any:
    """Return the value with `change` done to each text and number that is no id."""
    if isinstance(value, dict):
        return {name: changed(item, change, name) for name, item in value.items()}
    if isinstance(value, list):
        return [changed(item, change, key) for item in value]
    return value if key in _KEPT else change(value)


def _values(name: str, change: Change) -> Attack:
    def write(wire: Wire, request: Request, honest: Callable[[], Honest]) -> None:
        answer = honest()
        send_value(wire, changed(answer.value, change), status=f"{answer.status} Whatever")

    return Attack(name, "values", write)


def _dates(name: str, date: str) -> Attack:
    def change(value: Any) -> Any:
        return date if isinstance(value, str) and _DATE.match(value) else value

    return _values(name, change)


def _texts(name: str, text: str) -> Attack:
    """Return an attack that ends each text that is no date with `text`."""

    def change(value: Any) -> Any:
        return value + text if isinstance(value, str) and not _DATE.match(value) else value

    return _values(name, change)


def _numbers(name: str, number: float) -> Attack:
    def change(value: Any) -> Any:
        return number if isinstance(value, int | float) and not isinstance(value, bool) else value

    return _values(name, change)


def _wait_for(name: str, retry_after: str) -> Attack:
    def write(wire: Wire, request: Request, honest: Callable[[], Honest]) -> None:
        send_value(wire, {}, f"Retry-After: {retry_after}", status="429 Too Many Requests")

    return Attack(name, "values", write)


def _next_page_elsewhere(wire: Wire, request: Request, honest: Callable[[], Honest]) -> None:
    answer = honest()
    link = 'Link: <http://169.254.169.254/?page=2>; rel="next"'
    send_value(wire, answer.value, link, status=f"{answer.status} Whatever")


def _pages_for_ever(wire: Wire, request: Request, honest: Callable[[], Honest]) -> None:
    """Answer each list with a full page, whatever its number, and everything else honestly."""
    answer = honest()
    size = re.search(r"[?&]pageSize=(\d{1,4})(?:&|$)", request.target)
    value = answer.value
    if size and isinstance(value, list):
        row = value[0] if value else {"id": 1, "name": "x", "identifier": "x"}
        value = [row] * int(size[1])
    send_value(wire, value, status=f"{answer.status} Whatever")


def _as_type(name: str, value: Any) -> Attack:
    """Return an attack that puts `value` in place of each text and number that is no id."""
    return _values(name, lambda _: value)


VALUES = (
    _dates("dates-of-the-year-1", "0001-01-01T00:00:00Z"),
    _dates("dates-of-the-year-9999", "9999-12-31T23:59:59Z"),
    _dates("dates-of-the-year-0", "0000-00-00T00:00:00Z"),
    _dates("dates-of-month-13", "2026-13-45T99:99:99Z"),
    _dates("dates-without-a-zone", "2026-11-28T09:00:00"),
    _dates("dates-of-another-zone", "9999-12-31T23:59:59-23:59"),
    _dates("dates-that-are-numbers", "1764320400000"),
    _texts("half-of-an-emoji", "\ud83d"),
    _texts("second-half-of-an-emoji", "\ude00"),
    _texts("zero-bytes", "\x00"),
    _texts("controls-in-texts", "\x01\x1b[31m\x7f"),
    _texts("line-ends-in-lines", "\r\nX: y\u2028\u2029\x85"),
    _texts("directions-in-texts", "\u202efdp.exe"),
    _texts("markup", "<script>alert(1)</script>&amp;<img src=x onerror=alert(1)>"),
    _texts("templates", "{{ settings.SECRET_KEY }}{% debug %}"),
    _numbers("numbers-that-are-none", float("nan")),
    _numbers("numbers-without-an-end", float("inf")),
    _numbers("numbers-of-65-bits", 2**65),
    _numbers("numbers-below-nothing", -1),
    _as_type("lists-for-values", []),
    _as_type("objects-for-values", {}),
    _as_type("nulls-for-values", None),
    _as_type("truths-for-values", True),
    _wait_for("wait-for-ever", "1" + "0" * 300),
    _wait_for("wait-below-nothing", "-5"),
    _wait_for("wait-for-no-number", "nan"),
    _wait_for("wait-until-the-year-9999", "Fri, 31 Dec 9999 23:59:59 GMT"),
    _wait_for("wait-until-no-date", "Mon, 99 Foo 0000 99:99:99 GMT"),
    Attack("next-page-elsewhere", "values", _next_page_elsewhere),
    Attack("pages-for-ever", "values", _pages_for_ever),
)
