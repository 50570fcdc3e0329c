"""A ticket filter as ConnectWise's conditions, and as a check of what came back. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from psa.providers.connectwise import conditions as c
from psa.providers.connectwise import mapping
from psa.providers.connectwise.conditions import Condition
from psa.providers.connectwise.response import LARGEST_ID
from psa.providers.errors import InvalidRequest
from psa.providers.types import About, Ticket, TicketFilter
from resolutionflow.lib.folding import fold

# A ticket's summary has at most 100 characters (schema 2025.16): longer words find nothing.
LONGEST_QUERY = 100
LONGEST_NAME = 100
_TYPOGRAPHIC = re.compile("[‘’‚‛“”„‟‐‑‒–—−]")
# The guide recommends addresses of at most 2,000 characters, host name included.
LONGEST_ADDRESS = 1700
MOST_PAGE = 100_000
MOST_PAGE_SIZE = 100
# What a row shows. Named one by one, because `_info` and all else comes only if asked for.
FIELDS = ",".join(
    (
        "id,summary,board/id,board/name,status/id,status/name,company/id,company/name",
        "contactName,contact/name,priority/id,priority/name,owner/id,owner/name,owner/identifier",
        "closedFlag,customerUpdatedFlag,resources,location/id,_info/lastUpdated,_info/dateEntered",
    )
)

BOUNDED = (
    "ConnectWise took too long to list all open tickets. Those of the boards that we can read are "
    "shown; others may be missing."
)
ODD = "Some tickets of this page could not be read. Look at them in ConnectWise."

RELATED_AGE = timedelta(days=365)
_MOST_WORDS = 3
_SHORTEST_WORD = 3

Holds = Callable[[mapping.Record], bool]


@dataclass(frozen=True, slots=True)
class Search:
    """What to ask for, and which of the records that come back are meant.

    `condition` is None where everything is wanted. Where the check is not needed, `holds`
    lets everything through: ConnectWise knows best which letters it takes for the same.
    """

    condition: Condition | None
    holds: Holds

    @property
    def is_exact(self) -> bool:
        """Whether ConnectWise finds nothing but what is meant."""
        return self.condition is None or self.condition.is_exact


def search_for(wanted: TicketFilter) -> Search:
    """Return the search of a filter. Raises InvalidRequest for what cannot be asked for."""
    query = wanted.query.strip()
    parts: list[Condition] = []
    checks: list[Holds] = []
    if query:
        parts.append(_words(query))
        if not parts[-1].is_exact:
            checks.append(lambda row: _has_words(row, query))
    if wanted.status_name:
        parts.append(c.equals(c.TICKET_STATUS, _short(wanted.status_name, "status")))
        checks.append(lambda row: _status(row) == wanted.status_name.casefold())
    for field, number, what in (
        (c.TICKET_BOARD, wanted.board_id, "board"),
        (c.TICKET_PRIORITY, wanted.priority_id, "priority"),
        (c.TICKET_COMPANY, wanted.company_id, "company"),
    ):
        if number:
            parts.append(c.equals(field, id_of(number, what)))
    people, check = _people(wanted)
    parts += people
    checks += [check] if check else []
    if wanted.closed is not None:
        parts.append(c.equals(c.TICKET_CLOSED, wanted.closed))
    condition = c.and_(*parts) if parts else None
    return Search(condition, lambda row: all(check(row) for check in checks))


def companies_named(query: str) -> Search:
    """Return the search of companies by a part of name or identifier. Raises InvalidRequest."""
    words = query.strip()
    if not words:
        return Search(None, lambda _: True)
    _short(words, "search", LONGEST_QUERY)
    condition = c.or_(c.contains(c.COMPANY_NAME, words), c.contains(c.COMPANY_IDENTIFIER, words))
    if condition.is_exact:
        return Search(condition, lambda _: True)
    sought = c.plain(words).casefold()

    def holds(row: mapping.Record) -> bool:
        names = (mapping.text_in(row, "name"), mapping.text_in(row, "identifier"))
        return any(sought in name.casefold() for name in names)

    return Search(condition, holds)


def words_of(query: str) -> list[str]:
    """Return the words of a person's name to search for. Raises InvalidRequest."""
    return _short(query, "search", LONGEST_QUERY).split()


def _words(query: str) -> Condition:
    """Ask for summaries with all of the words, in any order, or for the ticket of this number."""
    number = query.removeprefix("#")
    _short(query, "search", LONGEST_QUERY)
    # Nobody knows which quotes and hyphens a summary was typed with: its letters are asked for.
    parts = _TYPOGRAPHIC.sub(" ", query).split()
    asked = sorted(set(parts), key=parts.index) or [query]
    longest = sorted(asked, key=len, reverse=True)[: c.MOST_PIECES]
    found = c.and_(*(c.contains(c.TICKET_SUMMARY, word) for word in asked if word in longest))
    if parts != query.split() or len(longest) < len(asked):
        found = replace(found, is_exact=False)
    if is_id(number):
        return c.or_(c.equals(c.TICKET_ID, int(number)), found)
    return found


def _has_words(row: mapping.Record, query: str) -> bool:
    summary = fold(mapping.text_in(row, "summary"))
    is_number = str(row["id"]) == query.removeprefix("#")
    return is_number or all(word in summary for word in fold(c.plain(query)).split())


def _status(row: mapping.Record) -> str:
    return mapping.text_in(mapping.record_in(row, "status"), "name").casefold()


