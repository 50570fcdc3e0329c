"""ConnectWise leaves null properties out, and other versions send them: both mean the same."""

from collections.abc import Callable
from typing import Any

import pytest

from psa.providers.connectwise import entries, mapping

REFERENCE: dict[str, Any] = {"id": 7, "name": "Seven", "identifier": "seven"}
FULL: dict[str, dict[str, Any]] = {
    "ticket": {
        "id": 1,
        "summary": "VPN",
        "board": REFERENCE,
        "status": REFERENCE,
        "company": REFERENCE,
        "contact": REFERENCE,
        "contactName": "Rosa",
        "priority": REFERENCE,
        "owner": REFERENCE,
        "closedFlag": True,
        "customerUpdatedFlag": True,
        "resources": "Erin",
        "recordType": "ProjectTicket",
        "project": REFERENCE,
        "parentTicketId": 9,
        "hasChildTicket": True,
        "mergedParentTicket": {"id": 9, "summary": "Parent"},
        "_info": {"lastUpdated": "2026-04-21T09:00:00Z", "dateEntered": "2026-04-21T09:00:00Z"},
    },
    "note": {
        "id": 1,
        "text": "x",
        "detailDescriptionFlag": True,
        "member": REFERENCE,
        "contact": REFERENCE,
        "createdBy": "erin",
        "dateCreated": "2026-04-21T09:00:00Z",
    },
    "time": {
        "id": 1,
        "notes": "x",
        "internalNotes": "y",
        "addToResolutionFlag": True,
        "actualHours": 1,
        "member": REFERENCE,
        "enteredBy": "erin",
        "timeStart": "2026-04-21T09:00:00Z",
        "timeEnd": "2026-04-21T10:00:00Z",
        "dateEntered": "2026-04-21T09:00:00Z",
    },
    "member": {
        "id": 1,
        "identifier": "erin",
        "firstName": "Erin",
        "lastName": "Ruiz",
        "primaryEmail": "erin@example.com",
        "defaultEmail": "Office",
        "officeEmail": "office@example.com",
        "inactiveFlag": True,
        "licenseClass": "A",
    },
    "status": {"id": 1, "name": "New", "closedStatus": True, "sortOrder": 3},
    "priority": {"id": 1, "name": "High", "color": "Red", "sortOrder": 3},
    "company": {"id": 1, "identifier": "acme", "name": "Acme"},
    "configuration": {
        "id": 1,
        "name": "PC",
        "type": REFERENCE,
        "serialNumber": "1",
        "ipAddress": "192.0.2.1",
        "osType": "Windows",
        "osInfo": "11",
        "activeFlag": True,
    },
}
READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "ticket": lambda row: mapping.ticket(row, web_url=""),
    "note": lambda row: entries.note_entry(row, api_members={7}),
    "time": entries.time_entries,
    "member": mapping.member,
    "status": mapping.status,
    "priority": mapping.priority,
    "company": mapping.company,
    "configuration": mapping.configuration,
}


@pytest.mark.parametrize(
    ("kind", "key"), [(kind, key) for kind, row in FULL.items() for key in row if key != "id"]
)
def test_null_is_read_as_missing(kind, key):
    row, read = FULL[kind], READERS[kind]
    without = {name: value for name, value in row.items() if name != key}
    assert read(row | {key: None}) == read(without)
    if isinstance(row[key], dict):
        for part in row[key]:
            inner = {name: value for name, value in row[key].items() if name != part}
            assert read(row | {key: row[key] | {part: None}}) == read(row | {key: inner})
