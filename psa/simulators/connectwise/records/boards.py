"""Boards with what hangs on each of them, and the other setup tables of the service desk."""

from ..calls import Route
from ..reading import Resource, of_board
from ..rights import TABLES
from ..schema import (
    ASSOCIATION,
    BOARD,
    ITEM,
    NAMED,
    PRIORITY,
    SERVICE_LOCATION,
    SOURCE,
    STATUS,
    SUBTYPE,
    TEAM,
    TYPE,
)

_BOARD = "/service/boards/<int:parent>"

RESOURCES = [
    Resource("/service/boards", BOARD, "Board", TABLES, "boards"),
    Resource("/service/priorities", PRIORITY, "Priority", TABLES, "priorities"),
    Resource("/service/sources", SOURCE, "Source", TABLES, "sources"),
    Resource(
        "/service/locations", SERVICE_LOCATION, "Service Location", TABLES, "service_locations"
    ),
    Resource("/service/SLAs", NAMED, "SLA", TABLES, "slas"),
    Resource(f"{_BOARD}/statuses", STATUS, "Service Status", TABLES, of=of_board("statuses")),
    Resource(f"{_BOARD}/types", TYPE, "Service Type", TABLES, of=of_board("types")),
    Resource(f"{_BOARD}/subtypes", SUBTYPE, "Service Subtype", TABLES, of=of_board("subtypes")),
    Resource(f"{_BOARD}/items", ITEM, "Service Item", TABLES, of=of_board("items")),
    Resource(f"{_BOARD}/teams", TEAM, "Team", TABLES, of=of_board("teams")),
    Resource(
        f"{_BOARD}/typeSubTypeItemAssociations",
        ASSOCIATION,
        "Association",
        TABLES,
        of=of_board("associations"),
    ),
]
ROUTES: list[Route] = [route for resource in RESOURCES for route in resource.routes()]
