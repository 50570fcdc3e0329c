"""ConnectWise's JSON of priorities, companies, histories and people, read and written."""

from datetime import UTC, datetime

import pytest

from psa.providers.connectwise import mapping
from psa.providers.types import (
    Assignee,
    Company,
    Configuration,
    EntryKind,
    Priority,
    Visibility,
)
from tests.psa.providers.connectwise.test_mapping import stored


def test_what_there_is_to_choose_from():
    priority = {"id": 2, "name": "High", "color": "Orange", "sortOrder": 1}
    assert mapping.priority(priority) == Priority(id="2", name="High", color="Orange", sort_order=1)
    assert mapping.priority({"id": 2}) == Priority(id="2", name="", color="", sort_order=0)
    company = {"id": 9, "identifier": "OBrien", "name": "O'Brien & Sons"}
    assert mapping.company(company) == Company(id="9", identifier="OBrien", name="O'Brien & Sons")
    assert mapping.company({"id": 9, "identifier": "OBrien"}).name == "OBrien"


def test_a_configuration_is_told_as_far_as_it_is_known():
    full = {
        "id": 3,
        "name": "SRV-01",
        "type": {"id": 1, "name": "Server"},
        "serialNumber": "SN1",
        "ipAddress": "10.0.0.1",
        "osType": "Windows Server 2025",
        "osInfo": "build",
        "activeFlag": True,
    }
    assert mapping.configuration(full) == Configuration(
        id="3",
        name="SRV-01",
        type="Server",
        serial_number="SN1",
        ip_address="10.0.0.1",
        os="Windows Server 2025",
        is_active=True,
    )
    bare = mapping.configuration({"id": 3, "osInfo": "macOS"})
    assert (bare.name, bare.type, bare.os, bare.is_active) == ("", "", "macOS", False)


def test_a_note_of_a_contact_is_the_customers():
    contact, member = {"id": 1, "name": "Rosa Meyer"}, {"id": 2, "name": "Erin"}
    theirs = mapping.note_entry(stored(contact=contact, createdBy="API"))
    assert (theirs.author, theirs.by_customer, theirs.kind) == ("Rosa Meyer", True, EntryKind.NOTE)
    ours = mapping.note_entry(stored(contact=contact, member=member))
    assert (ours.author, ours.by_customer) == ("Erin", False)
    nameless = mapping.note_entry(stored(contact={"id": 1}, createdBy="API"))
    assert (nameless.author, nameless.by_customer) == ("API", True)
    assert mapping.note_entry(stored()).hours is None


@pytest.mark.parametrize(
    ("more", "text", "visibility"),
    [
        ({"notes": "a", "addToDetailDescriptionFlag": True}, "a", Visibility.CUSTOMER),
        ({"notes": "a", "addToResolutionFlag": True}, "a", Visibility.MAY_REACH_CUSTOMER),
        ({"notes": "a", "addToInternalAnalysisFlag": True}, "a", Visibility.COLLEAGUES),
        ({"notes": "a", "internalNotes": "b"}, "a", Visibility.UNKNOWN),
        (
            {"internalNotes": "b", "addToDetailDescriptionFlag": True},
            "b",
            Visibility.COLLEAGUES,
        ),
        ({}, "", Visibility.UNKNOWN),
    ],
)
def test_the_notes_of_a_time_entry_stand_where_it_places_them(more, text, visibility):
    entry = mapping.time_entry({"id": 5, "member": {"id": 2, "name": "Erin"}, **more})
    assert (entry.kind, entry.text, entry.visibility) == (EntryKind.TIME, text, visibility)
    assert (entry.author, entry.hours, entry.created_at) == ("Erin", None, None)


def test_a_time_entry_says_how_long_and_since_when():
    times = {"timeStart": "2026-04-21T09:00:00Z", "dateEntered": "2026-04-22T09:00:00Z"}
    entry = mapping.time_entry({"id": 5, "actualHours": 2, "enteredBy": "erin", **times})
    assert (entry.hours, entry.author) == (2.0, "erin")
    assert entry.created_at == datetime(2026, 4, 21, 9, tzinfo=UTC)
    del times["timeStart"]
    assert mapping.time_entry({"id": 5, **times}).created_at == datetime(2026, 4, 22, 9, tzinfo=UTC)


def test_who_is_on_a_ticket():
    row = {"id": 1, "owner": {"id": 2, "identifier": "Erin"}, "resources": "JFontenot, User,"}
    assert mapping.identifiers(row) == {"erin", "jfontenot", "user"}
    assert mapping.identifiers({"id": 1}) == frozenset()
    assert mapping.assignee({"id": 2, "identifier": "Erin"}, is_owner=True) == Assignee(
        member_id="2", identifier="Erin", name="Erin", is_owner=True
    )


def test_changes_of_people_are_written_as_connectwise_reads_them():
    assert mapping.owner_change("2") == [{"op": "replace", "path": "owner", "value": {"id": 2}}]
    assert mapping.owner_change(None) == [{"op": "remove", "path": "owner"}]
    assert mapping.assignment("7", "2") == {"objectId": 7, "member": {"id": 2}, "type": {"id": 4}}
