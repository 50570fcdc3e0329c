"""A whole time entry out of the values that were sent: checked, and filled up with defaults."""

from datetime import datetime, timedelta
from typing import Any

from .. import errors, values
from ..calls import Call
from ..fields import Record
from ..schema import TICKET_DEFAULTS
from ..schema_time import TIME_ENTRY
from ..store import Tenant
from . import billing
from .notes import ADDED_TO, stored_text
from .time_setup import roles_at

RESOURCE = "timeEntry"
EMAIL_FLAGS = ("emailResourceFlag", "emailContactFlag", "emailCcFlag")
TIME_FLAGS = (*ADDED_TO, *EMAIL_FLAGS)
_TEXTS = ("notes", "internalNotes")
_NUMBERS = ("chargeToId", "locationId", "actualHours", "hoursDeduct")
_MOMENTS = ("timeStart", "timeEnd")
_PLAIN = (*_TEXTS, *_NUMBERS, *_MOMENTS, "chargeToType", "billableOption", "emailCc", *TIME_FLAGS)
# Only service tickets are simulated: what else could be charged is not found.
_CHARGED = {"ProjectTicket": "Project Ticket", "ChargeCode": "Charge Code", "Activity": "Activity"}
_LONGEST = 24


def filled(call: Call, before: Record, sent: Record) -> Record:
    """Return the whole entry that `sent` makes of `before` ({}: a new one); None removes.

    Whatever is missing gets its default. Raises ApiError 400 for what no entry can hold.
    """
    draft = {**dict.fromkeys(TIME_FLAGS, False), **before}
    _set_plain(call, draft, sent)
    if before and sent.get("hourlyRate") is not None:  # a new entry gets it by default only
        draft["hourlyRate"] = values.plain(RESOURCE, TIME_ENTRY, "hourlyRate", sent["hourlyRate"])
    values.required(RESOURCE, draft, "timeStart")
    ticket = _charge_to(call.tenant, draft, sent)
    _set_member(call, draft, sent)
    _set_place(call.tenant, draft, ticket, sent)
    _set_role(call, draft, ticket, sent)
    _set_type(call.tenant, draft, ticket, sent)
    _set_hours(call, draft, before, sent)
    _set_agreement(call.tenant, draft, ticket, sent)
    if draft.get("billableOption", "NoDefault") == "NoDefault":
        draft["billableOption"] = billing.default_option(call.tenant, draft, ticket)
    billing.charge(call.tenant, draft)
    return draft


def _set_plain(call: Call, draft: Record, sent: Record) -> None:
    for name in sent.keys() & set(_PLAIN):
        if sent[name] is None:
            draft.pop(name, None)
            continue
        value = values.plain(RESOURCE, TIME_ENTRY, name, sent[name])
        draft[name] = stored_text(call, value) if name in _TEXTS else value
    # These ask for a mail once, and are not kept. [schema: action flags]
    draft |= dict.fromkeys(EMAIL_FLAGS, False)
    for flag in ADDED_TO:
        draft.setdefault(flag, False)
    if call.quirks.time_text_places == "exactly_one" and sum(draft[one] for one in ADDED_TO) != 1:
        message = "Please choose where to display the notes in order to save this record."
        raise errors.invalid_field(RESOURCE, ", ".join(ADDED_TO), message)


def _charge_to(tenant: Tenant, draft: Record, sent: Record) -> Record | None:
    """Check what the time is for, and return the ticket; without an id it is the company."""
    kind, number = draft.get("chargeToType"), draft.get("chargeToId")
    draft.pop("ticket", None)
    if number is None or kind == "Company":
        said = sent.get("company") or ({"id": number} if number else draft.get("company"))
        found = values.resolve(RESOURCE, "company", tenant.companies.values(), said, "company")
        draft |= {"company": values.reference(found), "chargeToType": "Company"}
        draft["chargeToId"] = found["id"]
        return None
    if kind is None:
        raise errors.missing_field(RESOURCE, "chargeToType")
    ticket = tenant.tickets.get(number)
    if kind != "ServiceTicket" or ticket is None:
        message = f"{_CHARGED.get(kind, 'Service Ticket')} {number} not found"
        raise errors.reference_not_found(RESOURCE, "chargeToId", message)
    draft["company"] = ticket["company"]
    draft["ticket"] = {"id": ticket["id"], "summary": ticket["summary"]}
    return ticket


def _set_member(call: Call, draft: Record, sent: Record) -> None:
    """Without a member the one of the API key is charged. [seen live]"""
    if sent.get("member"):
        members = call.tenant.members.values()
        found = values.resolve(RESOURCE, "member", members, sent["member"], "member")
        draft["member"] = values.reference(found)
    elif "member" in sent or "member" not in draft:
        draft["member"] = values.reference(call.member)


