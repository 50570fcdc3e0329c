"""Who works on a ticket: its owner, and the open service entries of the schedule."""

from ..fields import Record
from ..store import Tenant

SERVICE_ENTRY = 4


def derive_resources(tenant: Tenant, ticket: Record) -> None:
    """Write the read-only text of identifiers, "JFontenot, User"; none leaves it out."""
    identifiers = {
        entry["member"]["identifier"]
        for entry in tenant.tables["schedule_entries"].values()
        if entry["type"]["id"] == SERVICE_ENTRY
        and entry.get("objectId") == ticket["id"]
        and not entry["doneFlag"]
    }
    if "owner" in ticket:
        identifiers.add(ticket["owner"]["identifier"])
    if identifiers:
        ticket["resources"] = ", ".join(sorted(identifiers, key=str.lower))
    else:
        ticket.pop("resources", None)
