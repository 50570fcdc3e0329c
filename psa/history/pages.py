"""Pages of the post history. The first and the last page cost the same, however many posts match.

Pages are numbered from the newest post (1, 2 …) or from the oldest (-1, -2 …). More than COUNTED
posts are not counted: counting would take longer than all other queries of the page together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Left

from psa.history.entry import Entry
from psa.history.search import Matches
from psa.models import DOCUMENTS, STATUS_CHANGE, TIME_ENTRY, Post

SIZE = 25
# With words in the filter each of them costs a heap fetch, which is most of the page's time.
COUNTED = 250
LAST = "last"
PREVIEW = 240
_SHOWN = (
    "ticket_id",
    "note_type",
    "state",
    "posted_by_name",
    "posted_by__name",
    "posted_by__email",
    "posted_by__account_id",
    "created_at",
    "session_post__session__reference",
    f"{STATUS_CHANGE}__state",
    f"{TIME_ENTRY}__state",
    f"{TIME_ENTRY}__warning",
)
# Beyond the last page, and still within an integer of the database.
_FAR = 10**9
_NEWEST = ("-created_at", "-id")
_OLDEST = ("created_at", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of posts, newest first, and its place among all that match.

    `number` is negative where it counts from the oldest. `total` is None above COUNTED.
    `newer` and `older` are the numbers of the pages beside this one, 0 where there is none.
    """

    entries: Sequence[Entry]
    number: int
    total: int | None
    newer: int
    older: int

    @property
    def pages(self) -> int | None:
        """How many pages there are, None if that is not known."""
        return None if self.total is None else _pages(self.total)

    @property
    def from_end(self) -> int:
        """The place of the page counted from the oldest, 0 where it is counted otherwise."""
        return max(0, -self.number)


def page(matches: Matches, asked: str) -> Page:
    """Return the page with this number or "last", or else the nearest page that exists."""
    # Without an order the planner may take the most selective index, and stop at the limit.
    some = list(matches.by_index.order_by().values_list("created_at", "pk")[: COUNTED + 1])
    total = len(some) if len(some) <= COUNTED else None
    number = _number(asked, total)
    if total is not None:
        start = (number - 1) * SIZE
        ids = [pk for _, pk in sorted(some, reverse=True)[start : start + SIZE + 1]]
    else:
        number, ids = _uncounted(matches.by_time, number)
    return Page(
        entries=_entries(ids[:SIZE] if number > 0 else ids[:SIZE][::-1]),
        number=number,
        total=total,
        newer=number - 1 if number > 0 or len(ids) > SIZE else 0,
        older=(number + 1 if len(ids) > SIZE else 0) if number > 0 else number + 1,
    )


def _uncounted(found: QuerySet[Post], number: int) -> tuple[int, list[UUID]]:
    """Return the number and the ids of a page where the total is unknown.

    A number that is too large gives the last page, and one that is too small the first.
    """
    ids = _ids(found, number)
    if ids or number in (1, -1):
        return number, ids
    number = -1 if number > 0 else 1
    return number, _ids(found, number)


def _ids(found: QuerySet[Post], number: int) -> list[UUID]:
    """Return the ids of a page and, if there are more, the one after it, in reading order."""
    order, place = (_NEWEST, number) if number > 0 else (_OLDEST, -number)
    start = (place - 1) * SIZE
    return list(found.order_by(*order).values_list("pk", flat=True)[start : start + SIZE + 1])


def _entries(ids: Sequence[UUID]) -> list[Entry]:
    """Return what a list shows of these posts, in this order."""
    posts = Post.objects.filter(pk__in=ids)
    posts = posts.select_related("session_post__session", "posted_by", STATUS_CHANGE, TIME_ENTRY)
    posts = posts.annotate(preview=Left("content", PREVIEW))
    known = posts.prefetch_related(DOCUMENTS).only(*_SHOWN).in_bulk()
    return [Entry(known[each], known[each].preview.replace("**", "")) for each in ids]


def _pages(total: int) -> int:
    return max(1, -(-total // SIZE))


def _number(asked: str, total: int | None) -> int:
    """Return the number that was asked for, as far as it is known that there is such a page."""
    try:
        number = -1 if asked == LAST else int(asked) or 1
    except ValueError:
        number = 1
    if total is None:
        return max(-_FAR, min(number, _FAR))
    pages = _pages(total)
    return min(number, pages) if number > 0 else max(1, pages + 1 + number)
