"""Schedule entries: how people are assigned to tickets."""

from datetime import datetime
from functools import partial

from .. import errors, patch, values
from ..calls import Answer, Call, Route
from ..fields import Record
from ..links import linked
from ..reading import Resource
from ..rights import SCHEDULING, TABLES
from ..schema import SCHEDULE_ENTRY, SCHEDULE_STATUS, SCHEDULE_TYPE
from ..store import Tenant
from .assignment import SERVICE_ENTRY, derive_resources

_WHAT = {1: "Activity", 3: "Opportunity", SERVICE_ENTRY: "Service Ticket"}
_FLAGS = ("doneFlag", "acknowledgedFlag", "allowScheduleConflictsFlag")

ENTRY_LIST = Resource(
    "/schedule/entries",
    SCHEDULE_ENTRY,
    "Schedule",
    SCHEDULING,
    "schedule_entries",
    shape=partial(linked, kind="schedule"),
)


def create(call: Call) -> Answer:
    """POST: a ticket, a member and type 4 (or "S"); without times a plain assignment."""
    tenant = call.tenant
    sent = values.bound(SCHEDULE_ENTRY, call.record())
    values.required("schedule", sent, "type")
    kinds = tenant.tables["schedule_types"].values()
    kind = values.resolve("schedule", "type", kinds, sent.pop("type"), "type")
    ticket = _object(tenant, kind, sent.get("objectId"))
    midnight = tenant.now()[:10] + "T00:00:00Z"
    entry: Record = {
        "objectId": ticket["id"],
        "name": f"{ticket['company']['name']} / Ticket# {ticket['id']} - {ticket['summary']}",
        "member": values.reference(call.member),
        "dateStart": midnight,
        "dateEnd": midnight,
        "status": {"id": 1, "name": "Firm"},
        "type": {"id": kind["id"], "identifier": kind["identifier"]},
        **dict.fromkeys((*_FLAGS, "ownerFlag", "meetingFlag"), False),
        "mobileGuid": tenant.guid(),
        "_info": {},
    }
    _set_values(call, entry, sent)
    call.touch(entry)
    stored = tenant.tables["schedule_entries"].add(entry)
    derive_resources(tenant, ticket)
    return Answer(201, ENTRY_LIST.shape(tenant, stored))


def _object(tenant: Tenant, kind: Record, object_id: object) -> Record:
    """Only tickets are simulated: any other kind of entry finds nothing to be about."""
    ticket = tenant.tickets.get(object_id) if isinstance(object_id, int) else None
    if kind["id"] != SERVICE_ENTRY or ticket is None:
        message = f"{_WHAT[kind['id']]} {object_id or 0} not found"
        raise errors.reference_not_found("schedule", "objectId", message)
    return ticket


def _set_values(call: Call, entry: Record, sent: Record) -> None:
    draft = dict(entry)
    for name in ("dateStart", "dateEnd", *_FLAGS):
        if sent.get(name) is not None:
            draft[name] = values.plain("schedule", SCHEDULE_ENTRY, name, sent[name])
    if sent.get("member"):
        members = call.tenant.members.values()
        found = values.resolve("schedule", "member", members, sent["member"], "member")
        draft["member"] = values.reference(found)
    start, end = (datetime.fromisoformat(draft[name]) for name in ("dateStart", "dateEnd"))
    if end < start:
        raise errors.invalid_field("schedule", "dateEnd", "The end lies before the start.")
    draft["hours"] = round((end - start).total_seconds() / 3600, 2)
    entry.clear()
    entry.update(draft)


def change(call: Call, id: int) -> Answer:
    """PATCH; a done entry takes its member off the ticket's resources."""
    entry = ENTRY_LIST.find(call.tenant, id)
    wanted = patch.changes("schedule", SCHEDULE_ENTRY, entry, call.body(), call.quirks)
    _set_values(call, entry, wanted)
    call.touch(entry)
    _derive(call.tenant, entry)
    return Answer(200, ENTRY_LIST.shape(call.tenant, entry))


def delete(call: Call, id: int, notify: str = "") -> Answer:  # noqa: ARG001 - nobody is notified
    """DELETE: 204."""
    entry = ENTRY_LIST.find(call.tenant, id)
    del call.tenant.tables["schedule_entries"][id]
    _derive(call.tenant, entry)
    return Answer(204)


def _derive(tenant: Tenant, entry: Record) -> None:
    ticket = tenant.tickets.get(entry["objectId"])
    if ticket is not None:
        derive_resources(tenant, ticket)


_ENTRY = "/schedule/entries/<int:id>"
ROUTES = [
    *ENTRY_LIST.routes(),
    Route("POST", "/schedule/entries", SCHEDULING, create),
    Route("PATCH", _ENTRY, SCHEDULING, change),
    Route("DELETE", _ENTRY, SCHEDULING, delete),
    Route("DELETE", f"{_ENTRY}/<notify>", SCHEDULING, delete),
    *Resource("/schedule/types", SCHEDULE_TYPE, "Type", TABLES, "schedule_types").routes(),
    *Resource(
        "/schedule/statuses", SCHEDULE_STATUS, "Status", TABLES, "schedule_statuses"
    ).routes(),
]
