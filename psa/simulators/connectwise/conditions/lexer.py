"""Cut condition text into tokens.

Literals as the vendor's own message lists them: strings in double or single quotes,
date-times in square brackets, digits with a decimal point and a sign, true, false, null.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["word", "string", "number", "datetime", "operator", "(", ")", ",", "end"]

LITERAL_RULES = (
    "String values should be enclosed with double or single quotes; DateTime values should be "
    "enclosed in square brackets; numbers should consist of only digits, and optionally a decimal "
    "point and a negation sign; boolean values should be indicated with the keywords true or "
    "false; null values should be indicated by the keyword null."
)


class ConditionError(Exception):
    """The text is no condition; `str()` is the sentence the vendor would answer with."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, literal or sign; `text` is the meaning (a string without quotes and escapes)."""

    kind: Kind
    text: str


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | \[(?P<datetime>[^\[\]]*)\]
    | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+))(?![\w/])
    | (?P<operator><=|>=|!=|<>|=|<|>)
    | (?P<sign>[(),])
    | (?P<word>[A-Za-z_][\w/]*)
    )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(r"\\([\\\"'])")


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of `text`, then one of kind "end".

    Raises ConditionError at the first thing that is none.
    """
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ConditionError(
                f"Unexpected text near {text[position : position + 20]!r}. {LITERAL_RULES}"
            )
        yield _token(match)
        position = match.end()
    yield Token("end", "")


def _token(match: re.Match[str]) -> Token:
    match match.lastgroup:
        case "string":
            # No document says how a quote is escaped; clients write a backslash. A backslash
            # before anything else is a backslash.
            return Token("string", _ESCAPE.sub(r"\1", match["string"][1:-1]))
        case "datetime":
            return Token("datetime", match["datetime"].strip())
        case "number":
            return Token("number", match["number"])
        case "operator":
            return Token("operator", "!=" if match["operator"] == "<>" else match["operator"])
        case "word":
            return Token("word", match["word"])
    return Token(match["sign"], match["sign"])  # type: ignore[arg-type]
