"""Boards with their statuses, types and teams, and the setup tables."""

from ..fields import Record
from ..store import Tenant
from .names import BOARDS, DEVICES, PRIORITIES

LOCATION = {"id": 11, "name": "Main Office"}
DEPARTMENT = {"id": 5, "identifier": "Services", "name": "Professional Services"}
INFO = {"lastUpdated": "2024-02-07T10:15:00Z", "updatedBy": "zadmin"}
INACTIVE_BOARD = "Legacy Dispatch"
FIELD_BOARD, FIELD_LOCATION = "Field Service", {"id": 12, "name": "Field Office"}
# Closed tickets mostly, but not all of them, and one status in which a ticket is open.
WITHOUT_TIME = ("Closed", "Cancelled", "On Hold")


def seed_tables(tenant: Tenant) -> None:
    """Fill the tables that belong to no board."""
    _named(tenant, "sources", "Phone", "Email Connector", "Portal", "Automate")
    _named(tenant, "service_locations", "On-Site", "Remote", "In-House", where=True)
    _named(tenant, "company_statuses", "Active", "Inactive", "Not-Approved")
    _named(tenant, "company_types", "Client", "Prospect", "Vendor")
    _named(tenant, "schedule_statuses", "Firm", "Tentative")
    _named(tenant, "countries", "United States", "Germany")
    for description in ("Email", "Direct", "Mobile", "Fax", "Personal Email"):
        flags = {f"{kind.lower()}Flag": kind in description for kind in ("Email", "Fax")}
        flags["phoneFlag"] = not any(flags.values())
        tenant.tables["communication_types"].add(
            {"description": description, **flags, "defaultFlag": False, "_info": INFO}
        )
    for _, kind, _ in DEVICES:
        flags = {"inactiveFlag": False, "systemFlag": False}
        tenant.tables["configuration_types"].add({"name": kind, **flags, "_info": INFO})
    _named(tenant, "slas", "Standard SLA", "Gold SLA")
    for id, (name, identifier) in {
        1: ("Sales", "C"),
        3: ("Opportunity", "O"),
        4: ("Service", "S"),
    }.items():
        tenant.tables["schedule_types"][id] = {
            "id": id, "name": name, "identifier": identifier, "systemFlag": True, "_info": INFO,
        }  # fmt: skip
    for place, (name, color, level) in enumerate(PRIORITIES, 1):
        tenant.tables["priorities"].add(
            {
                "name": name,
                "color": color,
                "sortOrder": place,
                "level": level,
                "defaultFlag": place == 3,
                "_info": INFO,
            }
        )


def _named(tenant: Tenant, table: str, *names: str, where: bool = False) -> None:
    for place, name in enumerate(names):
        record: Record = {"name": name, "defaultFlag": place == 0, "_info": INFO}
        if where:
            record["where"] = name.replace("-", "")
        tenant.tables[table].add(record)


def seed_boards(tenant: Tenant) -> None:
    """Add the boards; status names repeat between them, their ids never do."""
    for name, statuses, types in BOARDS:
        board = _board(tenant, name, inactive=False)
        for place, (status, closed, escalation) in enumerate(statuses):
            _status(tenant, board, place, status, closed, escalation)
        _types(tenant, board, types)
        _team(tenant, board)
    legacy = _board(tenant, INACTIVE_BOARD, inactive=True)
    _status(tenant, legacy, 0, "New", False, "NotResponded")
    _status(tenant, legacy, 1, "Closed", True, "Resolved")
    _team(tenant, legacy)


def _board(tenant: Tenant, name: str, *, inactive: bool) -> Record:
    return tenant.boards.add(
        {
            "name": name,
            "location": FIELD_LOCATION if name == FIELD_BOARD else LOCATION,
            "department": DEPARTMENT,
            "inactiveFlag": inactive,
            "projectFlag": False,
            "sendToContactFlag": True,
            "sendToResourceFlag": True,
            "sendToCCFlag": True,
            "discussionsLockedFlag": False,
            "billTime": "NoDefault",
            "billExpense": "NoDefault",
            "billProduct": "NoDefault",
            "problemSort": "Ascending",
            "internalAnalysisSort": "Ascending",
            "resolutionSort": "Ascending",
            "_info": INFO,
        }
    )


def _reference(board: Record) -> Record:
    return {"id": board["id"], "name": board["name"]}


def _status(
    tenant: Tenant, board: Record, place: int, name: str, closed: bool, escalation: str
) -> None:
    tenant.statuses.add(
        {
            "name": name,
            "board": _reference(board),
            "sortOrder": place * 10,
            "displayOnBoard": not closed,
            "inactive": name.startswith(">"),
            "closedStatus": closed,
            "timeEntryNotAllowed": name in WITHOUT_TIME,
            "roundRobinCatchall": False,
            "defaultFlag": place == 0,
            "escalationStatus": escalation,
            "customerPortalFlag": False,
            "saveTimeAsNote": False,
            "_info": INFO,
        }
    )


def _types(tenant: Tenant, board: Record, types: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    tables = tenant.tables
    item = tables["items"].add(
        {"name": "Repair", "inactiveFlag": False, "board": _reference(board), "_info": INFO}
    )
    for name, subtypes in types:
        kind = tables["types"].add(
            {
                "name": name,
                "category": "Reactive",
                "defaultFlag": False,
                "inactiveFlag": False,
                "requestForChangeFlag": False,
                "board": _reference(board),
                "location": LOCATION,
                "department": DEPARTMENT,
                "_info": INFO,
            }
        )
        for subtype in subtypes:
            _subtype(tenant, board, kind, subtype, item)


def _subtype(tenant: Tenant, board: Record, kind: Record, name: str, item: Record) -> None:
    sub = tenant.tables["subtypes"].add(
        {
            "name": name,
            "inactiveFlag": False,
            "typeAssociationIds": [kind["id"]],
            "board": _reference(board),
            "_info": INFO,
        }
    )
    tenant.tables["associations"].add(
        {
            "type": _reference(kind),
            "subType": _reference(sub),
            "item": _reference(item),
            "board": _reference(board),
            "_info": INFO,
        }
    )


def _team(tenant: Tenant, board: Record) -> None:
    people = [m for m in tenant.members.values() if m["licenseClass"] == "F"]
    leader = people[board["id"] % len(people)]
    name = f"{leader['firstName']} {leader['lastName']}"
    tenant.tables["teams"].add(
        {
            "name": f"{board['name']} Team",
            "teamLeader": {"id": leader["id"], "identifier": leader["identifier"], "name": name},
            "members": [member["id"] for member in people],
            "defaultFlag": True,
            "notifyOnTicketDelete": False,
            "boardId": board["id"],
            "locationId": LOCATION["id"],
            "businessUnitId": DEPARTMENT["id"],
            "_info": INFO,
        }
    )
