"""/service/tickets: reading, creating, changing and deleting service tickets."""

from typing import Any

from .. import errors, patch, values
from ..calls import Answer, Call, Route
from ..conditions.evaluate import Extra
from ..fields import Record
from ..links import linked, ticket_links
from ..reading import Resource, listed
from ..rights import CLOSING, TICKETS
from ..schema import TICKET, TICKET_DEFAULTS
from ..store import Tenant
from . import notes
from .assignment import derive_resources

SUMMARY_LIMIT = 100
# What a POST may hold and no answer ever does; the texts become notes.
_INITIAL = {
    "initialDescription": "detailDescriptionFlag",
    "initialInternalAnalysis": "internalAnalysisFlag",
    "initialResolution": "resolutionFlag",
}
_SILENT = (*_INITIAL, "processNotifications", "skipCallback", "contactEmailLookup")
# Followed from elsewhere; setting them answers 200 and changes nothing.
_DERIVED = frozenset(
    {"resources", "closedFlag", "closedDate", "closedBy", "hasChildTicket", "slaStatus", "sla"}
    | {"mobileGuid", "recordType", "location", "department", "currency", "actualHours"}
)
_TABLES = {
    "company": "companies",
    "board": "boards",
    "contact": "contacts",
    "owner": "members",
    "priority": "priorities",
    "source": "sources",
    "serviceLocation": "service_locations",
    "site": "sites",
    "country": "countries",
    "agreement": "agreements",
}
_OF_BOARD = {"type": "types", "subType": "subtypes", "item": "items", "team": "teams"}
_TIED = ("type", "subType", "item")
_LABELS = {"owner": "member"}
_MIDNIGHT = ("requiredDate", "estimatedStartDate")


def shape(tenant: Tenant, record: Record) -> Record:
    """Return a ticket as the API shows it: defaults filled in, links added."""
    first = {"id": record["id"], "summary": record["summary"]}
    shaped = linked(tenant, first | TICKET_DEFAULTS | record)
    shaped["_info"] = {**record["_info"], **ticket_links(tenant, record["id"])}
    shaped["escalationStartDateUTC"] = record["_info"]["dateEntered"]
    if tenant.quirks.null_custom_fields:
        shaped["customFields"] = [{"value": None, **item} for item in shaped["customFields"]]
    return shaped


def _elsewhere(tenant: Tenant) -> Extra:
    """Tickets by configuration go by the singular; `configurations/id` is refused."""
    attached = tenant.configurations_by_ticket
    return {"configuration/id": lambda record: attached.get(record["id"], ())}


TICKET_LIST = Resource(
    "/service/tickets",
    TICKET,
    "Service Ticket",
    TICKETS,
    "tickets",
    shape=shape,
    elsewhere=_elsewhere,
)


def find(tenant: Tenant, ticket_id: int) -> Record:
    """Return a stored ticket; raises ApiError 404."""
    return TICKET_LIST.find(tenant, ticket_id)


def search(call: Call) -> Answer:
    """POST /service/tickets/search: conditions too long for an address, in the body."""
    body = {name.lower(): text for name, text in call.record().items()}
    parameters = dict(call.parameters)
    for name in ("conditions", "childConditions", "customFieldConditions", "orderBy"):
        if body.get(name.lower()):
            parameters[name] = str(body[name.lower()])
    query = TICKET_LIST.query(call, parameters)
    return listed(TICKET_LIST, call, query, query.matching(call.tenant.tickets.values()))


def create(call: Call) -> Answer:
    """POST: what is missing and needed gets its default."""
    sent = values.bound(TICKET, call.record(), _SILENT)
    sent = {name: value for name, value in sent.items() if value is not None}
    values.required("ticket", sent, "summary", "company")
    tenant, now, who = call.tenant, call.tenant.now(), call.member["identifier"]
    info = {"lastUpdated": now, "updatedBy": who, "dateEntered": now, "enteredBy": who}
    ticket: Record = {"mobileGuid": tenant.guid(), "_info": info}
    set_values(call, ticket, _with_defaults(tenant, sent))
    stored = tenant.tickets.add(ticket)
    for name, flag in _INITIAL.items():
        if sent.get(name):
            notes.write(call, stored, {"text": sent[name], flag: True})
    derive_resources(tenant, stored)
    return Answer(201, shape(tenant, stored))


