"""CSV downloads: sent while they are made, and nothing in them is a formula."""

import csv
import io

import pytest

from resolutionflow.lib import spreadsheet


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")']
)
def test_what_a_spreadsheet_would_run_is_text(cell):
    assert spreadsheet.neutral(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("value", "cell"), [("Erin", "Erin"), ("a=b", "a=b"), ("", ""), (None, ""), (7, "7")]
)
def test_everything_else_stays_as_it_is(value, cell):
    assert spreadsheet.neutral(value) == cell


def test_a_reader_gets_the_rows_back():
    rows = [['O\'Brien, "the IT guy"', "two\nlines", "żółć 😀"], ["=1", "", "x"]]
    text = b"".join(spreadsheet.download("a.csv", ["a", "b", "c"], rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b", "c"], rows[0], ["'=1", "", "x"]]


def test_rows_are_read_while_the_file_is_sent():
    def endless():
        while True:
            yield ["more"]

    answer = spreadsheet.download("a.csv", ["a"], endless())
    parts = iter(answer)
    assert [next(parts) for _ in range(3)][2] == b"more\r\n"
    assert answer["Content-Disposition"] == 'attachment; filename="a.csv"'
