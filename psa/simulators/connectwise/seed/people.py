"""Members of the MSP; its customers, their sites, contacts and devices."""

from collections.abc import Sequence
from typing import Any

from ..fields import Record
from ..store import Tenant
from .names import DEVICES, FIRST_NAMES, LAST_NAMES
from .setup import DEPARTMENT, INFO, LOCATION
from .time import work_of

CONTACTS_EACH = 4
DEVICES_EACH = 3
# A client in wide use cannot read members without them.
_ALWAYS_SENT = {
    "invoiceScreenDefaultTabFormat": "ShowInvoicingTab",
    "invoicingDisplayOptions": "RemainOnInvoicingScreen",
    "agreementInvoicingDisplayOptions": "RemainOnInvoicingScreen",
}
_MAIL_TYPE = {"id": 1, "name": "Email"}
_PHONE_TYPE = {"id": 2, "name": "Direct"}


def seed_members(tenant: Tenant, people: Sequence[tuple[str, str, str, str, bool, str]]) -> None:
    """Add the members; some are API members, some inactive, some prefer another e-mail."""
    for identifier, first, last, license_class, inactive, default in people:
        mail = f"{first.lower()}@{tenant.company_id}.example"
        member: Record = {
            "identifier": identifier,
            "licenseClass": license_class,
            "inactiveFlag": inactive,
            "firstName": first,
            "lastName": last,
            "title": "Engineer",
            "officeEmail": _ascii(mail),
            "defaultEmail": default,
            "defaultPhone": "Office",
            "hireDate": "2019-03-01T00:00:00Z",
            "securityRole": {"id": 63, "name": "Admin"},
            "adminFlag": False,
            "dailyCapacity": 8.0,
            "defaultLocation": LOCATION,
            "defaultDepartment": DEPARTMENT,
            **work_of(tenant, identifier),
            **_ALWAYS_SENT,
            "_info": INFO,
        }
        _finish(tenant, member, inactive, default)
        tenant.members.add(member)


def _finish(tenant: Tenant, member: Record, inactive: bool, default: str) -> None:
    if inactive:  # inactive members simply lack some properties [seen live]
        member["inactiveDate"] = "2023-11-30T00:00:00Z"
        return
    member["timeZone"] = {"id": 1, "name": "US Eastern"}
    member["calendar"] = {"id": 1, "name": "Standard"}
    if default != "Office":
        # The office address is a shared one here: only the default e-mail tells people apart.
        member[f"{default.lower()}Email"] = member["officeEmail"]
        member["officeEmail"] = f"support@{tenant.company_id}.example"
    else:
        member["primaryEmail"] = member["officeEmail"]


def _ascii(text: str) -> str:
    plain = text.replace("ö", "oe").replace("á", "a").replace("'", "")
    return plain.encode("ascii", "ignore").decode()


def seed_companies(tenant: Tenant, companies: Sequence[tuple[str, str]]) -> None:
    """Add the customers with a site, contacts and devices each; the last one is deleted."""
    for place, (identifier, name) in enumerate(companies):
        company = tenant.companies.add(_company(tenant, identifier, name))
        site = _site(tenant, company, place)
        company["site"] = {"id": site["id"], "name": site["name"]}
        if place == len(companies) - 1:
            company |= {"deletedFlag": True, "dateDeleted": "2024-05-02T08:00:00Z"}
            company["deletedBy"] = "zadmin"
        for number in range(CONTACTS_EACH):
            _contact(tenant, company, number)
        for number in range(DEVICES_EACH):
            _device(tenant, company, number)


def _company(tenant: Tenant, identifier: str, name: str) -> Record:
    entered = {"dateEntered": "2018-06-21T16:04:59Z", "enteredBy": "zadmin"}
    return {
        "identifier": identifier,
        "name": name,
        "status": {"id": 1, "name": "Active"},
        "addressLine1": f"{tenant.random.randrange(1, 900)} Main Street",
        "city": "Springfield",
        "state": "IL",
        "zip": "62701",
        "country": {"id": 1, "name": "United States"},
        "phoneNumber": _phone(tenant),
        "faxNumber": "",
        "website": f"www.{identifier.lower()}.example",
        "territory": LOCATION,
        "accountNumber": "",
        "dateAcquired": "2018-06-21T04:00:00Z",
        "annualRevenue": 0.0,
        "leadFlag": False,
        "unsubscribeFlag": False,
        "deletedFlag": False,
        "mobileGuid": tenant.guid(),
        "isVendorFlag": False,
        "types": [{"id": 1, "name": "Client"}],
        "_info": {**INFO, **entered},
        "customFields": [],
    }


