"""What time entries refer to: work types and roles, locations, periods, agreements."""

from .. import errors
from ..calls import Route
from ..fields import Record
from ..reading import Resource
from ..rights import AGREEMENTS, TABLES
from ..schema_time import (
    AGREEMENT,
    LOCATION,
    LOCATION_ROLE,
    PERIOD,
    PERIOD_SETUP,
    TIME_EXPENSE,
    WORK_ROLE,
    WORK_TYPE,
)
from ..store import Tenant
from ..values import reference


def roles_at(tenant: Tenant, location_id: int) -> list[Record]:
    """Return a location's work roles, `{workRole, workRoleInactiveFlag}`.

    Inactive ones are among them. The path was seen live; there is none for work types.
    """
    location = tenant.tables["locations"].get(location_id)
    if location is None:
        raise errors.not_found("Location", location_id)
    roles = tenant.tables["work_roles"]
    return [
        {
            "id": location_id * 1000 + role_id,
            "location": reference(location),
            "workRole": reference(roles[role_id]),
            "workRoleInactiveFlag": roles[role_id]["inactiveFlag"],
            "_info": roles[role_id]["_info"],
        }
        for role_id in location["workRoleIds"]
    ]


def _periods_of(tenant: Tenant, parent: int) -> list[Record]:
    if parent not in tenant.tables["period_setups"]:
        raise errors.not_found("Time Period Setup", parent)
    return [
        period
        for period in tenant.tables["periods"].values()
        if period["timePeriodSetup"]["id"] == parent
    ]


def open_period(tenant: Tenant, day: str) -> Record | None:
    """Return the period of a day ("2026-04-21") in which time may still be entered, or None."""
    today = tenant.now()[:10]
    setups = tenant.tables["period_setups"]
    return next(
        (
            period
            for period in tenant.tables["periods"].values()
            if setups[period["timePeriodSetup"]["id"]]["periodApplyTo"] != "Expense"
            and period["startDate"][:10] <= day <= period["endDate"][:10]
            and today <= period["deadlineDate"][:10]
        ),
        None,
    )


_SETUPS = "/time/timePeriodSetups"
RESOURCES = [
    Resource("/time/workTypes", WORK_TYPE, "Work Type", TABLES, "work_types"),
    Resource("/time/workRoles", WORK_ROLE, "Work Role", TABLES, "work_roles"),
    Resource("/system/locations", LOCATION, "Location", TABLES, "locations"),
    Resource(
        "/system/locations/<int:parent>/workRoles", LOCATION_ROLE, "Work Role", TABLES, of=roles_at
    ),
    Resource(_SETUPS, PERIOD_SETUP, "Time Period Setup", TABLES, "period_setups"),
    Resource(f"{_SETUPS}/<int:parent>/periods", PERIOD, "Time Period", TABLES, of=_periods_of),
    Resource("/finance/agreements", AGREEMENT, "Agreement", AGREEMENTS, "agreements"),
    Resource("/system/myCompany/timeExpense", TIME_EXPENSE, "Record", TABLES, "time_expense"),
]
ROUTES: list[Route] = [route for resource in RESOURCES for route in resource.routes()]
