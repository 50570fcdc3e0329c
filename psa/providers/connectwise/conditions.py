"""ConnectWise's query conditions, built from typed values and an allow-list of fields.

No caller's text ever reaches the query outside of a quoted string, and no quoted string
can end early. ConnectWise accepts both kinds of quotes, and nobody documents how to write
a quote or a backslash inside one (clients that escape do not claim a test; looked at in
2026). So nothing is escaped: text is cut at what cannot be written safely, and all its
pieces are asked for. The answer may then hold a few records too many, never too few.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

# Of a text that is cut into more pieces than this, the longest are asked for.
MOST_PIECES = 8


@dataclass(frozen=True, slots=True)
class Field:
    """A field that may be asked for: of which resource, its path, and its kind."""

    resource: str
    path: str
    kind: type[str] | type[int] | type[bool] | type[datetime]


TICKET_ID = Field("ticket", "id", int)
TICKET_SUMMARY = Field("ticket", "summary", str)
TICKET_BOARD = Field("ticket", "board/id", int)
TICKET_STATUS = Field("ticket", "status/name", str)
TICKET_STATUS_ID = Field("ticket", "status/id", int)
TICKET_PRIORITY = Field("ticket", "priority/id", int)
TICKET_COMPANY = Field("ticket", "company/id", int)
# Singular; `configurations/id` is refused, and so are several joined by OR (self-hosted, 2026.3).
TICKET_CONFIGURATION = Field("ticket", "configuration/id", int)
TICKET_OWNER_ID = Field("ticket", "owner/id", int)
TICKET_OWNER_IDENTIFIER = Field("ticket", "owner/identifier", str)
TICKET_RESOURCES = Field("ticket", "resources", str)
TICKET_CLOSED = Field("ticket", "closedFlag", bool)
TICKET_UPDATED = Field("ticket", "lastUpdated", datetime)
TICKET_REFERENCE = Field("ticket", "externalXRef", str)
COMPANY_NAME = Field("company", "name", str)
COMPANY_DELETED = Field("company", "deletedFlag", bool)
COMPANY_IDENTIFIER = Field("company", "identifier", str)
CONTACT_COMPANY = Field("contact", "company/id", int)
CONTACT_FIRST = Field("contact", "firstName", str)
CONTACT_LAST = Field("contact", "lastName", str)
CONTACT_INACTIVE = Field("contact", "inactiveFlag", bool)
CONFIGURATION_ID = Field("configuration", "id", int)
CONFIGURATION_COMPANY = Field("configuration", "company/id", int)
SCHEDULE_OBJECT = Field("schedule", "objectId", int)
SCHEDULE_TYPE = Field("schedule", "type/id", int)
SCHEDULE_DONE = Field("schedule", "doneFlag", bool)
TIME_CHARGED_TO = Field("time", "chargeToId", int)
TIME_CHARGED_KIND = Field("time", "chargeToType", str)
TIME_MEMBER = Field("time", "member/id", int)
TIME_START = Field("time", "timeStart", datetime)
MEMBER_ID = Field("member", "id", int)
BOARD_INACTIVE = Field("board", "inactiveFlag", bool)
# Statuses say `inactive` where boards say `inactiveFlag`.
STATUS_INACTIVE = Field("status", "inactive", bool)


@dataclass(frozen=True, slots=True)
class Condition:
    """A finished condition; `str()` is what goes into the `conditions` parameter.

    Made by this module's functions only, so that its text is always one whole group.
    Where it is not exact, it also finds records that were not asked for.
    """

    resource: str
    text: str
    is_exact: bool = True

    def __str__(self) -> str:
        """Return the condition as ConnectWise reads it."""
        return self.text


def equals(field: Field, value: str | int | bool) -> Condition:
    """Ask for the value itself.

    Text that cannot be quoted whole, or whose brackets mean something to `contains` and
    perhaps nothing to `=`, is asked for by `contains`: compare what comes back.
    Raises TypeError when the value is not of the field's kind, ValueError for empty text.
    """
    _check(field, value)
    if not isinstance(value, str):
        return _one(field, "=", str(value).lower())
    pieces = _pieces(value)
    if len(pieces) > 1 or "[" in value or "\\" in value:
        return contains(field, value)
    return _one(field, "=", pieces[0])


def contains(field: Field, text: str) -> Condition:
    """Ask for records whose field holds the text anywhere, in any case.

    Raises TypeError for a field that is not text, ValueError for empty text.
    """
    _check(field, text)
    pieces = _pieces(text)
    asked = sorted(set(pieces), key=pieces.index)
    if len(asked) > MOST_PIECES:
        asked = sorted(asked, key=len, reverse=True)[:MOST_PIECES]
    whole = and_(*(_one(field, "contains", piece) for piece in asked))
    # `%` and `_` may mean something to the LIKE below, as `[` does; nobody documents it.
    exact = len(pieces) == 1 and not any(sign in text for sign in "\\%_")
    return Condition(whole.resource, whole.text, exact)


def missing(field: Field) -> Condition:
    """Ask for records that lack the field, or that refer to nothing by it."""
    return _one(field, "=", "null")


def after(field: Field, moment: datetime) -> Condition:
    """Ask for what is later than the aware moment; ConnectWise reads UTC in whole seconds."""
    return _beside(field, ">", moment)


def before(field: Field, moment: datetime) -> Condition:
    """Ask for what is earlier than the aware moment; ConnectWise reads UTC in whole seconds."""
    return _beside(field, "<", moment)


def _beside(field: Field, operator: str, moment: datetime) -> Condition:
    _check(field, moment)
    return _one(field, operator, f"[{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}]")


def in_(field: Field, values: Iterable[int]) -> Condition:
    """Ask for any of these numbers. Raises ValueError when there are none."""
    numbers = sorted(set(values))
    if not numbers:
        raise ValueError("in_ needs at least one value")
    for number in numbers:
        _check(field, number)
    return _one(field, "in", f"({','.join(map(str, numbers))})")


def and_(*conditions: Condition) -> Condition:
    """Ask for all of the conditions, which are of one resource."""
    return _joined("AND", conditions)


def or_(*conditions: Condition) -> Condition:
    """Ask for any of the conditions, which are of one resource."""
    return _joined("OR", conditions)


def _joined(word: str, conditions: tuple[Condition, ...]) -> Condition:
    if len({condition.resource for condition in conditions}) != 1:
        raise ValueError("conditions to join are of one resource, and at least one")
    if len(conditions) == 1:
        return conditions[0]
    return Condition(
        conditions[0].resource,
        f"({f' {word} '.join(map(str, conditions))})",
        all(condition.is_exact for condition in conditions),
    )


def _one(field: Field, operator: str, literal: str) -> Condition:
    return Condition(field.resource, f"{field.path} {operator} {literal}")


def _check(field: Field, value: object) -> None:
    # Not isinstance: True is an int to Python, and not to ConnectWise.
    if type(value) is not field.kind:
        raise TypeError(f"{field.path} is asked for with {field.kind.__name__}")


def _pieces(text: str) -> list[str]:
    """Return the text as quoted strings, cut where one string could not hold it.

    A backslash is left out: whether it would be read as an escape or not, the pieces
    around it are the same.
    """
    if not text:
        raise ValueError("an empty text finds everything; leave the condition out")
    parts = [part for part in plain(text).split("\\") if part]
    if not parts:
        # Nothing but backslashes: an even number of them never ends the string early.
        return ['"' + "\\\\" * len(text) + '"']
    return [_quoted(run) for part in parts for run in _runs(part)]


def _runs(text: str) -> list[str]:
    """Cut the text so that no run holds both kinds of quotes, losing no character."""
    runs, current = [], ""
    for character in text:
        other = {'"': "'", "'": '"'}.get(character)
        if other and other in current:
            runs.append(current)
            current = ""
        current += character
    return [*runs, current]


def _quoted(run: str) -> str:
    quote = "'" if '"' in run else '"'
    # ConnectWise's own rule for a literal bracket (developer guide): SQL Server's LIKE.
    return quote + run.replace("[", "[[]") + quote


def plain(text: str) -> str:
    """Return the text as it is asked for: control characters and lone surrogates as spaces."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)
