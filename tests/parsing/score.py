"""How well the built-in matcher reads the written requests: `make parse-score`.

Precision is the share of the values it gave that are right, recall the share of the values
asked for that it gave. A wrong value is worse than none, so it counts twice in both: as a
wrong one that was given, and as a right one that is missing although there was none to find.
"""

import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.parsing.cast import CASTS, Cast
from tickets.parsing.found import Field

REQUESTS = Path(__file__).parent / "requests"
FIELDS = ["summary", *(str(each) for each in Field)]
# Nobody changed the matcher for what the last one showed.
SETS = (
    *("northwind", "harbour", "fjord"),
    *("mixed_1", "mixed_2", "mixed_3", "mixed_4", "mixed_5", "mixed_6"),
    "held_out",
)


@dataclass(frozen=True)
class Request:
    """A written request, and the names that it asks for."""

    text: str
    cast: str
    expected: dict[str, str]


@dataclass
class Score:
    """The answers of one field."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    empty: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of the values that were given; a wrong one counts twice."""
        return self.right / (self.right + 2 * self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the values that were asked for; a wrong one counts twice."""
        asked = self.right + 2 * self.wrong + self.missing
        return self.right / asked if asked else 1.0


def requests(name: str) -> Iterator[Request]:
    """Yield the requests of a set; "# cast: x" names the PSA of those that follow."""
    request: Request | None = None
    cast = name
    for line in (REQUESTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("  ") and request:
            key, _, value = line.strip().partition(": ")
            request.expected[key] = value
        elif line.startswith("# cast: "):
            cast = line.removeprefix("# cast: ")
        elif line and not line.startswith("#"):
            if request:
                yield request
            request = Request(line.replace("\\n", "\n"), cast, {})
    if request:
        yield request


def given(cast: Cast, text: str) -> dict[str, str]:
    """Return what the matcher gives, by name."""
    reading = cast.read(text)
    return {"summary": reading.summary} | {str(f): v.name for f, v in reading.found.items()}


@functools.cache
def score(name: str) -> dict[str, Score]:
    """Return the score of each field over a set."""
    casts = {each: make() for each, make in CASTS.items()}
    scores = {each: Score() for each in FIELDS}
    for request in requests(name):
        answer = given(casts[request.cast], request.text)
        for each in FIELDS:
            if each == "summary" and each not in request.expected:
                continue
            _count(scores[each], request, request.expected.get(each, ""), answer.get(each, ""))
    return scores


def _count(field_score: Score, request: Request, wanted: str, got: str) -> None:
    if got == wanted:
        field_score.right += bool(got)
        field_score.empty += not got
        return
    field_score.wrong += bool(got)
    field_score.missing += not got
    field_score.misses.append(f"{request.text!r}: {got or 'nothing'!r} instead of {wanted!r}")


def main() -> int:
    """Print the table of each set, and with -v what was missed."""
    for name in SETS:
        kind = "held out" if name == SETS[-1] else "looked at"
        print(f"\n{name}: {len(list(requests(name)))} requests, {kind}")
        print(f"  {'field':10}{'precision':>10}{'recall':>9}{'right':>7}{'wrong':>7}{'missing':>9}")
        for each, got in score(name).items():
            print(
                f"  {each:10}{got.precision:>10.3f}{got.recall:>9.3f}"
                f"{got.right:>7}{got.wrong:>7}{got.missing:>9}"
            )
            if "-v" in sys.argv:
                for miss in got.misses:
                    print(f"      {miss}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