def _people(wanted: TicketFilter) -> tuple[list[Condition], Holds | None]:
    """Return the conditions on who works on a ticket, and the check that they need.

    `resources` is one text of all identifiers: asked for “ann”, it finds “joann” as well.
    """
    identifier = wanted.member_identifier
    if wanted.unassigned:
        if identifier or wanted.member_id:
            raise InvalidRequest("A ticket cannot be unassigned and somebody's at once.")
        # As clients in the field ask (a reference by its id; `owner = null` is in none of them).
        nobody = [c.missing(c.TICKET_OWNER_ID), c.missing(c.TICKET_RESOURCES)]
        return nobody, lambda row: not mapping.identifiers(row)
    if not identifier:
        if wanted.member_id:
            raise InvalidRequest("A member is searched by identifier. Choose the member again.")
        return [], None
    owner = c.equals(c.TICKET_OWNER_IDENTIFIER, _short(identifier, "member"))
    if wanted.member_id:
        owner = c.equals(c.TICKET_OWNER_ID, id_of(wanted.member_id, "member"))
    resource = c.contains(c.TICKET_RESOURCES, identifier)
    return [c.or_(owner, resource)], lambda row: identifier.casefold() in mapping.identifiers(row)


def _short(text: str, what: str, longest: int = LONGEST_NAME) -> str:
    if len(text) > longest:
        raise InvalidRequest(f"The {what} is longer than {longest} characters. Shorten it.")
    return text


def is_id(text: str) -> bool:
    """Tell whether ConnectWise could number a record so."""
    digits = text.isascii() and text.isdigit() and len(text) <= 10
    return digits and 0 < int(text) <= LARGEST_ID


def id_of(text: str, what: str) -> int:
    """Return the id as a number. Raises InvalidRequest that names what it is the id of."""
    if not is_id(text):
        raise InvalidRequest(f"This {what} does not exist in ConnectWise. Choose another one.")
    return int(text)


# --- Asking for it -------------------------------------------------------------------


def check_page(page: int, page_size: int) -> None:
    """Raise InvalidRequest for a page that no list has."""
    if not (1 <= page <= MOST_PAGE and 1 <= page_size <= MOST_PAGE_SIZE):
        raise InvalidRequest("This page does not exist.")


def any_of(parts: list[Condition | None]) -> Condition | None:
    """Return the whole condition of the parts that `bounded` made."""
    asked = [part for part in parts if part is not None]
    return c.or_(*asked) if asked else None


def bounded(condition: Condition | None, statuses: Iterable[int]) -> list[Condition | None]:
    """Return the condition once for each part of the statuses, so that each fits an address.

    A ticket has one status, so the parts share no ticket. Without statuses: as it is.
    """
    known = sorted(set(statuses))
    if condition is None or not known:
        return [condition]
    room = max(200, LONGEST_ADDRESS - 200 - _length({"conditions": str(condition)}))
    parts: list[list[int]] = [[]]
    used = 0
    for status in known:
        used += len(str(status)) + 3  # the comma is %2C
        if used > room:
            parts.append([])
            used = len(str(status)) + 3
        parts[-1].append(status)
    return [c.and_(condition, c.in_(c.TICKET_STATUS_ID, part)) for part in parts]


def fits(params: dict[str, str]) -> bool:
    """Tell whether an address may hold the parameters; host, path and page take up to 130 more."""
    return _length(params) <= LONGEST_ADDRESS - 130


def _length(params: dict[str, str]) -> int:
    return len(urlencode(params))


# --- Tickets that may help -----------------------------------------------------------

_COMMON_WORDS = """
about after again all and any are because before but can cannot could days does doesn don down error
fails failed five for from get gets had has have having her his hours how into isn issue its minutes
more need needs needed new not now off one only open our out over please problem request she since
some still ten than that the their them then there they this ticket too two use user users very was
wasn were what when which who why will with without work working works would you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def telling_words(summary: str) -> tuple[str, ...]:
    """Return the words of a summary that say what it is about, in lower case, at most three.

    Abbreviations such as VPN first, then the longest.
    """
    words = "".join(sign if sign.isalnum() else " " for sign in summary).split()
    ranked = {
        word.casefold(): (not word.isupper(), -len(word), word.casefold())
        for word in words
        if len(word) >= _SHORTEST_WORD and word.casefold() not in _COMMON
    }
    return tuple(sorted(ranked, key=ranked.__getitem__)[:_MOST_WORDS])


def similar(about: About, now: datetime) -> Condition | None:
    """Ask for tickets of the same company, or with one of the telling words; None for neither.

    Only of the last year: more would be a scan of everything.
    """
    words = telling_words(about.summary)
    alike = [c.contains(c.TICKET_SUMMARY, word) for word in words]
    if is_id(about.company_id):
        alike.append(c.equals(c.TICKET_COMPANY, int(about.company_id)))
    if not alike:
        return None
    return c.and_(c.after(c.TICKET_UPDATED, now - RELATED_AGE), c.or_(*alike))


def about_device(configuration_id: int) -> Condition:
    """Ask for the tickets that a configuration is attached to."""
    return c.equals(c.TICKET_CONFIGURATION, configuration_id)


def likeliest(about: About, alike: Iterable[Ticket]) -> list[Ticket]:
    """Return the other tickets, those that have most in common with this one first.

    A word counts more than the company; of equals the newest comes first.
    """
    words = telling_words(about.summary)

    def likeness(other: Ticket) -> tuple[int, int]:
        shared = sum(word in other.summary.casefold() for word in words)
        ours = other.company is not None and other.company.id == about.company_id
        return 2 * shared + ours, int(other.id)

    return sorted(others(alike, about.ticket_id), key=likeness, reverse=True)


def others(tickets: Iterable[Ticket], ticket_id: str) -> list[Ticket]:
    """Return each of the tickets once, without this one, the newest first."""
    found = {ticket.id: ticket for ticket in tickets if ticket.id != ticket_id}
    return sorted(found.values(), key=lambda ticket: int(ticket.id), reverse=True)
