"""The kinds of records, one module each, and all their routes."""

from ..calls import Route
from . import boards, companies, members, notes, system, tickets

ROUTES: list[Route] = [
    *boards.ROUTES,
    *companies.ROUTES,
    *members.ROUTES,
    *notes.ROUTES,
    *system.ROUTES,
    *tickets.ROUTES,
]
