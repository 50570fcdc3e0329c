"""Work types and roles, locations, periods and agreements."""

from datetime import datetime, timedelta

from ..fields import Record
from ..store import Tenant
from ..values import reference
from .setup import INFO
from .time_names import AGREEMENTS, LOCATIONS, MEMBERS_WORK, WORK_ROLES, WORK_TYPES

FIRST_LOCATION, FIRST_ROLE = 11, 8
WEEKS_BACK, WEEKS_AHEAD = 60, 26
DAYS_PAST_END = 30
_DAY = timedelta(days=1)


def seed_time(tenant: Tenant) -> None:
    """Fill the tables that time entries refer to. Takes nothing from the dice."""
    _locations(tenant)
    _work(tenant)
    _periods(tenant)
    tenant.tables["time_expense"].add(
        {
            "disableTimeEntryFlag": False,
            "requireTimeNoteFlag": False,
            "requireExpenseNoteFlag": False,
            "roundingFactor": 0.0,
            "tier1ApprovalFlag": True,
            "tier2ApprovalFlag": False,
            "_info": INFO,
        }
    )


def _locations(tenant: Tenant) -> None:
    numbers = {name: FIRST_ROLE + place for place, (name, _) in enumerate(WORK_ROLES)}
    tenant.tables["locations"].next_id = FIRST_LOCATION
    for place, (name, roles) in enumerate(LOCATIONS):
        tenant.tables["locations"].add(
            {
                "ownerLevelId": FIRST_LOCATION + place,
                "structureLevel": {"id": 2, "name": "Location"},
                "name": name,
                "locationFlag": True,
                "clientFlag": False,
                "workRoleIds": [number for role, number in numbers.items() if role in roles],
                "_info": INFO,
            }
        )


def _work(tenant: Tenant) -> None:
    locations = tenant.tables["locations"].values()
    roles = tenant.tables["work_roles"]
    roles.next_id = FIRST_ROLE
    for name, rate in WORK_ROLES:
        number = roles.next_id
        roles.add(
            {
                "name": name,
                "hourlyRate": rate,
                "inactiveFlag": name.startswith("Former"),
                "locationIds": [one["id"] for one in locations if number in one["workRoleIds"]],
                "_info": INFO,
            }
        )
    for name, billing, rate, least, most, step in WORK_TYPES:
        tenant.tables["work_types"].add(
            {
                "name": name,
                "billTime": billing,
                "rateType": "Multiplier",
                "rate": rate,
                "hoursMin": least,
                "hoursMax": most,
                "roundBillHoursTo": step,
                "inactiveFlag": name.startswith("Former"),
                "overallDefaultFlag": not tenant.tables["work_types"],
                "activityDefaultFlag": False,
                "utilizationFlag": billing == "Billable",
                "costMultiplier": 1.0,
                "_info": INFO,
            }
        )


def _periods(tenant: Tenant) -> None:
    """Weeks from Saturday on for time; for expenses further ahead, but they let no time in."""
    today = tenant.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    saturday = today - _DAY * ((today.weekday() + 2) % 7)
    weekly = _setup(tenant, "Weekly", "Time", today.year)
    for week in range(-WEEKS_BACK, WEEKS_AHEAD):
        start = saturday + 7 * week * _DAY
        _period(tenant, weekly, week + WEEKS_BACK + 1, (start, start + 6 * _DAY))
    monthly = _setup(tenant, "Monthly", "Expense", today.year)
    for month in range(18):
        start = today.replace(day=1) + 28 * month * _DAY
        _period(tenant, monthly, month + 1, (start, start + 27 * _DAY))


def _setup(tenant: Tenant, kind: str, applies: str, year: int) -> Record:
    return tenant.tables["period_setups"].add(
        {
            "periodApplyTo": applies,
            "year": year,
            "numberFuturePeriods": WEEKS_AHEAD,
            "type": kind,
            "description": f"{kind}, {applies.lower()}",
            "firstPeriodEndDate": f"{year}-01-02",
            "daysPastEndDate": DAYS_PAST_END,
            "_info": INFO,
        }
    )


def _period(tenant: Tenant, setup: Record, number: int, days: tuple[datetime, datetime]) -> None:
    start, end = days
    tenant.tables["periods"].add(
        {
            "period": number,
            "startDate": _written(start),
            "endDate": _written(end),
            "deadlineDate": _written(end + DAYS_PAST_END * _DAY),
            "timePeriodSetup": {"id": setup["id"]},
            "_info": INFO,
        }
    )


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def seed_agreements(tenant: Tenant) -> None:
    """Give some companies an agreement that covers time: with no limit, with one, or not at all."""
    by_identifier = {company["identifier"]: company for company in tenant.companies.values()}
    for identifier, name, kind, hours, billing, status in AGREEMENTS:
        if identifier not in by_identifier:
            continue
        tenant.tables["agreements"].add(
            {
                "name": name,
                "type": {"id": 5, "name": kind},
                "company": reference(by_identifier[identifier]),
                "agreementStatus": status,
                "cancelledFlag": False,
                "noEndingDateFlag": True,
                "startDate": "2024-01-01T00:00:00Z",
                "applicationUnits": "Hours",
                "applicationLimit": hours,
                "applicationUnlimitedFlag": hours == 0,
                "coverAgreementTime": True,
                "allowOverruns": False,
                "billTime": billing,
                "_info": INFO,
            }
        )


def work_of(tenant: Tenant, identifier: str) -> Record:
    """Return a member's own work role and type, where they have them: `{workRole, workType}`."""
    role, kind = MEMBERS_WORK.get(identifier, ("Engineer", ""))
    found = {
        "workRole": _named(tenant, "work_roles", role),
        "workType": _named(tenant, "work_types", kind),
    }
    return {name: record for name, record in found.items() if record}


def _named(tenant: Tenant, table: str, name: str) -> Record:
    records = tenant.tables[table].values()
    return next((reference(record) for record in records if record["name"] == name), {})
