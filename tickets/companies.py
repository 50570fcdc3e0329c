"""Choosing the filter's company by its name, with a script and without."""

from psa import catalog
from psa.models import PsaConnection
from psa.providers.errors import NotFound
from psa.providers.types import Company
from tickets.filters import Wanted


def matching(connection: PsaConnection, words: str) -> tuple[Company, ...]:
    """Return up to 50 companies whose name holds the words. May raise PsaError."""
    return catalog.companies(connection, words)


def named(connection: PsaConnection, wanted: Wanted, name: str) -> Wanted | None:
    """Return the filter with the company of this name, or None where it has to be chosen.

    The filter keeps its company as long as the name is that one's; no name means no company.
    May raise PsaError.
    """
    if not name:
        return wanted.with_(company="")
    if wanted.company and _name_of(connection, wanted.company) == name:
        return wanted
    found = matching(connection, name)
    exact = [each for each in found if name.casefold() in _names(each)]
    one = exact if len(exact) == 1 else found
    return wanted.with_(company=one[0].id) if len(one) == 1 else None


def _name_of(connection: PsaConnection, company_id: str) -> str:
    try:
        return catalog.company(connection, company_id).name
    except NotFound:
        return ""


def _names(company: Company) -> set[str]:
    return {company.name.casefold(), company.identifier.casefold()}
