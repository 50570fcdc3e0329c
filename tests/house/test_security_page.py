"""docs/security.md speaks of each requirement of ASVS 5.0.0, level 2, and its tests exist."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()

# Sections of the standard and how many requirements of levels 1 and 2 each has: they are
# numbered first in each, before those of level 3 (OWASP ASVS 5.0.0, en, May 2025).
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
# Chapters of which nothing applies.
WHOLE = {"V10", "V17"}
NUMBER = re.compile(r"\b\d+\.\d+\.\d+\b")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (\w+) \| ([^|]+) \| ([^|]+) \|$", re.M)
TEST = re.compile(r"tests/[\w/]+\.py(?:::\w+)?")


def _between(start: str, end: str) -> str:
    return PAGE.partition(start)[2].partition(end)[0]


def test_every_requirement_is_spoken_of_once():
    wanted = {f"{name}.{n + 1}" for name, number in SECTIONS.items() for n in range(number)}
    left_out = _between("### Does not apply", "### V1 ")
    spoken = Counter([*NUMBER.findall(left_out), *(row[0] for row in ROW.findall(PAGE))])
    assert {number for number, times in spoken.items() if times > 1} == set()
    assert set(spoken) == wanted
    assert all(f"| {chapter} |" in left_out for chapter in WHOLE)


def test_each_has_a_word_that_is_explained():
    assert {row[1] for row in ROW.findall(PAGE)} <= {"yes", "partly", "no", "operator"}


def test_what_is_not_met_says_why():
    open_ones = {row[0] for row in ROW.findall(PAGE) if row[1] in ("partly", "no")}
    explained = NUMBER.findall(
        " ".join(re.findall(r"^- \*\*(.+?)\*\*", _between("## What is not met", "\x00"), re.M))
    )
    assert Counter(explained) == Counter(open_ones)


def test_what_is_met_and_tested_names_tests_that_exist():
    named = TEST.findall(PAGE)
    assert len(named) > 100
    assert [name for name in named if not _exists(name)] == []


def test_nothing_but_tests_stands_where_tests_are_named():
    odd = [
        row[0]
        for row in ROW.findall(PAGE)
        if row[3].strip() != "-" and TEST.sub("", row[3]).strip(" ,")
    ]
    assert odd == []


def _exists(name: str) -> bool:
    path, _, function = name.partition("::")
    file = ROOT / path
    if not file.exists():
        return False
    tree = ast.parse(file.read_text())
    defined = {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
    return not function or function in defined
