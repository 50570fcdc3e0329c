"""Lists of tickets: a page that holds what it should, with a number, or with what is missing."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from psa.providers.connectwise import response, search
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.conditions import Condition
from psa.providers.connectwise.response import Record
from psa.providers.connectwise.statuses import OpenStatuses
from psa.providers.errors import PsaError, ServerError, Timeout
from psa.providers.types import Page, Ticket, TicketFilter
from resolutionflow.lib.side_by_side import both, each

logger = logging.getLogger(__name__)

_TICKETS = "/service/tickets"
# How many of the tickets that are found are looked at for related ones.
NEWEST = 100


class TicketLists:
    """One ConnectWise's lists of tickets; `ticket` makes one of a record."""

    def __init__(
        self,
        client: ConnectWiseClient,
        ticket: Callable[[Record], Ticket],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._ticket = ticket
        self._open_statuses = OpenStatuses(client, clock=clock)

    def page(self, wanted: TicketFilter, page: int, page_size: int) -> Page[Ticket]:
        """Return a page of the tickets that the filter describes, with their number.

        Raises InvalidRequest for a filter or a page that cannot be asked for.
        """
        asked = search.search_for(wanted)
        search.check_page(page, page_size)
        # A status by its name bounds the list itself.
        of_open = wanted.closed is False and not wanted.status_name
        if not of_open:
            return self._page([asked.condition], asked, page, page_size)
        return self._page_of_open(asked, wanted.board_id, page, page_size)

    def newest(self, condition: Condition | None) -> list[Ticket]:
        """Return the newest tickets of a condition, 100 at most; none without one."""
        if condition is None:
            return []
        return [self._ticket(row) for row in self._rows(condition, 1, NEWEST).records]

    def _page_of_open(
        self, asked: search.Search, board_id: str, page: int, page_size: int
    ) -> Page[Ticket]:
        """Return a page of open tickets; bounded by their statuses only where it must be.

        Asked for by closedFlag alone, they can time out on hosted instances. A bound may hide
        tickets, such as those of a board that the key cannot read: so it is the second choice,
        and told.
        """
        if not self._open_statuses.are_needed:
            try:
                return self._page([asked.condition], asked, page, page_size)
            except (Timeout, ServerError) as error:
                failure = error
        else:
            failure = None
        statuses = self._open_statuses.of(board_id)
        if not statuses:
            if failure:
                raise failure
            return self._page([asked.condition], asked, page, page_size)
        parts = search.bounded(asked.condition, statuses)
        return replace(self._page(parts, asked, page, page_size), missing=(search.BOUNDED,))

    def _page(
        self,
        parts: list[Condition | None],
        asked: search.Search,
        page: int,
        page_size: int,
    ) -> Page[Ticket]:
        found, total = both(
            lambda: self._slice(search.any_of(parts), page, page_size), lambda: self._count(parts)
        )
        kept = [row for row in found.records if asked.holds(row)]
        before = (page - 1) * page_size
        exact = asked.is_exact and len(kept) == len(found.records)
        least = total is None and found.has_more
        if page == 1 and not found.has_more:
            # All there is stands on this page: counted here.
            total, exact = len(kept), True
        else:
            # Whatever the count says, there are as many as were seen.
            seen = before + len(found.records) + found.has_more
            total = max(total or 0, seen if found.records else 0)
        return Page(
            items=tuple(self._ticket(row) for row in kept),
            total=total,
            page=page,
            page_size=page_size,
            total_is_exact=exact,
            total_is_least=least,
            missing=(search.ODD,) if found.skipped else (),
        )

    def _slice(self, condition: Condition | None, page: int, page_size: int) -> response.Listed:
        """Return the page, put together from shorter ones where ConnectWise gives no longer."""
        found = self._rows(condition, page, page_size)
        most = len(found.records) + found.skipped
        if not found.has_more or not 0 < most < page_size:
            return found
        first = (page - 1) * page_size
        rows: list[response.Record] = []
        skipped = 0
        for number in range(first // most + 1, (first + page_size - 1) // most + 2):
            found = self._rows(condition, number, most)
            rows += found.records
            skipped += found.skipped
            if not found.has_more:
                break
        start = first % most
        more = found.has_more or len(rows) > start + page_size
        return response.Listed(
            records=rows[start : start + page_size], has_more=more, skipped=skipped
        )

    def _rows(self, condition: Condition | None, page: int, page_size: int) -> response.Listed:
        """Return a page of tickets, newest first; what is too long for an address is posted."""
        fields = {"fields": search.FIELDS}
        asked = {"orderBy": "id desc"} | ({"conditions": str(condition)} if condition else {})
        if search.fits(fields | asked):
            return self._client.read_list(_TICKETS, fields | asked, page=page, size=page_size)
        return self._client.search(f"{_TICKETS}/search", fields, asked, page=page, size=page_size)

    def _count(self, parts: list[Condition | None]) -> int | None:
        """Return how many tickets the conditions find together; None where that is not told.

        The rows do without: a count that times out, or is refused, does not take them along.
        """
        try:
            return sum(each(partial(self._count_one, part) for part in parts))
        except PsaError as error:
            logger.warning("Tickets could not be counted: %s", error.sentence)
            return None

    def _count_one(self, condition: Condition | None) -> int:
        params = {"conditions": str(condition)} if condition else {}
        return response.count(self._client.read(f"{_TICKETS}/count", params))