def _phone(tenant: Tenant) -> str:
    return f"217555{tenant.random.randrange(100, 199):04}"


def _reference(company: Record) -> Record:
    return {name: company[name] for name in ("id", "identifier", "name")}


def _site(tenant: Tenant, company: Record, place: int) -> Record:
    return tenant.tables["sites"].add(
        {
            "name": "Main" if place % 3 else "Head Office",
            "addressLine1": company["addressLine1"],
            "city": company["city"],
            "zip": company["zip"],
            "country": company["country"],
            "primaryAddressFlag": True,
            "inactiveFlag": False,
            "mobileGuid": tenant.guid(),
            "company": _reference(company),
            "_info": INFO,
        }
    )


def _contact(tenant: Tenant, company: Record, number: int) -> None:
    first = FIRST_NAMES[(company["id"] * 3 + number * 7) % len(FIRST_NAMES)]
    last = LAST_NAMES[(company["id"] * 5 + number * 4) % len(LAST_NAMES)]
    domain = f"@{company['identifier'].lower()}.example"
    mail = f"{_ascii(first)}.{_ascii(last)}".lower() + domain
    phone = _phone(tenant)
    base = tenant.tables["contacts"].next_id * 10
    items: list[dict[str, Any]] = [
        {"id": base, "type": _MAIL_TYPE, "value": mail, "defaultFlag": True, "domain": domain,
         "communicationType": "Email"},
        {"id": base + 1, "type": _PHONE_TYPE, "value": phone, "defaultFlag": True,
         "communicationType": "Phone"},
    ]  # fmt: skip
    contact = tenant.tables["contacts"].add(
        {
            "firstName": first,
            "lastName": last,
            "company": _reference(company),
            "site": company["site"],
            "inactiveFlag": number == CONTACTS_EACH - 1,
            "marriedFlag": False,
            "childrenFlag": False,
            "portalSecurityLevel": 1,
            "disablePortalLoginFlag": True,
            "unsubscribeFlag": False,
            "mobileGuid": tenant.guid(),
            "defaultPhoneType": "Direct",
            "defaultPhoneNbr": phone,
            "defaultBillingFlag": False,
            "defaultFlag": number == 0,
            "communicationItems": items,
            "types": [{"id": 1, "name": "Primary"}] if number == 0 else [],
            "customFields": [],
            "ignoreDuplicates": False,
            "_info": INFO,
        }
    )
    if number == 0:
        company["defaultContact"] = {"id": contact["id"], "name": f"{first} {last}"}


def _device(tenant: Tenant, company: Record, number: int) -> None:
    prefix, kind, model = DEVICES[(company["id"] + number * 2) % len(DEVICES)]
    address = f"10.{company['id'] % 250}.{number}.{tenant.random.randrange(2, 250)}"
    tenant.tables["configurations"].add(
        {
            "name": f"{prefix}-{company['identifier'].upper()[:8]}-{number + 1:02}",
            "type": {"id": [d[1] for d in DEVICES].index(kind) + 1, "name": kind},
            "status": {"id": 1, "name": "Active"},
            "company": _reference(company),
            "site": company["site"],
            "deviceIdentifier": tenant.guid()[:12].upper(),
            "serialNumber": f"SN{tenant.random.randrange(10**8):08}",
            "modelNumber": model,
            "macAddress": f"00:1A:2B:{number:02X}:4D:5E",
            "ipAddress": address,
            "osInfo": "Windows 11 Pro" if prefix == "WS" else "",
            "billFlag": False,
            "activeFlag": True,
            "mobileGuid": tenant.guid(),
            "displayVendorFlag": True,
            "showRemoteFlag": False,
            "showAutomateFlag": False,
            "needsRenewalFlag": False,
            "_info": INFO,
        }
    )
