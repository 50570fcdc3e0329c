"""Companies and their sites."""

from .. import errors, patch, values
from ..calls import Answer, Call, Route
from ..fields import Record
from ..links import company_links, linked
from ..reading import Resource
from ..rights import COMPANIES, TABLES
from ..schema import COMPANY, COMPANY_CHILDREN, NAMED, SITE
from ..store import Tenant


def shape(tenant: Tenant, record: Record) -> Record:
    """Return a company with its links; deleted companies are still answered by id."""
    shaped = linked(tenant, record, "companies")
    shaped["_info"] = {**record["_info"], **company_links(tenant, record["id"])}
    return shaped


COMPANY_LIST = Resource(
    "/company/companies",
    COMPANY,
    "company",
    COMPANIES,
    "companies",
    shape=shape,
    children=COMPANY_CHILDREN,
)


def _sites_of(tenant: Tenant, parent: int) -> list[Record]:
    if parent not in tenant.companies:
        raise errors.not_found("company", parent)
    return [s for s in tenant.tables["sites"].values() if s["company"]["id"] == parent]


def change(call: Call, id: int) -> Answer:
    """PATCH: the whole record is validated again, old faults in it included. [seen live]"""
    company = COMPANY_LIST.find(call.tenant, id)
    wanted = patch.changes("company", COMPANY, company, call.body(), call.quirks)
    draft = dict(company)
    for name, value in wanted.items():
        if value is None:
            draft.pop(name, None)
        else:
            draft[name] = values.plain("company", COMPANY, name, value)
    values.required("company", draft, "identifier", "name")
    _check_years(draft)
    company.clear()
    company.update(draft)
    call.touch(company)
    return Answer(200, shape(call.tenant, company))


def _check_years(company: Record) -> None:
    problems = [
        errors.problem(
            "OutOfRange", f"The field {name} must be between 1900 and 9999.", "company", name
        )
        for name in ("yearEstablished", "revenueYear")
        if name in company and not 1900 <= company[name] <= 9999
    ]
    if problems:
        raise errors.invalid("company", *problems)


ROUTES = [
    *Resource("/company/companies/statuses", NAMED, "Status", TABLES, "company_statuses").routes(),
    *Resource("/company/companies/types", NAMED, "Type", TABLES, "company_types").routes(),
    *COMPANY_LIST.routes(),
    Route("PATCH", "/company/companies/<int:id>", COMPANIES, change),
    *Resource(
        "/company/companies/<int:parent>/sites", SITE, "Site", COMPANIES, of=_sites_of
    ).routes(),
]
