"""Which tickets a page lists: the filter is checked and applied in one go.

How it is written is checked first. Then the PSA is asked for the rows while its lists, which
are usually remembered, are looked through for the values: a page costs one PSA call in time.
"""

import logging
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial

from accounts.models import User
from psa import catalog
from psa.members import member_id_of
from psa.models import PsaConnection
from psa.opened import open_provider
from psa.providers.errors import InvalidRequest, NotFound, PsaError, RateLimited
from psa.providers.types import Company, Member, Page, Ticket
from resolutionflow.lib.side_by_side import settled
from tickets import choices
from tickets.choices import Choices
from tickets.filters import EVERYONE, ME, OPEN, UNASSIGNED, Wanted
from tickets.forms import TicketFilterForm
from tickets.rows import Row, rows_of

logger = logging.getLogger(__name__)

PAGE_SIZE = 25


class NotMapped(Exception):
    """Somebody asks for the own tickets, and is nobody in the PSA."""


@dataclass(kw_only=True)
class Found:
    """What the page shows: the rows, or why there are none.

    `unmapped`: "me" is nobody in the PSA. `beyond`: the last page stands in for one that is
    not there.
    """

    form: TicketFilterForm
    wanted: Wanted = field(default_factory=Wanted)
    choices: Choices = field(default_factory=Choices)
    company: Company | None = None
    page: Page[Ticket] | None = None
    failure: PsaError | None = None
    unmapped: bool = False
    beyond: bool = False

    @property
    def status(self) -> int:
        """The answer's HTTP status."""
        if isinstance(self.failure, InvalidRequest):
            return 422
        if self.failure is not None:
            return 429 if isinstance(self.failure, RateLimited) else 502
        return 200 if self.form.is_valid() else 422

    @property
    def rows(self) -> list[Row]:
        """The tickets as the page shows them."""
        return rows_of(self.page.items if self.page else (), self.choices.priorities)

    @property
    def may_be_on_other_pages(self) -> bool:
        """Whether what came back was not meant, and there is more than that.

        A member "ann" is looked for by a text that "joann" has as well.
        """
        page = self.page
        return page is not None and not page.items and not page.total_is_exact and page.pages > 1

    @property
    def looks_for_closed_among_open(self) -> bool:
        """Whether nothing can be found, because the status is one of closed tickets."""
        is_closed = self.choices.statuses.get(self.wanted.status, False)
        return is_closed and self.wanted.closed == OPEN


def find(connection: PsaConnection, user: User, form: TicketFilterForm) -> Found:
    """Return the tickets that the form describes, and what the form offers to choose from.

    Raises nothing of the PSA's: what went wrong is in `Found`, beside what is known.
    """
    found = Found(form=form)
    if not form.is_valid():
        found.choices = choices.load(connection)
    else:
        found.wanted = form.wanted()
        _ask(found, connection, user)
    form.offer(found.choices)
    return found


def _ask(found: Found, connection: PsaConnection, user: User) -> None:
    wanted, form = found.wanted, found.form
    mine = member_id_of(connection, user) if wanted.assigned == ME else None
    search, lists, company = settled(
        partial(_search, connection, wanted, mine),
        partial(choices.load, connection),
        partial(_company, connection, wanted.company),
    )
    found.choices = lists.result()
    form.check(found.choices)
    _take(found, search, company)
    if not form.is_valid():
        found.page = None
    elif found.page:
        found.choices = found.choices.or_from(found.page.items)


def _search(connection: PsaConnection, wanted: Wanted, mine: str | None) -> Page[Ticket]:
    """Return the page, or the last one where there are fewer. Raises NotMapped and PsaError."""
    asked = wanted.to_filter(_member(connection, wanted, mine))
    provider = open_provider(connection)
    page = provider.search_tickets(asked, wanted.page, PAGE_SIZE)
    if page.total and wanted.page > page.pages:
        page = provider.search_tickets(asked, page.pages, PAGE_SIZE)
    return page


def _member(connection: PsaConnection, wanted: Wanted, mine: str | None) -> Member | None:
    """Return whom the filter means; None for everyone and for nobody."""
    if wanted.assigned in (EVERYONE, UNASSIGNED):
        return None
    if wanted.assigned != ME:
        return _named(wanted.assigned)
    known = catalog.members(connection) if mine else ()
    me = next((member for member in known if member.id == mine), None)
    if me is None:
        raise NotMapped
    return me


def _named(identifier: str) -> Member:
    """Return a member of whom no more than the identifier is needed."""
    return Member(
        id="", identifier=identifier, name=identifier, emails=(), is_active=True, is_api=False
    )


def _company(connection: PsaConnection, company_id: str) -> Company | None:
    return catalog.company(connection, company_id) if company_id else None


def _take(found: Found, search: Future[Page[Ticket]], company: Future[Company | None]) -> None:
    """Put what the PSA answered into its places."""
    try:
        found.company = company.result()
    except NotFound:
        found.form.refuse("company")
    except PsaError as failure:
        # The rows are filtered all the same; only the company's name stays unknown.
        logger.warning("A company's name is unknown: %s", failure.sentence)
    try:
        found.page = search.result()
        found.beyond = found.wanted.page > found.page.page
    except NotMapped:
        found.unmapped = True
    except PsaError as failure:
        logger.warning("PSA failure: %s: %s", type(failure).__name__, failure.sentence)
        found.failure = failure