def _with_defaults(tenant: Tenant, sent: Record) -> Record:
    if "board" in sent:
        board = values.choose(tenant.boards.values(), sent["board"])
    else:
        board = _board_that_has(tenant, sent.get("status"))
    board = board or next(iter(tenant.boards.values()))
    sent = {
        "board": {"id": board["id"]},
        "priority": {"id": default_of(tenant, "priorities")["id"]},
        "source": {"id": default_of(tenant, "sources")["id"]},
        "serviceLocation": {"id": default_of(tenant, "service_locations")["id"]},
        **sent,
    }
    own = [s for s in tenant.statuses.values() if s["board"]["id"] == board["id"]]
    sent.setdefault("status", {"id": next(s["id"] for s in own if s["defaultFlag"])})
    teams = (t for t in tenant.tables["teams"].values() if t["boardId"] == board["id"])
    sent.setdefault("team", {"id": next(teams)["id"]})
    return sent


def _board_that_has(tenant: Tenant, status: Any) -> Record | None:
    """A ticket without a board went to one that has its status. [inferred from a recording]"""
    found = values.choose(tenant.statuses.values(), status)
    return tenant.boards[found["board"]["id"]] if found else None


def default_of(tenant: Tenant, table: str) -> Record:
    """Return the record of a setup table that new tickets get."""
    return next(r for r in tenant.tables[table].values() if r.get("defaultFlag"))


def set_values(call: Call, ticket: Record, sent: Record) -> None:
    """Write checked values into `ticket`; None removes. Raises ApiError 400, changes nothing then.

    The whole record is validated, not only what was sent.
    """
    draft = dict(ticket)
    for name in sorted(sent, key=_place):
        if name in _DERIVED or name in _SILENT:
            continue
        _set(call.tenant, draft, name, sent[name])
    _check_status(call, draft, sent.get("status"))
    _follow(call, ticket, draft)
    ticket.clear()
    ticket.update(draft)


def _place(name: str) -> int:
    """What others depend on is set before them."""
    order = ("company", "board", "type", "subType")
    return order.index(name) if name in order else len(order)


def _set(tenant: Tenant, draft: Record, name: str, value: Any) -> None:
    if value is None or value == {}:
        if name in ("summary", "company", "board", "status"):
            raise errors.missing_field("ticket", name)
        draft.pop(name, None)
    elif name == "status":
        draft[name] = value  # checked once the board is known
    elif name in _TABLES or name in _OF_BOARD:
        draft[name] = _referred(tenant, draft, name, value)
    else:
        draft[name] = _plain(name, value)


def _referred(tenant: Tenant, draft: Record, name: str, value: Any) -> Record:
    records: Any = tenant.tables[_TABLES.get(name) or _OF_BOARD[name]].values()
    if name in _OF_BOARD:
        board = draft.get("board", {}).get("id")
        records = [r for r in records if r.get("boardId", r.get("board", {}).get("id")) == board]
    records = [record for record in records if _fits(tenant, draft, name, record)]
    found = values.resolve("ticket", name, records, value, _LABELS.get(name, name))
    fresh = values.reference(found)
    if name == "priority":
        fresh["sort"] = found["sortOrder"]
    if name == "board":
        fresh.pop("identifier", None)
    return fresh


def _fits(tenant: Tenant, draft: Record, name: str, record: Record) -> bool:
    """A subtype goes with its types, an item with the type and subtype that name it. [inferred]"""
    kind, sub = (draft.get(key, {}).get("id") for key in ("type", "subType"))
    if name == "subType" and kind is not None:
        return kind in record["typeAssociationIds"]
    if name == "item" and sub is not None:
        wanted = (kind, sub, record["id"])
        ties = tenant.tables["associations"].values()
        return any(tuple(tie[key]["id"] for key in _TIED) == wanted for tie in ties)
    return True


def _plain(name: str, value: Any) -> Any:
    value = values.plain("ticket", TICKET, name, value)
    if name == "summary":
        value = " ".join(value.splitlines())
        values.required("ticket", {"summary": value.strip()}, "summary")
        values.too_long("ticket", name, value, SUMMARY_LIMIT)
    if name in _MIDNIGHT:
        return value[:10] + "T00:00:00Z"
    if name == "automaticEmailCc" and value and not value.endswith(";"):
        return value + ";"
    return value


def _check_status(call: Call, draft: Record, sent: Any) -> None:
    """A status belongs to one board; another board's is refused. [seen live]"""
    tenant = call.tenant
    board = draft["board"]["id"]
    own = [s for s in tenant.statuses.values() if s["board"]["id"] == board]
    status = values.choose(own, draft["status"])
    if status is None:
        key, given = values.named(sent or draft["status"])
        message = f"Service Status {given} not found for Service Board {board}"
        raise errors.reference_not_found("ticket", f"status/{key}", message)
    draft["status"] = {"id": status["id"], "name": status["name"]}


