"""What was measured against what is promised. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; without a bound it only informs."""

    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    remark: str = ""

    @property
    def holds(self) -> bool:
        """Whether the value is within its bound. What was not measured (nan) is not."""
        return self.at_most is None or self.value <= self.at_most


def percentile(values: Iterable[float], part: float) -> float:
    """Return the value that this part of the values does not exceed; nan of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else math.nan


def median(values: Iterable[float]) -> float:
    """Return the middle value; nan of none."""
    return percentile(values, 0.5)


def table(rows: Sequence[Row]) -> str:
    """Return the rows as lines of text, the broken ones marked."""
    width = max(len(row.name) for row in rows)
    return "\n".join(_line(row, width) for row in rows)


def _line(row: Row, width: int) -> str:
    bound = "" if row.at_most is None else f"≤ {_number(row.at_most, row.unit)}"
    verdict = "" if row.at_most is None else ("ok" if row.holds else "BROKEN")
    line = f"{row.name:<{width}}  {_number(row.value, row.unit):>10}  {bound:<10}  {verdict:<6}"
    return f"{line}  {row.remark}".rstrip()


def _number(value: float, unit: str) -> str:
    value = float(value)
    if unit == "×":
        return f"{value:.2f} ×"
    return f"{value:.0f} {unit}".rstrip() if value.is_integer() else f"{value:.1f} {unit}".rstrip()
