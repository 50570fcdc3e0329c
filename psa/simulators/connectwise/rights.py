"""Security roles: what an API key may do, in the words of the vendor's role editor."""

from collections.abc import Iterable, Mapping
from typing import Literal

Action = Literal["Inquire", "Add", "Edit", "Delete"]
ACTIONS: tuple[Action, ...] = ("Inquire", "Add", "Edit", "Delete")
ACTION_OF: dict[str, Action] = {
    "GET": "Inquire",
    "POST": "Add",
    "PATCH": "Edit",
    "PUT": "Edit",
    "DELETE": "Delete",
}

AGREEMENTS = "Agreements"
ATTACHMENTS = "Manage Attachments"
BILLABLE_OPTION = "Time Entry Billable Option"
BILLING_TIME = "Billing View Time"
CATALOG = "Product Catalog"
CLOSING = "Close Service Tickets"
COMPANIES = "Company Maintenance"
CONFIGURATIONS = "Configurations"
CONTACTS = "Contacts"
EXPENSES = "Expense Report Entry"
INVOICES = "Invoicing"
MEMBERS = "Member Maintenance"
OPPORTUNITIES = "Opportunity"
PROJECTS = "Project Headers"
PURCHASES = "Purchase Orders"
SCHEDULING = "Resource Scheduling"
TABLES = "Table Setup"
TICKETS = "Service Tickets"
TIME = "Time Entry"
# What the product has no use for; a role may grant it all the same.
BEYOND = (AGREEMENTS, CATALOG, EXPENSES, INVOICES, OPPORTUNITIES, PROJECTS, PURCHASES)
AREAS = (
    ATTACHMENTS,
    BILLABLE_OPTION,
    BILLING_TIME,
    CLOSING,
    COMPANIES,
    CONFIGURATIONS,
    CONTACTS,
    MEMBERS,
    SCHEDULING,
    TABLES,
    TICKETS,
    TIME,
    *BEYOND,
)


class Rights:
    """The rights of one key, such as "Service Tickets: Add"."""

    def __init__(self, granted: Iterable[str]) -> None:
        self._granted = frozenset(granted)

    def allow(self, area: str, action: Action) -> bool:
        """Say whether this may be done; setup tables can be read by everyone. [documented]"""
        if area == "" or (area == TABLES and action == "Inquire"):
            return True
        return right(area, action) in self._granted


def right(area: str, action: Action) -> str:
    """Return the name of one right."""
    return f"{area}: {action}"


def everything() -> Rights:
    """All rights."""
    return Rights(right(area, action) for area in AREAS for action in ACTIONS)


def only(areas: Mapping[str, Iterable[Action]]) -> Rights:
    """Only the named actions in the named areas."""
    return Rights(right(area, action) for area, actions in areas.items() for action in actions)


def without(*missing: str) -> Rights:
    """All rights but these: whole areas ("Contacts") or single ones ("Service Tickets: Add")."""
    return Rights(
        right(area, action)
        for area in AREAS
        for action in ACTIONS
        if area not in missing and right(area, action) not in missing
    )
