"""PSA_TRUSTED_SITES: origins that the operator trusts, for every account or for one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from resolutionflow.lib.sites import Origin, SiteNotAllowed, parse_origin


@dataclass(frozen=True, slots=True)
class TrustedSite:
    """An origin, and the name of the account that alone may use it; "" for every account."""

    origin: Origin
    account: str = ""


def parse_trusted_site(text: str) -> TrustedSite:
    """Return what `https://…` or `Account name=https://…` says; raises SiteNotAllowed.

    The scheme is part of it: an operator says whether credentials may leave in clear text.
    """
    name, marked, site = text.rpartition("=")
    if "://" not in site or (marked and not name.strip()):
        raise SiteNotAllowed("Write scheme and host, and nothing after them.")
    return TrustedSite(parse_origin(site), name.strip())


def origins_for(account: str, texts: Iterable[str]) -> tuple[Origin, ...]:
    """Return the origins that an account of this name may use. Raises SiteNotAllowed."""
    sites = map(parse_trusted_site, texts)
    return tuple(site.origin for site in sites if site.account in ("", account))
