"""What an entry of time costs: rounded hours, what the agreement covers of them, and the rest."""

import math

from ..fields import Record
from ..store import Tenant
from ..values import reference


def agreement_reference(agreement: Record) -> Record:
    """Return {id, name, type}: the type is text here."""
    return {**reference(agreement), "type": agreement["type"]["name"]}


def default_option(tenant: Tenant, entry: Record, ticket: Record | None) -> str:
    """Return the billable option of an entry that names none: the ticket's, the agreement's, or
    the work type's, whichever is first to say one. [inferred]
    """
    agreement = agreement_of(tenant, entry) or {}
    work_type = tenant.tables["work_types"][entry["workType"]["id"]]
    for said in ((ticket or {}).get("billTime"), agreement.get("billTime"), work_type["billTime"]):
        if said and said != "NoDefault":
            return str(said)
    return "Billable"


def agreement_of(tenant: Tenant, entry: Record) -> Record | None:
    """Return the stored agreement of an entry, if it has one that is in force."""
    agreement = tenant.tables["agreements"].get(entry.get("agreement", {}).get("id", 0))
    return agreement if agreement and agreement["agreementStatus"] == "Active" else None


def charge(tenant: Tenant, entry: Record) -> None:
    """Write into `entry` what follows from its hours, work type, role and agreement.

    What the agreement covers is decided now, from what other entries have used of it so far;
    they are not dealt anew. [restated by a vendor from ConnectWise's own help]
    """
    work_type = tenant.tables["work_types"][entry["workType"]["id"]]
    billed = _rounded(entry["actualHours"], work_type)
    if entry["billableOption"] == "DoNotBill":
        billed = 0.0
    covered = _covered(tenant, entry, billed) if entry["billableOption"] == "Billable" else 0.0
    rate = (
        entry.get("hourlyRate")
        or tenant.tables["work_roles"][entry["workRole"]["id"]]["hourlyRate"]
    )
    priced = billed - covered if entry["billableOption"] == "Billable" else 0.0
    entry |= {
        "hourlyRate": rate,
        "hoursBilled": billed,
        "agreementHours": covered,
        "invoiceHours": round(billed - covered, 2),
        "agreementAmount": round(covered * rate * work_type["rate"], 2),
        "extendedInvoiceAmount": round(priced * rate * work_type["rate"], 2),
    }


def _rounded(hours: float, work_type: Record) -> float:
    """Round up to the type's step, then to its least and most; nothing stays nothing."""
    if hours <= 0:
        return 0.0
    step, most = work_type["roundBillHoursTo"], work_type["hoursMax"]
    if step:
        hours = math.ceil(round(hours / step, 6)) * step
    hours = max(hours, work_type["hoursMin"])
    return round(min(hours, most) if most else hours, 2)


def _covered(tenant: Tenant, entry: Record, hours: float) -> float:
    agreement = agreement_of(tenant, entry)
    if agreement is None or not agreement["coverAgreementTime"]:
        return 0.0
    if agreement["applicationUnlimitedFlag"]:
        return hours
    used: float = sum(
        other["agreementHours"]
        for other in tenant.tables["time_entries"].values()
        if other.get("agreement", {}).get("id") == agreement["id"]
        and other["id"] != entry.get("id")
    )
    left: float = max(0.0, agreement["applicationLimit"] - used)
    return round(min(hours, left), 2)
