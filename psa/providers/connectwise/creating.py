"""New tickets: what they may be made of, writing one, and finding it again by its reference.

The reference goes into `externalXRef` (100 characters, schema 2026.4): the only text of a
ticket that nobody reads, that stays, and that conditions can ask for.
"""

from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice

from psa.providers.connectwise import conditions as c
from psa.providers.connectwise import search
from psa.providers.connectwise.client import ConnectWiseClient
from psa.providers.connectwise.mapping import company, name_in, record_in, reference_in, text_in
from psa.providers.connectwise.response import UNREADABLE, Record, record
from psa.providers.drafts import Contact, NewTicket, Subtype, TicketType
from psa.providers.errors import InvalidRequest, ServerError, Undecided
from psa.providers.types import Company, Reference, Ticket
from resolutionflow.lib import safe_http
from resolutionflow.lib.side_by_side import each

TICKETS = "/service/tickets"
CONTACTS = "/company/contacts"
_CONTACT_FIELDS = "id,firstName,lastName,title,inactiveFlag,company/id"
COMPANIES = "/company/companies"
MOST_CONTACTS = 50
MOST_COMPANIES = 50
# How far a list is read for what a filter of ours keeps.
MOST_PAGES = 20
MOST_ALIKE = 5

# A property of the request, and the draft's id that it refers to.
_REFERENCES = (
    ("company", "company_id"),
    ("board", "board_id"),
    ("status", "status_id"),
    ("type", "type_id"),
    ("subType", "subtype_id"),
    ("item", "item_id"),
    ("priority", "priority_id"),
    ("contact", "contact_id"),
    ("owner", "owner_id"),
)


# --- Writing it, and finding it again ------------------------------------------------


def create(client: ConnectWiseClient, draft: NewTicket) -> Record:
    """Write the ticket, once; return it as it was stored. Raises as writes do."""
    return client.write("POST", TICKETS, body_of(draft))


def body_of(draft: NewTicket) -> Record:
    """Return the JSON that creates the ticket. Raises InvalidRequest for an id that is none."""
    body: Record = {"summary": draft.summary, "externalXRef": draft.reference}
    for name, field in _REFERENCES:
        value = getattr(draft, field)
        if value:
            body[name] = {"id": search.id_of(value, name.lower())}
    if draft.description:
        body["initialDescription"] = draft.description
    return body


def find(client: ConnectWiseClient, reference: str) -> Record | None:
    """Return the ticket with this reference, the oldest of several; None if there is none.

    Raises as reads do, ServerError for tickets that were not asked for, since nothing is known
    then about the one that was, and Undecided for one that cannot be read.
    """
    params = {
        "conditions": str(c.equals(c.TICKET_REFERENCE, reference)),
        "fields": f"{search.FIELDS},externalXRef",
        "orderBy": "id asc",
    }
    page = client.read_list(TICKETS, params, page=1, size=10)
    ours = [row for row in page.records if text_in(row, "externalXRef") == reference]
    if page.skipped and not ours:
        raise Undecided()
    if page.records and not ours:
        raise ServerError(UNREADABLE)
    return ours[0] if ours else None


# --- What it may be made of ----------------------------------------------------------


def types(client: ConnectWiseClient, board_id: str) -> tuple[TicketType, ...]:
    """Return the board's active types with their subtypes and items; four calls side by side.

    A subtype names its types, an association the items of a type and a subtype.
    """
    path = f"/service/boards/{board_id}"
    names = ("types", "subtypes", "items", "typeSubTypeItemAssociations")
    with safe_http.deadline():
        kinds, subs, items, ties = each(partial(_all, client, f"{path}/{name}") for name in names)
    living = {item["id"] for item in items if _is_active(item)}
    return tuple(
        TicketType(
            id=str(kind["id"]),
            name=text_in(kind, "name"),
            subtypes=tuple(_subtypes(kind["id"], subs, _items(kind["id"], ties, living))),
        )
        for kind in _by_name(filter(_is_active, kinds))
    )


def _subtypes(
    type_id: int, subs: Iterable[Record], items: dict[int, dict[str, Reference]]
) -> Iterable[Subtype]:
    for sub in _by_name(filter(_is_active, subs)):
        types_of_it = sub.get("typeAssociationIds")
        if isinstance(types_of_it, list) and type_id in types_of_it:
            its = sorted(items.get(sub["id"], {}).values(), key=lambda one: one.name.casefold())
            yield Subtype(id=str(sub["id"]), name=text_in(sub, "name"), items=tuple(its))


