"""A PSA's JSON, refused before it is parsed where its values would fill the memory. Pure.

16 MB of `[],` are 800 MB of lists, and one emoji makes four bytes of every letter beside it. So
what a body becomes is estimated from its bytes first, and what is no longer needed is let go of
before the next thing is made: the bytes, then their text.
"""

import json
import re
from collections.abc import Collection
from itertools import islice
from typing import Any

from psa.providers.cleaning import cleaned

# Bytes that a text, its strings and its values may take in memory, as estimated. A page of 1,000
# members with all their fields takes half of it.
MOST_DECODED = 40 * 1024 * 1024
# Bytes for each string, comma, colon or opening bracket: a key with its entry in an object, which
# costs most (230 bytes in CPython 3.11), has three of them.
_TOKEN = 75

_STRING_OR_MARK = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[,:\[{]', re.DOTALL)
# CPython takes one, two or four bytes for each character of a string, as its largest one needs.
_FOUR_BYTES = re.compile(rb"[\xf0-\xff]")
_FOUR_BYTES_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")
_TWO_BYTES = re.compile(rb"[\xc4-\xef]")
_TWO_BYTES_ESCAPED = re.compile(rb"\\u(?!00)")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class TooCostly(ValueError):
    """The values would take more memory than any answer that we expect."""


def parsed(body: bytearray, *, texts: Collection[str]) -> Any:
    """Return the JSON value of a body in UTF-8, cleaned (`texts`: see `cleaned`).

    Empties the body. Raises ValueError for what is not JSON, or is nested too deeply, and
    TooCostly before anything is made of it.
    """
    if not _is_cheap(body):
        raise TooCostly("the values would take too much memory")
    if body.startswith(_BYTE_ORDER_MARK):
        del body[: len(_BYTE_ORDER_MARK)]
    text = body.decode("utf-8", "surrogatepass")
    body.clear()
    try:
        value = json.loads(text)
        del text
        return cleaned(value, texts=texts)
    except RecursionError as error:
        raise ValueError("the JSON is nested too deeply") from error


def _is_cheap(body: bytearray) -> bool:
    """Return whether the values of the body take at most MOST_DECODED bytes, as estimated."""
    marks = sum(body.count(mark) for mark in (b",", b":", b"[", b"{"))
    quick = 2 * 4 * len(body) + _TOKEN * (marks + body.count(b'"'))
    if quick <= MOST_DECODED:
        return True
    # Closer, and slower: marks inside of strings do not count.
    left = MOST_DECODED - 2 * _width(body) * len(body)
    most = max(0, left // _TOKEN)
    found = sum(1 for _ in islice(_STRING_OR_MARK.finditer(body), most + 1))
    return left >= 0 and found <= most


def _width(body: bytearray) -> int:
    """Return the bytes that a character of the text, or of one of its strings, may take."""
    plain = body.isascii()
    if _FOUR_BYTES_ESCAPED.search(body) or (not plain and _FOUR_BYTES.search(body)):
        return 4
    if _TWO_BYTES_ESCAPED.search(body) or (not plain and _TWO_BYTES.search(body)):
        return 2
    return 1
