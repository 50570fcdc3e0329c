"""Which posts hold some words, as PostgreSQL finds them quickly among a million.

It keeps a column `words` of each post, which the model does not know; see the migration
0009_post_history. What each way costs is measured by `make bench-history`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import BooleanField, Count, Func, Q, QuerySet, Value

from accounts.models import Account
from psa.models import Post

# A beginning that so many of the newest posts hold stands in more words than an index is good for.
_NEWEST, _MANY = 300, 40
_MARKS = {"state": "state", "note_type": "type", "posted_by": "person"}


class _Holds(Func):
    """Whether the words are in the post.

    With `marks`, texts that no word is like, also whose it is and how it stands: the index alone
    tells then which posts it is.
    """

    template = "psa_post.words @@ (%(expressions)s)"
    arg_joiner = " && "
    output_field = BooleanField()

    def __init__(self, words: Sequence[str], marks: Sequence[str] = ()) -> None:
        query = " & ".join(f"'{word.rstrip('*')}'{':*' * word.endswith('*')}" for word in words)
        parts: list[Func] = [Func(Value("simple"), Value(query), function="to_tsquery")]
        if marks:
            quoted = " & ".join(f"'{mark}'" for mark in marks)
            parts.append(Func(Value(quoted), template="(%(expressions)s)::tsquery"))
        super().__init__(*parts)


class _HoldsWithoutIndex(_Holds):
    """The same of a post that is already at hand: no index is asked for it."""

    template = "(psa_post.words @@ (%(expressions)s)) IS TRUE"


def holding(
    posts: QuerySet[Post], words: Sequence[str], common: Sequence[str] = ()
) -> QuerySet[Post]:
    """Return those of the posts that hold all words, found as PostgreSQL sees fit.

    A word with a star behind it is the beginning of one. To an index a beginning costs as much
    as all words that begin so; the common ones are looked for in the posts that the rest finds.
    """
    if rest := [word for word in words if word not in common]:
        posts = posts.filter(_Holds(rest))
    return posts.filter(_HoldsWithoutIndex(common)) if common else posts


def marked(
    posts: QuerySet[Post], words: Sequence[str], account: Account, asked: Mapping[str, Any]
) -> QuerySet[Post]:
    """Return those of everybody's posts that are this account's and hold all words, by the index.

    `asked` holds what state, note_type and posted_by have to be.
    """
    marks = [f"=account{account.pk}"]
    marks += [f"={_MARKS[name]}{getattr(value, 'pk', value)}" for name, value in asked.items()]
    return posts.filter(_Holds(words, marks))


def common_beginnings(words: Sequence[str], account: Account) -> list[str]:
    """Return the words with a star that many of the account's newest posts hold."""
    beginnings = [word for word in words if word.endswith("*")]
    if not beginnings:
        return []
    counts = {
        str(place): Count("pk", filter=Q(_Holds([word]))) for place, word in enumerate(beginnings)
    }
    newest = Post.objects.filter(account=account).order_by("-created_at", "-id")[:_NEWEST]
    found = Post.objects.filter(pk__in=newest.values("pk")).aggregate(**counts)
    return [word for place, word in enumerate(beginnings) if found[str(place)] >= _MANY]