def _items(
    type_id: int, ties: Iterable[Record], living: set[int]
) -> dict[int, dict[str, Reference]]:
    """Return the items that go with a type, by the subtype that they go with."""
    found: dict[int, dict[str, Reference]] = {}
    for tie in ties:
        kind, sub, item = (record_in(tie, name) for name in ("type", "subType", "item"))
        if kind.get("id") == type_id and "id" in sub and item.get("id") in living:
            one = Reference(id=str(item["id"]), name=name_in(item))
            found.setdefault(sub["id"], {})[one.id] = one
    return found


def companies(client: ConnectWiseClient, query: str) -> tuple[Company, ...]:
    """Return up to 50 living companies whose name or identifier holds the words, by name.

    Merged and deleted ones stay in the database, dozens of one name (DeskDirector/UserVoice
    issue 704): the question leaves them out, or reading goes on where that is refused.
    """
    asked = search.companies_named(query)
    living = c.equals(c.COMPANY_DELETED, False)
    params = {"fields": "id,identifier,name,deletedFlag", "orderBy": "name asc"}
    parts = [part for part in (asked.condition, living) if part]

    def first(*conditions: c.Condition) -> list[Record]:
        where = {"conditions": str(c.and_(*conditions))} if conditions else {}
        return _first(
            client,
            COMPANIES,
            params | where,
            MOST_COMPANIES,
            lambda row: row.get("deletedFlag") is not True and asked.holds(row),
        )

    try:
        found = first(*parts)
    except InvalidRequest:
        found = first(*parts[:-1])
    return tuple(company(row) for row in found)


def _first(
    client: ConnectWiseClient,
    path: str,
    params: dict[str, str],
    most: int,
    keeps: Callable[[Record], bool],
) -> list[Record]:
    """Return the first records that are kept, reading on while there are too few of them."""
    found: list[Record] = []
    for page in islice(client.read_pages(path, params, size=most), MOST_PAGES):
        found += filter(keeps, page.records)
        if len(found) >= most:
            break
    return found[:most]


def contacts(client: ConnectWiseClient, company_id: str, query: str) -> tuple[Contact, ...]:
    """Return up to 50 active contacts of a company whose names hold all of the words.

    A contact has no `name` to ask for, only a first and a last one.
    """
    words = search.words_of(query)
    asked = [
        c.equals(c.CONTACT_COMPANY, search.id_of(company_id, "company")),
        c.equals(c.CONTACT_INACTIVE, False),
        *(c.or_(c.contains(c.CONTACT_FIRST, w), c.contains(c.CONTACT_LAST, w)) for w in words),
    ]
    params = {
        "conditions": str(c.and_(*asked)),
        "fields": _CONTACT_FIELDS,
        "orderBy": "firstName asc",
    }

    def is_meant(row: Record) -> bool:
        one = _contact(row)
        return one.is_active and _has(one.name, words)

    found = map(_contact, _first(client, CONTACTS, params, MOST_CONTACTS, is_meant))
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def contact(client: ConnectWiseClient, contact_id: str) -> Contact:
    """Return one contact. Raises NotFound."""
    return _contact(record(client.read(f"{CONTACTS}/{contact_id}", {"fields": _CONTACT_FIELDS})))


def _contact(row: Record) -> Contact:
    return Contact(
        id=str(row["id"]),
        name=f"{text_in(row, 'firstName')} {text_in(row, 'lastName')}".strip(),
        title=text_in(row, "title"),
        company_id=str(reference_in(row, "company").get("id", "")),
        is_active=row.get("inactiveFlag") is not True,
    )


def alike(company_id: str, summary: str) -> c.Condition | None:
    """Ask for the company's open tickets that say one of the summary's telling words."""
    words = search.telling_words(summary)
    if not words:
        return None
    return c.and_(
        c.equals(c.TICKET_COMPANY, search.id_of(company_id, "company")),
        c.equals(c.TICKET_CLOSED, False),
        c.or_(*(c.contains(c.TICKET_SUMMARY, word) for word in words)),
    )


def most_alike(found: Iterable[Ticket], summary: str) -> list[Ticket]:
    """Return the tickets that share most of the telling words first, the newest of equals."""
    words = search.telling_words(summary)

    def likeness(ticket: Ticket) -> tuple[int, int]:
        return sum(word in ticket.summary.casefold() for word in words), int(ticket.id)

    ranked = sorted(found, key=likeness, reverse=True)
    return [ticket for ticket in ranked if likeness(ticket)[0]]


def _all(client: ConnectWiseClient, path: str) -> list[Record]:
    return [row for page in client.read_pages(path, {"orderBy": "id asc"}) for row in page.records]


def _is_active(row: Record) -> bool:
    return row.get("inactiveFlag") is not True


def _by_name(rows: Iterable[Record]) -> list[Record]:
    return sorted(rows, key=lambda row: text_in(row, "name").casefold())


def _has(name: str, words: Iterable[str]) -> bool:
    return all(c.plain(word).casefold() in name.casefold() for word in words)
