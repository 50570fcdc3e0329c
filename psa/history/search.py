"""Which posts a filter finds. What it costs is measured by `make bench-history`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db.models import BooleanField, Func, Q, QuerySet, Value

from accounts.models import Account
from psa.models import Post

_TICKET = re.compile(r"#(\S+)")
_SESSION = re.compile(r"RF-[0-9A-Z]{6}", re.IGNORECASE)
_WORDS = re.compile(r"[^\W_]+\*?")
_FEW_DAYS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Found:
    """The posts that a filter finds, as two questions for the same rows.

    `posts` is answered quickly in the order of time, however many there are; `some` in no
    order at all, however few.
    """

    posts: QuerySet[Post]
    some: QuerySet[Post]


def matching(account: Account, wanted: Mapping[str, Any]) -> Found:
    """Return the account's posts to which all of the filter applies.

    `wanted` is what PostFilterForm holds: q, status, note_type, user (a person), since and
    until (days in UTC, both included). What it lacks matches all. In q #48291 is a ticket and
    RF-7K3Q9D a session; every other word is one of the text or the ticket's number, or, with a
    star behind it, the beginning of one.
    """
    typed = wanted.get("q", "")
    posts = _named(_between(wanted), typed)
    named, words = _is_named(typed), _words_of(typed)
    if typed.strip() and not (named or words):
        posts = posts.none()
    asked = {
        name: value
        for name, value in (
            ("state", wanted.get("status")),
            ("note_type", wanted.get("note_type")),
            ("posted_by", wanted.get("user")),
        )
        if value
    }
    in_columns = posts.filter(account=account, **asked)
    if not words:
        return Found(in_columns, in_columns)
    if database.vendor != "postgresql":
        for word in (word.rstrip("*") for word in words):
            in_columns = in_columns.filter(
                Q(content__icontains=word) | Q(ticket_id__startswith=word)
            )
        return Found(in_columns, in_columns)
    in_order = in_columns.filter(_Holds(words))
    since, until = wanted.get("since"), wanted.get("until")
    if since and until and until - since <= _FEW_DAYS:
        # So few days are rarer than most words.
        return Found(in_order, in_order)
    return Found(in_order, posts.filter(_Holds(words, account, asked)))


def _between(wanted: Mapping[str, Any]) -> QuerySet[Post]:
    """Return everybody's posts of the days that are asked for."""
    since, until = wanted.get("since"), wanted.get("until")
    posts = Post.objects.all()
    if since:
        posts = posts.filter(created_at__gte=_start_of(since))
    return posts.filter(created_at__lt=_start_of(until) + timedelta(days=1)) if until else posts


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _named(posts: QuerySet[Post], typed: str) -> QuerySet[Post]:
    """Return those of the tickets and sessions that are named."""
    for part in typed.split():
        if ticket := _TICKET.fullmatch(part):
            posts = posts.filter(ticket_id=ticket[1])
        elif _SESSION.fullmatch(part):
            posts = posts.filter(session_post__session__reference=part.upper())
    return posts


def _is_named(typed: str) -> bool:
    return any(_TICKET.fullmatch(part) or _SESSION.fullmatch(part) for part in typed.split())


def _words_of(typed: str) -> list[str]:
    """Return the words of what names neither ticket nor session."""
    parts = (part for part in typed.split() if not _is_named(part))
    return [word for part in parts for word in _WORDS.findall(part)]


class _Holds(Func):
    """Whether the words are in the post, by the column that PostgreSQL makes of it.

    The column holds account, state, type and person as words too: with these asked for, the
    index alone tells which posts it is. See the migration 0009_post_history.
    """

    template = "psa_post.words @@ (%(expressions)s)"
    arg_joiner = " && "
    output_field = BooleanField()

    def __init__(
        self, words: list[str], account: Account | None = None, asked: Mapping[str, Any] = {}
    ) -> None:
        query = " & ".join(f"'{word.rstrip('*')}'{':*' * word.endswith('*')}" for word in words)
        parts: list[Func] = [Func(Value("simple"), Value(query), function="to_tsquery")]
        if account:
            also = [f"=account{account.pk}"]
            also += [
                f"={_MARKS[name]}{getattr(value, 'pk', value)}" for name, value in asked.items()
            ]
            marks = " & ".join(f"'{mark}'" for mark in also)
            parts.append(Func(Value(marks), template="(%(expressions)s)::tsquery"))
        super().__init__(*parts)


_MARKS = {"state": "state", "note_type": "type", "posted_by": "person"}
