"""Rows for a spreadsheet: CSV that is sent while it is made, and that runs nothing."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

# A spreadsheet takes a cell that begins like this for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def neutral(value: object) -> str:
    """Return the value as a cell that every spreadsheet shows as text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def lines(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield a CSV file line by line; the mark at its start tells Excel that it is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(head)
    for row in rows:
        yield writer.writerow([neutral(value) for value in row])


def download(
    filename: str, head: Iterable[str], rows: Iterable[Iterable[object]]
) -> StreamingHttpResponse:
    """Answer with a CSV file of these rows, which are read while it is sent."""
    return StreamingHttpResponse(
        lines(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )
