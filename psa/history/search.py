"""Which posts a filter finds. What it costs is measured by `make bench-history`."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db.models import BooleanField, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from accounts.models import Account
from psa.models import Post

_TICKET = re.compile(r"#(\S+)")
_SESSION = re.compile(r"RF-[0-9A-Z]{6}", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+")


def matching(account: Account, wanted: Mapping[str, Any]) -> QuerySet[Post]:
    """Return the account's posts to which all of the filter applies, in no order.

    `wanted` is what PostFilterForm holds: q, status, note_type, user (a person), since and
    until (days in UTC, both included). What it lacks matches all.
    """
    asked = {
        "state": wanted.get("status"),
        "note_type": wanted.get("note_type"),
        "posted_by": wanted.get("user"),
        "created_at__gte": _start_of(wanted.get("since")),
        "created_at__lt": _start_of(wanted.get("until"), days=1),
    }
    posts = Post.objects.filter(
        account=account, **{name: value for name, value in asked.items() if value}
    )
    for part in wanted.get("q", "").split():
        posts = posts.filter(_found(part))
    return posts


def _start_of(day: date | None, days: int = 0) -> datetime | None:
    """Return the moment at which the day begins, so many days later."""
    if day is None:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=days)


def _found(part: str) -> Q | Combinable:
    """Return the condition for one part of what was typed.

    #48291 is a ticket and RF-7K3Q9D a session; anything else stands in the text, or begins
    the ticket's number.
    """
    if ticket := _TICKET.fullmatch(part):
        return Q(ticket_id=ticket[1])
    if _SESSION.fullmatch(part):
        return Q(session_post__session__reference=part.upper())
    if database.vendor == "postgresql":
        return _InWords(part)
    return Q(content__icontains=part) | Q(ticket_id__startswith=part)


class _InWords(Func):
    """Whether every word of the part begins a word of the note or its ticket's number.

    By the column that the database makes of them, see the migration 0009_post_history.
    """

    template = "psa_post.words @@ to_tsquery('simple', %(expressions)s)"
    output_field = BooleanField()

    def __init__(self, part: str) -> None:
        super().__init__(Value(" & ".join(f"'{word}':*" for word in _WORDS.findall(part))))
