"""The querysets of a filter of the post history; `make bench-history` measures them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection as database
from django.db.models import Q, QuerySet

from accounts.models import Account
from psa.history import words
from psa.models import Post
from psa.naming import named_session, named_ticket
from resolutionflow.lib.folding import fold
from resolutionflow.lib.zones import start_of

_TICKET = re.compile(r"#(\S+)")
_WORDS = re.compile(r"[^\W_]+\*?")
_FEW_DAYS = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Matches:
    """The posts that match a filter, as two querysets with the same rows and different plans.

    `by_time` is for a page in the order of time: PostgreSQL scans an index on the time and stops
    at the limit, which is quick while many rows match. `by_index` is for a bounded set of rows in
    no order: PostgreSQL reads the most selective index, which is quick while few rows match.
    """

    by_time: QuerySet[Post]
    by_index: QuerySet[Post]


def matching(account: Account, wanted: Mapping[str, Any]) -> Matches:
    """Return the account's posts that match the whole filter.

    `wanted` is what PostFilterForm holds: q, status, note_type, user (a person), since and
    until (days as pages show them, both included). A missing name restricts nothing. In q,
    `#48291` is a ticket and `RF-7K3Q9D` a session. Every other word has to be a word of the text
    or of the ticket's number, or, with a star behind it, a prefix of one.
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
        return Matches(in_columns, in_columns)
    if database.vendor != "postgresql":
        for word in (word.rstrip("*") for word in asked_words):
            in_columns = in_columns.filter(Q(folded__contains=word) | Q(ticket_id__startswith=word))
        return Matches(in_columns, in_columns)
    common = words.common_prefixes(asked_words, account)
    by_time = words.with_words(in_columns, asked_words, common)
    if common or _are_few_days(wanted):
        # A few days match fewer rows than most words do, and a common prefix matches so many
        # that the scan by time finds a page of them soon.
        return Matches(by_time, by_time)
    return Matches(by_time, words.with_words_of_account(posts, asked_words, account, asked))


def _between(wanted: Mapping[str, Any]) -> QuerySet[Post]:
    """Return the posts of these days, of every account."""
    since, until = wanted.get("since"), wanted.get("until")
    posts = Post.objects.all()
    if since:
        posts = posts.filter(created_at__gte=start_of(since))
    return posts.filter(created_at__lt=start_of(until + timedelta(days=1))) if until else posts


def _are_few_days(wanted: Mapping[str, Any]) -> bool:
    since, until = wanted.get("since"), wanted.get("until")
    return bool(since and until and until - since <= _FEW_DAYS)


def _short_names(typed: str) -> str:
    """Return the text, or `#48291` if all of it is a ticket's number or address."""
    number = named_ticket(typed)
    return f"#{number}" if number else typed


def _named(posts: QuerySet[Post], typed: str) -> QuerySet[Post]:
    """Return the posts of the tickets and sessions that the text names."""
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
    """Return the words of the text but those that name a ticket or a session."""
    parts = (part for part in typed.split() if not _is_named(part))
    return [word for part in parts for word in _WORDS.findall(fold(part))]
