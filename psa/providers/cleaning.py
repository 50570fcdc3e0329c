"""Makes what another system's JSON holds fit for a page, a database and a log. Pure.

A PSA repeats what customers' mails, other tools and its own old databases put into it. Clean
each answer once, where it is parsed, so that nothing behind it has to expect such values.
"""

import html
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from resolutionflow.lib.text import without_controls

# Half of a surrogate pair. .NET and SQL Server cut texts at UTF-16 units, and JSON can carry the
# half that is left as \ud83d; no UTF-8 can, so pages and databases raise UnicodeEncodeError.
_HALF_PAIRS = re.compile(r"[\ud800-\udfff]")
# Embeddings, overrides and isolates turn the direction of what follows them, as U+202E makes
# "exe.pdf" of "fdp.exe". The marks U+200E, U+200F and U+061C stay: they turn nothing round.
_DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# Only what ends with a semicolon: in an address, "&copy=2" is no entity.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LARGEST = 2**63 - 1
# Years outside are how databases say that there is no date: .NET's DateTime.MinValue is in the
# year 1, SQL Server's smallest dates in 1753 and 1900, "never" in 9999. Those at the ends of the
# calendar also overflow when they are moved to another time zone.
_BEFORE, _AFTER = 1970, 2200


def cleaned(value: Any, *, texts: Collection[str]) -> Any:
    """Return a parsed JSON value without what a page or a database cannot take.

    Halves of surrogate pairs become U+FFFD, control characters go. Strings are one line, in the
    direction that their letters have, but for those under the keys `texts`, which keep line ends
    and characters that turn the direction: what was written there is compared with what was
    stored. NaN, infinity and numbers beyond 64 bits become None.
    """
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, dict):
        return {
            key: whole(item)
            if key in texts and isinstance(item, str)
            else cleaned(item, texts=texts)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [cleaned(item, texts=texts) for item in value]
    if isinstance(value, int | float):
        # False for NaN as well.
        return value if -_LARGEST <= value <= _LARGEST else None
    return value


def whole(text: str) -> str:
    """Return a text of several lines with U+FFFD for halves of surrogate pairs, and no controls."""
    if text.isascii() and text.isprintable():
        return text
    if _HALF_PAIRS.search(text):
        # Joins two halves that stand side by side.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return without_controls(text)


def one_line(text: str) -> str:
    """Return a text as one line that reads in the direction of its letters."""
    if text.isascii() and text.isprintable():
        return text
    return " ".join(without_directions(whole(text)).splitlines())


def without_directions(text: str) -> str:
    """Return the text without the characters that turn the direction of what follows them."""
    return _DIRECTIONS.sub("", text)


def decoded(line: str) -> str:
    """Return one line with its HTML entities decoded once, as a mail's subject may hold them."""
    found = _ENTITY.sub(lambda entity: html.unescape(entity[0]), line)
    return line if found == line else one_line(found)


def moment(text: str) -> datetime | None:
    """Return the moment that an ISO 8601 text names, in UTC; None for none and for no real one."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not _BEFORE < found.year < _AFTER:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
