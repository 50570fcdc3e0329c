"""Full-text conditions on posts, for PostgreSQL.

The generated column `words` (a tsvector with a GIN index) is not a field of the model: migration
0009_post_history adds it, on PostgreSQL only. Beside the words it holds lexemes for the account,
state, note type and author, so that one index answers a condition on all of them.
`make bench-history` measures each kind of condition with a million posts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import BooleanField, Count, Func, Q, QuerySet, Value

from accounts.models import Account
from psa.models import Post

# A prefix that _MANY of an account's _NEWEST posts match is common: the GIN index would have to
# join the lists of all words that begin so.
_NEWEST, _MANY = 300, 40
_LEXEMES = {"state": "state", "note_type": "type", "posted_by": "person"}


class _Matches(Func):
    """Whether a post has all the words, and the lexemes, as a condition for the GIN index.

    No word is like a lexeme: lexemes begin with a sign at which texts are cut.
    """

    template = "psa_post.words @@ (%(expressions)s)"
    arg_joiner = " && "
    output_field = BooleanField()

    def __init__(self, words: Sequence[str], lexemes: Sequence[str] = ()) -> None:
        query = " & ".join(f"'{word.rstrip('*')}'{':*' * word.endswith('*')}" for word in words)
        parts: list[Func] = [Func(Value("simple"), Value(query), function="to_tsquery")]
        if lexemes:
            quoted = " & ".join(f"'{lexeme}'" for lexeme in lexemes)
            parts.append(Func(Value(quoted), template="(%(expressions)s)::tsquery"))
        super().__init__(*parts)


class _MatchesWithoutIndex(_Matches):
    """The same condition as a filter on rows that another condition finds.

    `IS TRUE` keeps the planner from using the GIN index for it.
    """

    template = "(psa_post.words @@ (%(expressions)s)) IS TRUE"


def with_words(
    posts: QuerySet[Post], words: Sequence[str], common: Sequence[str] = ()
) -> QuerySet[Post]:
    """Return the posts that have all words; the planner chooses the index.

    A word with a star behind it is a prefix. The `common` ones filter the rows that the other
    conditions find, because a prefix costs the index as much as all words that begin with it.
    """
    if rest := [word for word in words if word not in common]:
        posts = posts.filter(_Matches(rest))
    return posts.filter(_MatchesWithoutIndex(common)) if common else posts


def with_words_of_account(
    posts: QuerySet[Post], words: Sequence[str], account: Account, asked: Mapping[str, Any]
) -> QuerySet[Post]:
    """Return the account's posts that have all words, by the GIN index alone.

    `asked` holds what state, note_type and posted_by have to be.
    """
    lexemes = [f"=account{account.pk}"]
    lexemes += [f"={_LEXEMES[name]}{getattr(value, 'pk', value)}" for name, value in asked.items()]
    return posts.filter(_Matches(words, lexemes))


def common_prefixes(words: Sequence[str], account: Account) -> list[str]:
    """Return those of the prefixes that many of the account's newest posts match."""
    prefixes = [word for word in words if word.endswith("*")]
    if not prefixes:
        return []
    counts = {
        str(place): Count("pk", filter=Q(_Matches([word]))) for place, word in enumerate(prefixes)
    }
    newest = Post.objects.filter(account=account).order_by("-created_at", "-id")[:_NEWEST]
    found = Post.objects.filter(pk__in=newest.values("pk")).aggregate(**counts)
    return [word for place, word in enumerate(prefixes) if found[str(place)] >= _MANY]
