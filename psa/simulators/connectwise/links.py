"""The `_info` of records and references: links on the public host, with its double slash.

Recorded: `https://sandbox-na.myconnectwise.net/v4_6_release/apis/3.0//service/boards/30`.
The links hold unencoded spaces and quotes; nobody should follow them.
"""

from typing import Any

from .fields import Record
from .store import Tenant

# property → (name of the link, path with {id} of the reference and {x} of the owning record)
_REFERENCES = {
    "board": ("board_href", "service/boards/{id}"),
    "status": ("status_href", "service/boards/{board}/statuses/{id}"),
    "company": ("company_href", "company/companies/{id}"),
    "site": ("site_href", "company/companies/{company}/sites/{id}"),
    "country": ("country_href", "company/countries/{id}"),
    "contact": ("contact_href", "company/contacts/{id}"),
    "type": ("type_href", "service/boards/{board}/types/{id}"),
    "subType": ("subType_href", "service/boards/{board}/subtypes/{id}"),
    "item": ("item_href", "service/boards/{board}/items/{id}"),
    "team": ("team_href", "service/boards/{board}/teams/{id}"),
    "owner": ("member_href", "system/members/{id}"),
    "member": ("member_href", "system/members/{id}"),
    "teamLeader": ("member_href", "system/members/{id}"),
    "priority": ("priority_href", "service/priorities/{id}"),
    "serviceLocation": ("location_href", "service/locations/{id}"),
    "where": ("location_href", "service/locations/{id}"),
    "source": ("source_href", "service/sources/{id}"),
    "agreement": ("agreement_href", "finance/agreements/{id}"),
    "location": ("location_href", "system/locations/{id}"),
    "territory": ("location_href", "system/locations/{id}"),
    "department": ("department_href", "system/departments/{id}"),
    "sla": ("sla_href", "service/SLAs/{id}"),
    "currency": ("currency_href", "finance/currencies/{id}"),
    "ticket": ("ticket_href", "service/tickets/{id}"),
    "defaultContact": ("contact_href", "company/contacts/{id}"),
    "workRole": ("workRole_href", "time/workRoles/{id}"),
    "workType": ("workType_href", "time/workTypes/{id}"),
    "timeZoneSetup": ("timeZoneSetup_href", "system/timeZoneSetups/{id}"),
}
_TYPE_PATHS = {
    "configurations": "company/configurations/types/{id}",
    "schedule": "schedule/types/{id}",
}
_STATUS_PATHS = {
    "configurations": "company/configurations/statuses/{id}",
    "schedule": "schedule/statuses/{id}",
    "companies": "company/companies/statuses/{id}",
}
_WITH_GUID = {"company": "companies", "site": "sites", "contact": "contacts"}
_IMAGE_DATE = "2024-02-07T10:15:00Z"


def linked(tenant: Tenant, record: Record, kind: str = "") -> Record:
    """Return a copy of `record` whose references carry their links.

    `kind` tells which `type` and `status` are meant; without it those of a board.
    """
    shaped = dict(record)
    for name in record.keys() & _REFERENCES.keys():
        value = record[name]
        if isinstance(value, dict):
            shaped[name] = {**value, "_info": _remembered(tenant, record, name, kind)}
    return shaped


def _remembered(tenant: Tenant, record: Record, name: str, kind: str) -> dict[str, str]:
    """Return a reference's links; made once, for a page of 1,000 tickets has 16,000 of them."""
    key = (name, kind, record[name]["id"], _id_of(record, "board"), _id_of(record, "company"))
    if key not in tenant.links:
        tenant.links[key] = _info(tenant, record, name, kind)
    return tenant.links[key]


def href(tenant: Tenant, path: str) -> str:
    """Return a link as the vendor writes it."""
    return f"{tenant.public_base}//{path}"


def _info(tenant: Tenant, record: Record, name: str, kind: str) -> dict[str, str]:
    label, path = _REFERENCES[name]
    if name == "type":
        path = _TYPE_PATHS.get(kind, path)
    if name == "status":
        path = _STATUS_PATHS.get(kind, path)
    reference = record[name]
    filled = path.format(
        id=reference["id"],
        board=_id_of(record, "board"),
        company=_id_of(record, "company"),
    )
    info = {label: href(tenant, filled)}
    if label in ("member_href", "priority_href"):
        info["image_href"] = f"{info[label]}/image?lm={_IMAGE_DATE}"
    table = _WITH_GUID.get(name)
    if table and reference["id"] in tenant.tables[table]:
        info["mobileGuid"] = tenant.tables[table][reference["id"]]["mobileGuid"]
    return info


def _id_of(record: Record, name: str) -> Any:
    reference = record.get(name)
    return reference["id"] if isinstance(reference, dict) else ""


_TICKET_LINKS = {
    "activities_href": "sales/activities?conditions=ticket/id={id}",
    "scheduleentries_href": "schedule/entries?conditions=type/id=4 AND objectId={id}",
    "documents_href": "system/documents?recordType=Ticket&recordId={id}",
    "configurations_href": "service/tickets/{id}/configurations",
    "tasks_href": "service/tickets/{id}/tasks",
    "notes_href": "service/tickets/{id}/notes",
    "products_href": ("procurement/products?conditions=chargeToType='Ticket' AND chargeToId={id}"),
    "timeentries_href": (
        "time/entries?conditions=(chargeToType='ServiceTicket' OR chargeToType='ProjectTicket')"
        " AND chargeToId={id}"
    ),
    "expenseEntries_href": (
        "expense/entries?conditions=(chargeToType='ServiceTicket' OR "
        "chargeToType='ProjectTicket') AND chargeToId={id}"
    ),
}


def ticket_links(tenant: Tenant, ticket_id: int) -> dict[str, str]:
    """Return the nine links of a ticket, as recorded."""
    return {name: href(tenant, path.format(id=ticket_id)) for name, path in _TICKET_LINKS.items()}


def company_links(tenant: Tenant, company_id: int) -> dict[str, str]:
    """Return the links of a company that other resources of the simulator stand behind."""
    by_company = "?conditions=company/id={id}"
    paths = {
        "contacts_href": "company/contacts" + by_company,
        "tickets_href": "service/tickets" + by_company,
        "configurations_href": "company/configurations" + by_company,
        "sites_href": "company/companies/{id}/sites",
        "notes_href": "company/companies/{id}/notes",
    }
    return {name: href(tenant, path.format(id=company_id)) for name, path in paths.items()}
