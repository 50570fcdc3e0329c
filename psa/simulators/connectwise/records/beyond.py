"""Modules that the product has no use for: empty lists, for those whose role may read them."""

from .. import rights
from ..calls import Answer, Call, Route

_LISTS = {
    "/expense/entries": rights.EXPENSES,
    "/finance/invoices": rights.INVOICES,
    "/procurement/catalog": rights.CATALOG,
    "/procurement/purchaseorders": rights.PURCHASES,
    "/project/projects": rights.PROJECTS,
    "/sales/opportunities": rights.OPPORTUNITIES,
}


def nothing(call: Call) -> Answer:  # noqa: ARG001 - nothing is asked of nothing
    """GET a list that has no records."""
    return Answer(200, [])


ROUTES = [Route("GET", path, area, nothing) for path, area in _LISTS.items()]
