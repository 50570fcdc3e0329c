"""/time/entries: what was worked, for which ticket, and what of it is billed."""

from .. import errors, patch, values
from ..calls import Answer, Call, Route
from ..fields import Record
from ..links import linked
from ..reading import Resource
from ..rights import BILLABLE_OPTION, BILLING_TIME, TIME, Action
from ..schema_time import TIME_ENTRY
from ..store import Tenant
from . import billing, mails
from .time_setup import open_period
from .time_values import RESOURCE, filled

# Approved or billed: neither changed nor deleted. [said by clients; the words are ours]
_FINAL = frozenset(
    {"ApprovedByTierOne", "ApprovedByTierTwo", "ReadyToBill"}
    | {"Billed", "BilledAgreement", "WrittenOff"}
)
# Word for word as it was answered in 2026-07 and 2026-09. The other sentences are ours.
STATUS_FORBIDS = (
    "Please update the status of this ticket before entering time, the current status does not "
    "allow time entry."
)
NO_PERIOD = "There are no open report periods for the date of this time entry."
OVERLAPS = "This time entry overlaps another time entry of this member."
FINAL = "This time entry has been approved or billed and can no longer be changed."


def ticket_of(tenant: Tenant, entry: Record) -> Record | None:
    """Return the service ticket that an entry is charged to, or None."""
    if entry["chargeToType"] != "ServiceTicket":
        return None
    return tenant.tickets.get(entry["chargeToId"])


def shape(tenant: Tenant, record: Record) -> Record:
    """Return an entry with its links, and what its ticket is by now."""
    shaped = linked(tenant, record)
    ticket = ticket_of(tenant, record)
    if ticket is not None:
        shaped["_info"] = {**record["_info"], "chargeToMobileGuid": ticket["mobileGuid"]}
        shaped["ticketBoard"] = ticket["board"]["name"]
        shaped["ticketStatus"] = ticket["status"]["name"]
        for name in ticket.keys() & {"type", "subType"}:
            shaped[f"ticket{name[0].upper()}{name[1:]}"] = ticket[name]["name"]
    return shaped


ENTRY_LIST = Resource("/time/entries", TIME_ENTRY, "Time Entry", TIME, "time_entries", shape=shape)


def create(call: Call) -> Answer:
    """POST: only the start is required."""
    tenant, now, who = call.tenant, call.tenant.now(), call.member["identifier"]
    sent = _sent(call)
    entry = filled(call, {}, sent)
    _check_rights(call, sent, entry, "Add")
    _check_status(tenant, entry)
    entry |= {"enteredBy": who, "dateEntered": now, "mobileGuid": tenant.guid(), "status": "Open"}
    entry |= {"invoiceFlag": False, "_info": {"lastUpdated": now, "updatedBy": who}}
    _check_time(call, entry)
    stored = tenant.tables["time_entries"].add(entry)
    _touch_ticket(call, stored)
    _mail(call, stored, sent, new=True)
    return Answer(201, shape(tenant, stored))


def _sent(call: Call) -> Record:
    sent = values.bound(TIME_ENTRY, call.record())
    return {name: value for name, value in sent.items() if value is not None}


def defaults(call: Call) -> Answer:
    """POST /defaults: what would be filled in; nothing is stored. [schema; the rules inferred]"""
    sent = {"timeStart": call.tenant.now(), **_sent(call)}
    if not call.quirks.time_defaults_know_agreements:
        sent["agreement"] = None
    return Answer(200, {"id": 0, **linked(call.tenant, filled(call, {}, sent))})


def change(call: Call, id: int) -> Answer:
    """PATCH: hours follow the times; what is read only is answered by 200 and not changed."""
    entry = ENTRY_LIST.find(call.tenant, id)
    wanted = patch.changes(RESOURCE, TIME_ENTRY, entry, call.body(), call.quirks)
    return _save(call, entry, entry, wanted)


def replace(call: Call, id: int) -> Answer:
    """PUT: needs the billable option, too; what is not sent gets its default."""
    entry = ENTRY_LIST.find(call.tenant, id)
    sent = _sent(call)
    values.required(RESOURCE, sent, "timeStart", "billableOption")
    kept = ("id", "enteredBy", "dateEntered", "mobileGuid", "status", "invoiceFlag", "_info")
    return _save(call, entry, {name: entry[name] for name in kept}, sent)


