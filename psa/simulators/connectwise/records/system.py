"""/system/info and the companyinfo outside the API."""

from typing import Any

from .. import errors
from ..calls import Answer, Call, Route
from ..quirks import Quirks
from ..store import Tenant

VERSION = "v2026.3.105333"


def info(call: Call) -> Answer:
    """GET /system/info."""
    return Answer(200, system_info(call.quirks))


def system_info(quirks: Quirks) -> dict[str, Any]:
    """Return the version and where it runs."""
    return {
        "version": VERSION,
        "isCloud": quirks.is_cloud,
        "serverTimeZone": "Eastern Standard Time",
        "licenseBits": [],
        "cloudRegion": "NA" if quirks.is_cloud else "None",
        "maxWorkFlowRecordsAllowed": 1000,
    }


def company_info(tenant: Tenant | None, host: str, quirks: Quirks) -> dict[str, Any] | None:
    """Return what /login/companyinfo tells without log-in; None (a JSON null) if unknown."""
    if tenant is None:
        if quirks.unknown_company == "not_found":
            raise errors.no_endpoint()
        return None
    site = host if quirks.site_url is None else quirks.site_url
    cloud: bool | str = str(quirks.is_cloud) if quirks.is_cloud_as_text else quirks.is_cloud
    return {
        "CompanyName": tenant.name,
        "Codebase": quirks.codebase,
        "VersionCode": "v2026.3",
        "VersionNumber": "v4.6.105333",
        "CompanyID": tenant.company_id,
        "IsCloud": cloud,
        **({"SiteUrl": site} if site else {}),
    }


ROUTES = [Route("GET", "/system/info", "", info)]
