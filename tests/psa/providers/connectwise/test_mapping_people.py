"""ConnectWise's JSON of priorities, companies, histories and people, read and written."""

from datetime import UTC, datetime

import pytest

from psa.providers.connectwise import entries, mapping
from psa.providers.types import (
    Assignee,
    Company,
    Configuration,
    EntryKind,
    Priority,
    Reference,
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
    theirs = entries.note_entry(stored(contact=contact, createdBy="API"))
    assert (theirs.author, theirs.by_customer, theirs.kind) == ("Rosa Meyer", True, EntryKind.NOTE)
    ours = entries.note_entry(stored(contact=contact, member=member))
    assert (ours.author, ours.by_customer) == ("Erin for Rosa Meyer", False)
    nameless = entries.note_entry(stored(contact={"id": 1}, createdBy="API"))
    assert (nameless.author, nameless.by_customer) == ("API", True)
    assert entries.note_entry(stored()).hours is None


PERSON, KEY, ROSA = (
    {"id": 2, "identifier": "Erin", "name": "Erin Ruiz"},
    {"id": 640, "identifier": "api_full", "name": "API Full"},
    {"id": 508, "name": "Rosa Meyer"},
)


@pytest.mark.parametrize(
    ("names", "author", "by_customer"),
    [
        ({"contact": ROSA}, "Rosa Meyer", True),
        ({"contact": ROSA, "member": None}, "Rosa Meyer", True),
        ({"contact": ROSA, "member": {}}, "Rosa Meyer", True),
        ({"contact": ROSA, "member": {"id": None}}, "Rosa Meyer", True),
        ({"contact": ROSA, "createdBy": "api_full"}, "Rosa Meyer", True),
        # A portal or a mail tool wrote it for the customer.
        ({"contact": ROSA, "member": KEY, "createdBy": "api_full"}, "Rosa Meyer", True),
        ({"contact": {"id": 508}, "member": KEY}, "API Full", True),
        # A colleague wrote it.
        ({"contact": ROSA, "member": PERSON}, "Erin Ruiz for Rosa Meyer", False),
        ({"member": PERSON}, "Erin Ruiz", False),
        ({"member": PERSON, "contact": None}, "Erin Ruiz", False),
        ({"member": PERSON, "contact": {}}, "Erin Ruiz", False),
        ({"member": PERSON, "contact": {"id": None, "name": "x"}}, "Erin Ruiz", False),
        ({"member": KEY, "contact": None}, "API Full", False),
        ({"contact": None, "member": None, "createdBy": "erin"}, "erin", False),
        ({"contact": None, "member": None, "createdBy": None}, "", False),
        ({}, "", False),
    ],
)
def test_who_wrote_a_note(names, author, by_customer):
    entry = entries.note_entry(stored(**names), api_members={640})
    assert (entry.author, entry.by_customer) == (author, by_customer)


SEEN = Visibility


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"notes": "a", "addToDetailDescriptionFlag": True}, [("a", SEEN.CUSTOMER)]),
        ({"notes": "a", "addToResolutionFlag": True}, [("a", SEEN.MAY_REACH_CUSTOMER)]),
        ({"notes": "a", "addToInternalAnalysisFlag": True}, [("a", SEEN.COLLEAGUES)]),
        ({"notes": "a"}, [("a", SEEN.UNKNOWN)]),
        ({"internalNotes": "b"}, [("b", SEEN.COLLEAGUES)]),
        # What is for colleagues stays with them, wherever the other text goes.
        ({"internalNotes": "b", "addToDetailDescriptionFlag": True}, [("b", SEEN.COLLEAGUES)]),
        (
            {"notes": "a", "internalNotes": "b", "addToDetailDescriptionFlag": True},
            [("a", SEEN.CUSTOMER), ("b", SEEN.COLLEAGUES)],
        ),
        (
            {"notes": "a", "internalNotes": "b", "addToResolutionFlag": True},
            [("a", SEEN.MAY_REACH_CUSTOMER), ("b", SEEN.COLLEAGUES)],
        ),
        (
            {"notes": "a", "internalNotes": "b"},
            [("a", SEEN.UNKNOWN), ("b", SEEN.COLLEAGUES)],
        ),
        ({"notes": None, "internalNotes": None}, [("", SEEN.UNKNOWN)]),
        ({"notes": "", "internalNotes": "b"}, [("b", SEEN.COLLEAGUES)]),
        ({"notes": "a", "internalNotes": ""}, [("a", SEEN.UNKNOWN)]),
        ({}, [("", SEEN.UNKNOWN)]),
        ({"addToDetailDescriptionFlag": True}, [("", SEEN.UNKNOWN)]),
    ],
)
def test_the_texts_of_a_time_entry_stand_where_it_places_them(more, expected):
    row = {"id": 5, "member": {"id": 2, "name": "Erin"}, "actualHours": 1.25, **more}
    found = entries.time_entries(row)
    assert [(entry.text, entry.visibility) for entry in found] == expected
    assert [entry.hours for entry in found] == [1.25, None][: len(found)]
    assert {(entry.kind, entry.author) for entry in found} == {(EntryKind.TIME, "Erin")}
    assert len({entry.id for entry in found}) == len(found)


