"""The history as a table for a spreadsheet, line by line, however long it is."""

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Q, QuerySet

from psa.models import STATUS_CHANGE, TIME_ENTRY, Post
from resolutionflow.lib.database import release_database

BATCH = 500
COLUMNS = (
    "created (UTC)",
    "person",
    "ticket",
    "session",
    "note type",
    "state",
    "posted (UTC)",
    "PSA note id",
    "attempts",
    "status change",
    "status from",
    "status to",
    "error",
    "status error",
    "warning",
    "text",
    "post id",
    "person e-mail",
)
# What a spreadsheet would take for a formula; also as East Asian keyboards write it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def lines(found: QuerySet[Post]) -> Iterator[str]:
    """Yield the table as CSV, newest first, in constant memory.

    Begins with a byte order mark: without it Excel reads UTF-8 as something else. Between two
    pieces no database connection is held, so that a slow download costs nobody anything.
    """
    yield "\ufeff" + _written([COLUMNS])
    posts = found.defer("generated_content", "stored_content")
    posts = posts.select_related("session_post__session", "posted_by", STATUS_CHANGE, TIME_ENTRY)
    batch = _after(posts, None)
    while batch:
        yield _written(map(_row, batch))
        batch = _after(posts, batch[-1]) if len(batch) == BATCH else []


def _after(posts: QuerySet[Post], last: Post | None) -> list[Post]:
    """Return the posts that follow this one; what was posted meanwhile shifts nothing."""
    if last is not None:
        seen = Q(created_at=last.created_at, id__gte=last.pk)
        posts = posts.filter(~seen, created_at__lte=last.created_at)
    batch = list(posts.order_by("-created_at", "-id")[:BATCH])
    release_database()
    return batch


def _row(post: Post) -> tuple[str, ...]:
    return (
        _moment(post.created_at),
        post.posted_by_name,
        post.ticket_id,
        _session_of(post),
        post.get_note_type_display(),
        post.get_state_display(),
        _moment(post.posted_at),
        post.external_note_id,
        str(post.attempts),
        post.status_label,
        post.status_changed_from,
        post.status_changed_to,
        post.error,
        post.status_error,
        post.warning,
        post.content,
        str(post.pk),
        post.posted_by.email if post.posted_by else "",
    )


def _session_of(post: Post) -> str:
    try:
        return str(post.session_post.session.reference)
    except ObjectDoesNotExist:
        return ""


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def _written(rows: Iterator[tuple[str, ...]] | list[tuple[str, ...]]) -> str:
    table = StringIO()
    csv.writer(table).writerows(map(_neutral, row) for row in rows)
    return table.getvalue()


def _neutral(cell: str) -> str:
    """Return the cell as a text that no spreadsheet calculates."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
