"""Which posts a filter finds. What it costs is measured by `make bench-history`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection as database
from django.db.models import Q, QuerySet

from accounts.models import Account
from psa.history import words
from psa.models import Post
from psa.naming import named_session, named_ticket
from resolutionflow.lib.folding import fold

_TICKET = re.compile(r"#(\S+)")
_WORDS = re.compile(r"[^\W_]+\*?")
_FEW_DAYS = timedelta(days=31)


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
    typed = _short_names(wanted.get("q", ""))
    posts = _named(_between(wanted), typed)
    named, asked_words = _is_named(typed), _words_of(typed)
    if typed.strip() and not (named or asked_words):
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
    if not asked_words:
        return Found(in_columns, in_columns)
    if database.vendor != "postgresql":
        for word in (word.rstrip("*") for word in asked_words):
            in_columns = in_columns.filter(Q(folded__contains=word) | Q(ticket_id__startswith=word))
        return Found(in_columns, in_columns)
    common = words.common_beginnings(asked_words, account)
    in_order = words.holding(in_columns, asked_words, common)
    if common or _are_few_days(wanted):
        # So few days are rarer than most words; and what is common is found soon in any order.
        return Found(in_order, in_order)
    return Found(in_order, words.marked(posts, asked_words, account, asked))


def _between(wanted: Mapping[str, Any]) -> QuerySet[Post]:
    """Return everybody's posts of the days that are asked for."""
    since, until = wanted.get("since"), wanted.get("until")
    posts = Post.objects.all()
    if since:
        posts = posts.filter(created_at__gte=_start_of(since))
    return posts.filter(created_at__lt=_start_of(until) + timedelta(days=1)) if until else posts


def _are_few_days(wanted: Mapping[str, Any]) -> bool:
    since, until = wanted.get("since"), wanted.get("until")
    return bool(since and until and until - since <= _FEW_DAYS)


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _short_names(typed: str) -> str:
    """Return what was typed, as #48291 where the whole of it names a ticket."""
    number = named_ticket(typed)
    return f"#{number}" if number else typed


def _named(posts: QuerySet[Post], typed: str) -> QuerySet[Post]:
    """Return those of the tickets and sessions that are named."""
    for part in typed.split():
        if ticket := _TICKET.fullmatch(part):
            posts = posts.filter(ticket_id=ticket[1])
        elif (name := named_session(part)) is not None:
            field = "reference" if isinstance(name, str) else "pk"
            posts = posts.filter(**{f"session_post__session__{field}": name})
    return posts


def _is_named(typed: str) -> bool:
    return any(_TICKET.fullmatch(part) or named_session(part) is not None for part in typed.split())


def _words_of(typed: str) -> list[str]:
    """Return the words of what names neither ticket nor session."""
    parts = (part for part in typed.split() if not _is_named(part))
    return [word for part in parts for word in _WORDS.findall(fold(part))]
