"""`like` and `contains`, with what leaks through from SQL Server's LIKE.

The guide documents `*`, working code uses `%`; the guide's table writes a literal `[` as
`[[]`, so character classes are at work below. Matching ignores case, as the database's
collation does (inferred).
"""

import re
from collections.abc import Callable

Match = Callable[[str], bool]


def like_pattern(value: str, *, whole: bool, wildcards: str) -> Match:
    """Return a test on case-folded text.

    `whole`: `like`, the pattern covers the text; else `contains`, it lies anywhere in it.
    `wildcards` are the signs of "%*_" that mean something in `like`; `contains` needs none.
    """
    folded = value.casefold()
    if not whole and "[" not in folded:
        return lambda text: folded in text
    expression = _translate(folded, wildcards if whole else "")
    if expression is None:
        return _never
    compiled = re.compile(expression, re.DOTALL)
    find = compiled.fullmatch if whole else compiled.search
    return lambda text: find(text) is not None


def _never(text: str) -> bool:  # noqa: ARG001 - a match takes a text
    return False


def _translate(pattern: str, wildcards: str) -> str | None:
    """Return the regular expression, or None if it can match nothing (a `[` without `]`)."""
    parts = []
    position = 0
    while position < len(pattern):
        sign = pattern[position]
        if sign == "[":
            end = pattern.find("]", position + 2)
            if end < 0:
                return None
            parts.append(_character_class(pattern[position + 1 : end]))
            position = end
        elif sign in wildcards:
            parts.append("." if sign == "_" else ".*")
        else:
            parts.append(re.escape(sign))
        position += 1
    return "".join(parts)


def _character_class(inside: str) -> str:
    negated = len(inside) > 1 and inside[0] == "^"
    signs = re.sub(r"([\\\[\]^&~|])", r"\\\1", inside[1:] if negated else inside)
    if re.search(r"(.)-(.)", signs) and any(m[1] > m[2] for m in re.finditer("(.)-(.)", signs)):
        signs = re.escape(signs)
    return f"[{'^' if negated else ''}{signs}]"
