"""Configurations (devices), and which of them a ticket is about."""

from functools import partial

from .. import errors, values
from ..calls import Answer, Call, Route
from ..fields import Record
from ..links import href, linked
from ..reading import Resource
from ..rights import CONFIGURATIONS, TABLES, TICKETS
from ..schema import CONFIGURATION, CONFIGURATION_REFERENCE, NAMED
from ..store import Tenant
from .tickets import find as find_ticket

CONFIGURATION_LIST = Resource(
    "/company/configurations",
    CONFIGURATION,
    "Configuration",
    CONFIGURATIONS,
    "configurations",
    shape=partial(linked, kind="configurations"),
)


def _attached(tenant: Tenant, parent: int) -> list[Record]:
    find_ticket(tenant, parent)
    table = tenant.tables["configurations"]
    return [table[id] for id in tenant.configurations_by_ticket.get(parent, [])]


def _short(tenant: Tenant, record: Record) -> Record:
    """A ticket's configurations are bare: details need a second call."""
    link = href(tenant, f"company/configurations/{record['id']}")
    return {
        "id": record["id"],
        "deviceIdentifier": record["deviceIdentifier"],
        "_info": {"name": record["name"], "configuration_href": link},
    }


OF_TICKET = Resource(
    "/service/tickets/<int:parent>/configurations",
    CONFIGURATION_REFERENCE,
    "Configuration",
    TICKETS,
    of=_attached,
    shape=_short,
)


def attach(call: Call, parent: int) -> Answer:
    """POST {"id": n}: 201 with the short form; a second time changes nothing."""
    find_ticket(call.tenant, parent)
    records = call.tenant.tables["configurations"].values()
    found = values.resolve("configuration", "id", records, call.record(), "Configuration")
    attached = call.tenant.configurations_by_ticket[parent]
    if found["id"] not in attached:
        attached.append(found["id"])
    return Answer(201, _short(call.tenant, found))


def detach(call: Call, parent: int, id: int) -> Answer:
    """DELETE: 204; the device itself stays."""
    find_ticket(call.tenant, parent)
    attached = call.tenant.configurations_by_ticket[parent]
    if id not in attached:
        raise errors.not_found("Configuration", id)
    attached.remove(id)
    return Answer(204)


_types = Resource(
    "/company/configurations/types", NAMED, "Configuration Type", TABLES, "configuration_types"
)
ROUTES = [
    *_types.routes(),
    *CONFIGURATION_LIST.routes(),
    *OF_TICKET.routes(),
    Route("POST", OF_TICKET.path, TICKETS, attach, "Edit"),
    Route("DELETE", f"{OF_TICKET.path}/<int:id>", TICKETS, detach, "Edit"),
]