def _follow(call: Call, before: Record, draft: Record) -> None:
    """Set what follows from other properties: closing, the contact's name, the site."""
    tenant = call.tenant
    status = tenant.statuses[draft["status"]["id"]]
    moved = before.get("status", {}).get("id") != status["id"]
    if moved and status["closedStatus"] and not call.key.rights.allow(CLOSING, "Edit"):
        raise errors.forbidden()
    close(draft, status, tenant.now(), call.member["identifier"])
    if draft["board"] != before.get("board"):
        draft["location"] = tenant.boards[draft["board"]["id"]]["location"]
    if draft.get("contact") != before.get("contact"):
        draft.pop("contactName", None)
        if "contact" in draft:
            draft["contactName"] = draft["contact"]["name"]
    if draft.get("company") != before.get("company") and "site" not in draft:
        place(tenant, draft)


def place(tenant: Tenant, ticket: Record) -> None:
    """Give a ticket the main site of its company."""
    company = tenant.companies[ticket["company"]["id"]]
    site = tenant.tables["sites"][company["site"]["id"]]
    ticket["site"] = {"id": site["id"], "name": site["name"]}
    ticket["siteName"] = site["name"]
    ticket |= {name: site[name] for name in ("addressLine1", "city", "zip", "country")}


def close(ticket: Record, status: Record, now: str, who: str) -> None:
    """Let closedFlag and its kin follow the status; so does the text of the SLA."""
    ticket["closedFlag"] = status["closedStatus"]
    if not status["closedStatus"]:
        ticket.pop("closedDate", None)
        ticket.pop("closedBy", None)
        ticket["slaStatus"] = "Waiting" if "Wait" in status["name"] else sla_text(ticket)
        if status["escalationStatus"] != "NotResponded":
            ticket.setdefault("dateResponded", now)
            ticket.setdefault("dateResplan", now)
        return
    ticket.setdefault("closedDate", now)
    ticket.setdefault("closedBy", who)
    ticket["slaStatus"] = "Resolved"


def sla_text(ticket: Record) -> str:
    """Return when it is due, as text without a year: "Resolve by 09/15 4:22 AM UTC-05"."""
    entered = ticket["_info"]["dateEntered"]
    return f"Resolve by {entered[5:7]}/{entered[8:10]} 11:00 PM UTC-05"


def change(call: Call, id: int) -> Answer:
    """PATCH; answers the whole record, whether anything changed or not."""
    ticket = find(call.tenant, id)
    wanted = patch.changes("ticket", TICKET, ticket, call.body(), call.quirks)
    return _save(call, ticket, wanted)


def replace(call: Call, id: int) -> Answer:
    """PUT: what is not sent goes to its default or is gone."""
    ticket = find(call.tenant, id)
    sent = values.bound(TICKET, call.record(), _SILENT)
    values.required("ticket", sent, "summary", "company", "severity", "impact")
    kept = ("id", "board", "status", "team", "priority", "mobileGuid", "_info", "resources")
    gone = {name: None for name in ticket if name not in (*kept, "company", "summary")}
    return _save(call, ticket, {**gone, **sent})


def _save(call: Call, ticket: Record, wanted: Record) -> Answer:
    if call.quirks.status_of_other_board == "ignored" and isinstance(wanted.get("status"), dict):
        own = [
            s for s in call.tenant.statuses.values() if s["board"]["id"] == ticket["board"]["id"]
        ]
        if values.choose(own, wanted["status"]) is None:
            del wanted["status"]
    heard = {name: value for name, value in wanted.items() if name not in call.quirks.deaf_to}
    set_values(call, ticket, heard)
    derive_resources(call.tenant, ticket)
    call.touch(ticket)
    return Answer(200, shape(call.tenant, ticket))


def delete(call: Call, id: int) -> Answer:
    """DELETE: 204, the notes go with the ticket."""
    find(call.tenant, id)
    del call.tenant.tickets[id]
    for note_id in call.tenant.notes_by_ticket.pop(id, []):
        del call.tenant.tables["notes"][note_id]
    return Answer(204)


ROUTES = [
    *TICKET_LIST.routes(),
    Route("POST", "/service/tickets", TICKETS, create),
    Route("POST", "/service/tickets/search", TICKETS, search, "Inquire"),
    Route("PATCH", "/service/tickets/<int:id>", TICKETS, change),
    Route("PUT", "/service/tickets/<int:id>", TICKETS, replace),
    Route("DELETE", "/service/tickets/<int:id>", TICKETS, delete),
]
