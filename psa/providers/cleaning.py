"""Makes what another system's JSON holds fit for a page, a database and a log. Pure.

A PSA repeats what customers' mails, other tools and its own old databases put into it. Clean
each answer once, where it is parsed, so that nothing behind it has to expect such values.
"""

import html
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from resolutionflow.lib.text import one_line, storable

# Only what ends with a semicolon: in an address, "&copy=2" is no entity.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LARGEST = 2**63 - 1
# Years outside are how databases say that there is no date: .NET's DateTime.MinValue is in the
# year 1, SQL Server's smallest dates in 1753 and 1900, "never" in 9999. Those at the ends of the
# calendar also overflow when they are moved to another time zone.
_BEFORE, _AFTER = 1970, 2200


def cleaned(value: Any, *, texts: Collection[str]) -> Any:
    """Return a parsed JSON value without what a page or a database cannot take.

    Lists and objects are changed in place: a copy would double what a large answer takes.
    Halves of surrogate pairs become U+FFFD, control characters go. Strings are one line, in the
    direction that their letters have, but for those under the keys `texts`, which keep line ends
    and characters that turn the direction: what was written there is compared with what was
    stored. NaN, infinity and numbers beyond 64 bits become None.
    """
    root = [value]
    unseen: list[Any] = [root]
    while unseen:
        container = unseen.pop()
        if isinstance(container, dict):
            for key, item in container.items():
                if isinstance(item, dict | list):
                    unseen.append(item)
                else:
                    container[key] = _fit(item, is_text=key in texts)
        else:
            for at, item in enumerate(container):
                if isinstance(item, dict | list):
                    unseen.append(item)
                else:
                    container[at] = _fit(item)
    return root[0]


def _fit(value: Any, *, is_text: bool = False) -> Any:
    """Return a value that is no list and no object, cleaned."""
    if isinstance(value, str):
        return storable(value) if is_text else one_line(value)
    if isinstance(value, int | float):
        # False for NaN as well.
        return value if -_LARGEST <= value <= _LARGEST else None
    return value


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
