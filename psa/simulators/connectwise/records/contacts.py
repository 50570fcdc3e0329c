"""Contacts of companies, with their e-mail addresses and telephone numbers."""

from typing import Any

from .. import patch, values
from ..calls import Answer, Call, Route
from ..fields import Record
from ..links import href, linked
from ..reading import Resource
from ..rights import CONTACTS, TABLES
from ..schema import COMMUNICATION_TYPE, CONTACT, CONTACT_CHILDREN
from ..store import Tenant

_DEFAULTS: Record = {
    "inactiveFlag": False,
    "marriedFlag": False,
    "childrenFlag": False,
    "portalSecurityLevel": 1,
    "disablePortalLoginFlag": True,
    "unsubscribeFlag": False,
    "defaultBillingFlag": False,
    "defaultFlag": False,
    "types": [],
    "customFields": [],
    "ignoreDuplicates": False,
}
_LINKS = ("communications", "notes", "tracks", "portalSecurity")


def shape(tenant: Tenant, record: Record) -> Record:
    """Return a contact with the links of its parts."""
    shaped = linked(tenant, record)
    path = f"company/contacts/{record['id']}"
    links = {f"{name}_href": href(tenant, f"{path}/{name}") for name in _LINKS}
    shaped["_info"] = {**record["_info"], **links}
    if "communicationItems" in record:
        shaped["communicationItems"] = [_item(tenant, i) for i in record["communicationItems"]]
    return shaped


def _item(tenant: Tenant, item: Record) -> Record:
    kind = item["type"]
    link = href(tenant, f"company/communicationTypes/{kind['id']}")
    return {**item, "type": {**kind, "_info": {"type_href": link}}}


CONTACT_LIST = Resource(
    "/company/contacts",
    CONTACT,
    "Contact",
    CONTACTS,
    "contacts",
    shape=shape,
    children=CONTACT_CHILDREN,
)


def create(call: Call) -> Answer:
    """POST: only a first name is required."""
    contact: Record = {**_DEFAULTS, "mobileGuid": call.tenant.guid(), "_info": {}}
    _set_values(call, contact, values.bound(CONTACT, call.record()))
    call.touch(contact)
    stored = call.tenant.tables["contacts"].add(contact)
    return Answer(201, shape(call.tenant, stored))


def change(call: Call, id: int) -> Answer:
    """PATCH, into lists by index too: communicationItems/1/value."""
    contact = CONTACT_LIST.find(call.tenant, id)
    _set_values(call, contact, patch.changes("contact", CONTACT, contact, call.body(), call.quirks))
    call.touch(contact)
    return Answer(200, shape(call.tenant, contact))


def delete(call: Call, id: int) -> Answer:
    """DELETE: 204."""
    CONTACT_LIST.find(call.tenant, id)
    del call.tenant.tables["contacts"][id]
    return Answer(204)


def _set_values(call: Call, contact: Record, sent: Record) -> None:
    draft = dict(contact)
    for name, value in sent.items():
        if value is None:
            draft.pop(name, None)
        elif name == "communicationItems":
            draft[name] = _items(call.tenant, value, contact.get(name, []))
        elif name == "company":
            companies = call.tenant.companies.values()
            found = values.resolve("contact", name, companies, value, "company")
            draft[name] = values.reference(found)
        else:
            draft[name] = values.plain("contact", CONTACT, name, value)
    values.required("contact", draft, "firstName")
    contact.clear()
    contact.update(draft)


def _items(tenant: Tenant, sent: list[Record], before: list[Record]) -> list[Record]:
    """Number the items; a new default of a kind unsets the one before. [recorded]"""
    known = {item["id"]: item for item in before}
    items = [_stored_item(tenant, item) for item in sent]
    for kind in {item["communicationType"] for item in items}:
        defaults = [i for i in items if i["communicationType"] == kind and i["defaultFlag"]]
        fresh = [i for i in defaults if not known.get(i["id"], {}).get("defaultFlag")]
        for item in defaults:
            item["defaultFlag"] = item is (fresh or defaults)[-1]
    return items


def _stored_item(tenant: Tenant, item: dict[str, Any]) -> Record:
    kinds = tenant.tables["communication_types"].values()
    kind = values.resolve("contact", "communicationItems", kinds, item.get("type"), "type")
    numbers = tenant.tables["communication_ids"]
    stored: Record = {
        "id": item.get("id") or numbers.add({})["id"],
        "type": values.reference(kind),
        "value": item.get("value", ""),
        "defaultFlag": bool(item.get("defaultFlag")),
        "communicationType": item.get("communicationType", "Phone"),
    }
    if "@" in stored["value"]:
        stored["domain"] = "@" + stored["value"].partition("@")[2]
    return stored


ROUTES = [
    *Resource(
        "/company/communicationTypes", COMMUNICATION_TYPE, "Type", TABLES, "communication_types"
    ).routes(),
    *CONTACT_LIST.routes(),
    Route("POST", "/company/contacts", CONTACTS, create),
    Route("PATCH", "/company/contacts/<int:id>", CONTACTS, change),
    Route("DELETE", "/company/contacts/<int:id>", CONTACTS, delete),
]