def _set_place(tenant: Tenant, draft: Record, ticket: Record | None, sent: Record) -> None:
    """Take the ticket's location and department, or the member's where no ticket is charged."""
    member = tenant.members[draft["member"]["id"]]
    theirs = {name: member[f"default{name.title()}"] for name in ("location", "department")}
    home = theirs if ticket is None else {**TICKET_DEFAULTS, **ticket}
    if sent.get("locationId") is None:
        draft["locationId"] = home["location"]["id"]
    location = tenant.tables["locations"].get(draft["locationId"])
    if location is None:
        message = f"location {draft['locationId']} not found"
        raise errors.reference_not_found(RESOURCE, "locationId", message)
    department = {name: home["department"][name] for name in ("id", "name")}
    draft |= {"location": values.reference(location), "department": department}
    draft["businessUnitId"] = home["department"]["id"]


def _set_role(call: Call, draft: Record, ticket: Record | None, sent: Record) -> None:
    """Take the role that was sent, or the member's own; the ticket's location must have it."""
    tenant = call.tenant
    if sent.get("workRole"):
        draft["workRole"] = _named(tenant, "workRole", "work_roles", sent["workRole"])
    elif "workRole" in sent or "workRole" not in draft:
        own = tenant.members[draft["member"]["id"]].get("workRole")
        if own is None or call.quirks.time_without_role == "refused":
            raise errors.missing_field(RESOURCE, "workRole")
        draft["workRole"] = own
    if sent.keys() & {"workRole", "hourlyRate"} == {"workRole"}:
        draft.pop("hourlyRate", None)
    place = draft["location"] if ticket is None else {**TICKET_DEFAULTS, **ticket}["location"]
    allowed = [
        one["workRole"]["id"]
        for one in roles_at(tenant, place["id"])
        if not one["workRoleInactiveFlag"]
    ]
    if draft["workRole"]["id"] not in allowed:
        # That it is refused was seen live; the words are after those of a status of another board.
        message = f"workRole {draft['workRole']['name']} not found for Location {place['id']}"
        raise errors.reference_not_found(RESOURCE, "workRole/name", message)


def _set_type(tenant: Tenant, draft: Record, ticket: Record | None, sent: Record) -> None:
    """Take the type that was sent, or the ticket's, the member's, everybody's. [inferred]"""
    if sent.get("workType"):
        draft["workType"] = _named(tenant, "workType", "work_types", sent["workType"])
    elif "workType" in sent or "workType" not in draft:
        kinds = tenant.tables["work_types"].values()
        member = tenant.members[draft["member"]["id"]]
        own = (ticket or {}).get("workType") or member.get("workType")
        default = next(kind for kind in kinds if kind["overallDefaultFlag"])
        draft["workType"] = own or values.reference(default)


def _named(tenant: Tenant, name: str, table: str, value: Any) -> Record:
    """A name must be written exactly so: "workRole Engineer not found" otherwise. [seen live]"""
    found = values.exact(tenant.tables[table].values(), value)
    if found is None or (table == "work_types" and found["inactiveFlag"]):
        key, given = values.named(value)
        raise errors.reference_not_found(RESOURCE, f"{name}/{key}", f"{name} {given} not found")
    return values.reference(found)


def _set_hours(call: Call, draft: Record, before: Record, sent: Record) -> None:
    """Derive the hours from start and end, or the end from start and hours.

    `actualHours` beside an end is ignored. [seen live; one client says otherwise]
    """
    start = datetime.fromisoformat(draft["timeStart"])
    said = draft.get("actualHours", 0.0)
    if "timeEnd" not in draft:
        _check_length(said)
        draft["timeEnd"] = f"{start + timedelta(hours=said):%Y-%m-%dT%H:%M:%SZ}"
    length = datetime.fromisoformat(draft["timeEnd"]) - start
    if length < timedelta(0):
        message = "The end time must not lie before the start time."
        raise errors.invalid_field(RESOURCE, "timeEnd", message)
    hours = length / timedelta(hours=1) - draft.get("hoursDeduct", 0.0)
    changed = sent.keys() & {"actualHours", *_MOMENTS, "hoursDeduct"}
    applied = call.quirks.time_hours_patched == "applied" and before and changed == {"actualHours"}
    draft["actualHours"] = round(said if applied else hours, 2)
    _check_length(draft["actualHours"])


def _check_length(hours: float) -> None:
    if not 0 <= hours <= _LONGEST:
        raise errors.out_of_range(RESOURCE, "actualHours", 0, _LONGEST)


def _set_agreement(tenant: Tenant, draft: Record, ticket: Record | None, sent: Record) -> None:
    if sent.get("agreement"):
        records = tenant.tables["agreements"].values()
        found = values.resolve(RESOURCE, "agreement", records, sent["agreement"], "agreement")
        draft["agreement"] = billing.agreement_reference(found)
    elif "agreement" in sent:
        draft.pop("agreement", None)
    elif "agreement" not in draft and ticket is not None and "agreement" in ticket:
        draft["agreement"] = ticket["agreement"]
