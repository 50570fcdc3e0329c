"""The kinds of records, one module each, and all their routes."""

from ..calls import Route
from . import (
    beyond,
    boards,
    callbacks,
    companies,
    configurations,
    contacts,
    documents,
    members,
    notes,
    schedule,
    system,
    tickets,
    time_entries,
    time_setup,
)

ROUTES: list[Route] = [
    *beyond.ROUTES,
    *boards.ROUTES,
    *callbacks.ROUTES,
    *companies.ROUTES,
    *configurations.ROUTES,
    *contacts.ROUTES,
    *documents.ROUTES,
    *members.ROUTES,
    *notes.ROUTES,
    *schedule.ROUTES,
    *system.ROUTES,
    *tickets.ROUTES,
    *time_entries.ROUTES,
    *time_setup.ROUTES,
]