def _save(call: Call, entry: Record, before: Record, sent: Record) -> Answer:
    _check_final(entry)
    draft = filled(call, before, sent)
    _check_rights(call, sent, draft, "Edit")
    _check_time(call, draft)
    moved = ticket_of(call.tenant, entry)
    entry.clear()
    entry.update(draft)
    call.touch(entry)
    _touch_ticket(call, entry, moved)
    _mail(call, entry, sent, new=False)
    return Answer(200, shape(call.tenant, entry))


def _mail(call: Call, entry: Record, sent: Record, *, new: bool) -> None:
    ticket = ticket_of(call.tenant, entry)
    if ticket is not None:
        mails.of_time_entry(call, ticket, entry, sent, new=new)


def delete(call: Call, id: int) -> Answer:
    """DELETE: 204; what an agreement covered of other entries stays as it was."""
    entry = ENTRY_LIST.find(call.tenant, id)
    _check_final(entry)
    del call.tenant.tables["time_entries"][id]
    _touch_ticket(call, entry)
    return Answer(204)


def _check_final(entry: Record) -> None:
    if entry["status"] in _FINAL or entry["invoiceFlag"]:
        raise errors.time_entry(FINAL)


def _check_rights(call: Call, sent: Record, entry: Record, action: Action) -> None:
    """Billable time takes a right of Finance, another option than the default one of Time."""
    rights = call.key.rights
    if entry["billableOption"] == "Billable" and not rights.allow(BILLING_TIME, "Inquire"):
        raise errors.forbidden()
    usual = billing.default_option(call.tenant, entry, ticket_of(call.tenant, entry))
    chosen = sent.get("billableOption") not in (None, "NoDefault", usual)
    if chosen and not rights.allow(BILLABLE_OPTION, action):
        raise errors.forbidden()


def _check_status(tenant: Tenant, entry: Record) -> None:
    ticket = ticket_of(tenant, entry)
    if ticket and tenant.statuses[ticket["status"]["id"]]["timeEntryNotAllowed"]:
        raise errors.time_entry(STATUS_FORBIDS)


def _check_time(call: Call, entry: Record) -> None:
    """Put the entry on its member's sheet; raises ApiError where no period is open for it."""
    period = open_period(call.tenant, entry["timeStart"][:10])
    if period is None:
        raise errors.time_entry(NO_PERIOD)
    days = f"{period['startDate'][:10]} to {period['endDate'][:10]}"
    number = entry["member"]["id"] * 1000 + period["id"]
    entry["timeSheet"] = {"id": number, "name": days}
    if call.quirks.time_overlaps == "refused" and _overlaps(call.tenant, entry):
        raise errors.time_entry(OVERLAPS)


def _overlaps(tenant: Tenant, entry: Record) -> bool:
    return any(
        other["member"]["id"] == entry["member"]["id"]
        and other["timeStart"] < entry["timeEnd"]
        and other["timeEnd"] > entry["timeStart"]
        for other in tenant.tables["time_entries"].values()
        if other["id"] != entry.get("id")
    )


def _touch_ticket(call: Call, entry: Record, *others: Record | None) -> None:
    """Sum up the hours of the tickets that a change concerns."""
    for ticket in (ticket_of(call.tenant, entry), *others):
        if ticket is not None:
            hours = [
                other["actualHours"]
                for other in call.tenant.tables["time_entries"].values()
                if ticket_of(call.tenant, other) is ticket
            ]
            ticket["actualHours"] = round(sum(hours), 2)
            call.touch(ticket)


_ENTRY = "/time/entries/<int:id>"
ROUTES = [
    *ENTRY_LIST.routes(),
    Route("POST", "/time/entries", TIME, create),
    Route("POST", "/time/entries/defaults", TIME, defaults),
    Route("PATCH", _ENTRY, TIME, change),
    Route("PUT", _ENTRY, TIME, replace),
    Route("DELETE", _ENTRY, TIME, delete),
]
