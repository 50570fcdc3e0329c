"""What is billed of time: rounding, options, agreements, and what is foretold of it."""

import pytest

from .booking import BODY, ENTRIES, ERIN, refused, replaced


def ticket_of_company(tenant, identifier):
    return next(t for t in tenant.tickets.values() if t["company"]["identifier"] == identifier)


@pytest.mark.parametrize(
    ("kind", "minutes", "billed"),
    [
        ("Remote Support", 5, 0.25),
        ("Remote Support", 16, 0.5),
        ("Remote Support", 30, 0.5),
        ("On-site", 15, 1.0),
        ("On-site", 65, 1.5),
        ("Regular", 20, 0.33),
        ("Travel", 200, 2.0),
        ("Courtesy", 10, 0.25),
        ("Client Liaison", 60, 0.0),
        ("Remote Support", 0, 0.0),
    ],
)
def test_a_work_type_rounds_what_is_billed(book, kind, minutes, billed):
    end = f"2026-04-21T{8 + minutes // 60:02}:{minutes % 60:02}:00Z"
    entry = book(timeEnd=end, workType={"name": kind})
    assert entry["actualHours"] == round(minutes / 60, 2)
    assert entry["hoursBilled"] == billed
    usual = {"Courtesy": "NoCharge", "Client Liaison": "DoNotBill"}
    assert entry["billableOption"] == usual.get(kind, "Billable")


def test_the_billable_option_has_defaults(api, book, tenant):
    assert book(billableOption="NoDefault")["billableOption"] == "Billable"
    assert book(billableOption="DoNotBill")["billableOption"] == "DoNotBill"
    covered = ticket_of_company(tenant, "OBrien")
    covered["status"] = tenant.tickets[48291]["status"]
    entry = book(chargeToId=covered["id"])
    assert (entry["agreement"]["name"], entry["billableOption"]) == ("Monitoring", "NoCharge")
    tenant.tickets[48291]["billTime"] = "DoNotBill"
    assert book()["billableOption"] == "DoNotBill"
    # What an entry has been given stays with it.
    path = f"{ENTRIES}/{entry['id']}"
    changed = api.patch(path, replaced("workType", {"name": "Client Liaison"})).json
    assert changed["billableOption"] == "NoCharge"
    back = api.patch(
        path, replaced("billableOption", "NoDefault"), {"op": "remove", "path": "notes"}
    )
    assert back.json["billableOption"] == "NoCharge"


def test_an_agreement_covers_what_it_has_left_when_an_entry_is_saved(api, book, tenant):
    block = ticket_of_company(tenant, "Fabrikam")
    block["status"] = tenant.tickets[48291]["status"]
    tenant.tables["time_entries"].clear()
    on_block = {"chargeToId": block["id"], "workType": {"name": "Regular"}}
    first = book(timeEnd="2026-04-21T09:30:00Z", **on_block)
    assert (first["agreementHours"], first["invoiceHours"]) == (1.5, 0)
    # Earlier by its date, later by its saving.
    second = book(timeStart="2026-04-20T08:00:00Z", timeEnd="2026-04-20T09:00:00Z", **on_block)
    assert (second["hoursBilled"], second["agreementHours"], second["invoiceHours"]) == (
        1,
        0.5,
        0.5,
    )
    assert second["extendedInvoiceAmount"] == 0.5 * 125
    api.delete(f"{ENTRIES}/{first['id']}")
    assert api.get(f"{ENTRIES}/{second['id']}").json["agreementHours"] == 0.5
    free = book(timeEnd="2026-04-21T09:00:00Z", billableOption="NoCharge", **on_block)
    assert (free["agreementHours"], free["extendedInvoiceAmount"]) == (0, 0)
    saved = api.patch(f"{ENTRIES}/{second['id']}", replaced("notes", "x")).json
    assert saved["agreementHours"] == 1
    without = api.patch(f"{ENTRIES}/{second['id']}", {"op": "remove", "path": "agreement"}).json
    assert ("agreement" in without, without["agreementHours"]) == (False, 0)
    back = api.patch(f"{ENTRIES}/{second['id']}", replaced("agreement", {"id": 1})).json
    assert (back["agreement"]["type"], back["agreementHours"]) == ("Managed Services", 1)


def test_an_agreement_that_has_ended_covers_nothing(book, tenant):
    gone = next(
        a for a in tenant.tables["agreements"].values() if a["agreementStatus"] == "Expired"
    )
    entry = book(actualHours=1, agreement={"id": gone["id"]})
    assert (entry["agreementHours"], entry["invoiceHours"]) == (0, 1)


def test_defaults_are_told_and_not_stored(api, sim, tenant):
    before = len(tenant.tables["time_entries"])
    answer = api.post(f"{ENTRIES}/defaults", {**BODY, "member": ERIN, "actualHours": 0.1})
    assert answer.status_code == 200
    told = answer.json
    assert (told["workRole"]["name"], told["workType"]["name"]) == ("Engineer", "Remote Support")
    assert (told["billableOption"], told["hoursBilled"]) == ("Billable", 0.25)
    assert told["agreement"]["name"] == "Managed Services"
    sim.quirks.time_defaults_know_agreements = False
    without = {name: BODY[name] for name in ("chargeToId", "chargeToType")}
    told = api.post(f"{ENTRIES}/defaults", without).json
    assert "agreement" not in told
    assert told["timeStart"] == "2026-04-21T09:10:30Z"
    assert len(tenant.tables["time_entries"]) == before
    wrong = api.post(f"{ENTRIES}/defaults", {**BODY, "workRole": {"name": "Nobody"}})
    assert refused(wrong)[1] == "workRole Nobody not found"
