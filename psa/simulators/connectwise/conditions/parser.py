"""Turn tokens into a tree.

    condition  := term (OR term)*
    term       := factor (AND factor)*
    factor     := "(" condition ")" | field operator literal | field [NOT] IN "(" literal, … ")"
    operator   := [NOT] ( = != < <= > >= LIKE CONTAINS )

`not` is a prefix of an operator, never of a group.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .lexer import LITERAL_RULES, ConditionError, Token, tokens

MAX_DEPTH = 60

LiteralKind = Literal["string", "numeric", "boolean", "datetime", "null"]


@dataclass(frozen=True, slots=True)
class Value:
    """A literal; numbers and date-times still as text, so that nothing is lost in between."""

    kind: LiteralKind
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`field operator values`; one value except for "in"."""

    field: str
    operator: str
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Parts joined by "and" or "or"; never fewer than two."""

    joint: Literal["and", "or"]
    parts: tuple["Node", ...]


Node = Comparison | Group

_KEYWORDS = frozenset({"and", "or", "not", "in", "like", "contains", "true", "false", "null"})
_OPERATORS = frozenset({"=", "!=", "<", "<=", ">", ">=", "like", "contains", "in"})


def parse(text: str) -> Node:
    """Return the tree of `text`; raises ConditionError for anything that is no condition."""
    return _Parser(tokens(text)).whole()


class _Parser:
    def __init__(self, source: Iterator[Token]) -> None:
        self._source = source
        self._token = next(source)
        self._depth = 0

    def whole(self) -> Node:
        tree = self._condition()
        if self._token.kind != "end":
            raise _unexpected(self._token)
        return tree

    def _advance(self) -> Token:
        token = self._token
        self._token = next(self._source, Token("end", ""))
        return token

    def _at_word(self, word: str) -> bool:
        return self._token.kind == "word" and self._token.text.lower() == word

    def _condition(self) -> Node:
        parts = [self._term()]
        while self._at_word("or"):
            self._advance()
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else Group("or", tuple(parts))

    def _term(self) -> Node:
        parts = [self._factor()]
        while self._at_word("and"):
            self._advance()
            parts.append(self._factor())
        return parts[0] if len(parts) == 1 else Group("and", tuple(parts))

    def _factor(self) -> Node:
        if self._token.kind != "(":
            return self._comparison()
        self._advance()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ConditionError("The condition is nested too deeply.")
        inside = self._condition()
        self._depth -= 1
        self._expect(")")
        return inside

    def _expect(self, kind: str) -> None:
        if self._advance().kind != kind:
            raise ConditionError(f"Expected {kind!r}. {LITERAL_RULES}")

    def _comparison(self) -> Comparison:
        field = self._advance()
        if field.kind != "word" or field.text.lower() in _KEYWORDS:
            raise _unexpected(field)
        negated = self._at_word("not")
        if negated:
            self._advance()
        operator = self._advance()
        name = operator.text.lower()
        if operator.kind not in ("operator", "word") or name not in _OPERATORS:
            raise _unexpected(operator)
        values = self._list() if name == "in" else (self._value(),)
        return Comparison(field.text, name, values, negated)

    def _list(self) -> tuple[Value, ...]:
        self._expect("(")
        values = [self._value()]
        while self._token.kind == ",":
            self._advance()
            values.append(self._value())
        self._expect(")")
        return tuple(values)

    def _value(self) -> Value:
        token = self._advance()
        lowered = token.text.lower()
        if token.kind == "string":
            return Value("string", token.text)
        if token.kind == "number":
            return Value("numeric", token.text)
        if token.kind == "datetime":
            return Value("datetime", token.text)
        if token.kind == "word" and lowered in ("true", "false"):
            return Value("boolean", lowered)
        if token.kind == "word" and lowered == "null":
            return Value("null", "")
        raise _unexpected(token)


def _unexpected(token: Token) -> ConditionError:
    seen = "the end" if token.kind == "end" else repr(token.text)
    return ConditionError(f"Unexpected {seen}. {LITERAL_RULES}")