MORNING = datetime(2026, 4, 21, 9, tzinfo=UTC)
MIDNIGHT = datetime(2026, 4, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "at", "day_only"),
    [
        ({"timeStart": "2026-04-21T09:00:00Z"}, MORNING, False),
        ({"timeStart": "2026-04-21T09:00:00Z", "timeEnd": None}, MORNING, False),
        (
            {"timeStart": "2026-04-21T09:00:00Z", "timeEnd": "2026-04-21T10:00:00Z"},
            MORNING,
            False,
        ),
        (
            {"timeStart": "2026-04-21T00:00:00Z", "timeEnd": "2026-04-21T01:00:00Z"},
            MIDNIGHT,
            False,
        ),
        # Hours alone: a day, and no time.
        ({"timeStart": "2026-04-21T00:00:00Z"}, MIDNIGHT, True),
        ({"timeStart": "2026-04-21T00:00:00Z", "timeEnd": None}, MIDNIGHT, True),
        ({"dateEntered": "2026-04-21T09:00:00Z"}, MORNING, True),
        ({"timeStart": None, "dateEntered": "2026-04-21T09:00:00Z"}, MORNING, True),
        ({"timeStart": "0001-01-01T00:00:00Z"}, None, True),
        ({}, None, True),
    ],
)
def test_when_time_was_worked(times, at, day_only):
    (entry,) = entries.time_entries({"id": 5, "actualHours": 2, "enteredBy": "erin", **times})
    assert (entry.created_at, entry.day_only) == (at, day_only)
    assert (entry.hours, entry.author) == (2.0, "erin")


@pytest.mark.parametrize("hours", [None, "2", True, [], {}])
def test_hours_that_are_no_number_are_none(hours):
    (entry,) = entries.time_entries({"id": 5, "actualHours": hours})
    assert entry.hours is None


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


# --- What a ticket is, and is related to ----------------------------------------------


def test_what_a_ticket_is_related_to():
    ticket = mapping.ticket(
        {
            "id": 1,
            "recordType": "ProjectTicket",
            "project": {"id": 7, "name": "Seven"},
            "parentTicketId": 9,
            "hasChildTicket": True,
            "mergedParentTicket": {"id": 9, "summary": "Parent"},
        },
        web_url="",
    )
    assert ticket.merged_into == Reference(id="9", name="Parent")
    assert (ticket.parent_id, ticket.has_children) == ("9", True)
    assert (ticket.is_project, ticket.project) == (True, "Seven")


@pytest.mark.parametrize(
    ("record_type", "is_project"),
    [("ServiceTicket", False), ("ProjectTicket", True), ("ProjectIssue", True), ("", False)],
)
def test_what_a_ticket_is(record_type, is_project):
    assert mapping.ticket({"id": 1, "recordType": record_type}, web_url="").is_project is is_project


@pytest.mark.parametrize("parent", [None, 0, "", "9", True, {}, -0])
def test_a_parent_that_is_no_number_is_none(parent):
    assert mapping.ticket({"id": 1, "parentTicketId": parent}, web_url="").parent_id == ""
