"""Which e-mails a note or a time entry would send."""

import pytest

from .booking import ENTRIES, replaced
from .conftest import NOTES, TICKET

ERIN = "erin@northwind.example"


@pytest.fixture
def mailed(tenant):
    """Who was mailed since it was last asked, as "contact", "cc" or "resource"."""
    seen = 0

    def ask():
        nonlocal seen
        mails = tenant.mails_of(48291)[seen:]
        seen += len(mails)
        return [mail["to"] for mail in mails]

    return ask


@pytest.fixture(autouse=True)
def _watched(tenant):
    tenant.tickets[48291] |= {"automaticEmailCc": "boss@acme.example; it@acme.example;"}


EVERYBODY = ["cc", "cc", "contact", "resource"]


@pytest.mark.parametrize(
    ("note", "parties"),
    [
        ({"detailDescriptionFlag": True}, []),
        ({"detailDescriptionFlag": True, "processNotifications": False}, []),
        ({"detailDescriptionFlag": True, "processNotifications": True}, EVERYBODY),
        ({"resolutionFlag": True, "processNotifications": True}, EVERYBODY),
        ({"internalAnalysisFlag": True, "processNotifications": True}, ["resource"]),
        ({"internalAnalysisFlag": True, "emailContactFlag": True}, ["contact"]),
        ({"detailDescriptionFlag": True, "emailCc": "x@y.example"}, ["cc"] * 3),
        ({"detailDescriptionFlag": True, "emailResourceFlag": True}, ["resource"]),
    ],
)
def test_a_note_mails_whom_it_asks_for(api, mailed, note, parties):
    answer = api.post(NOTES, {"text": "Done.", **note})
    assert answer.status_code == 201
    assert mailed() == parties
    assert "processNotifications" not in answer.json


def test_a_mail_tells_what_went_where(api, tenant):
    note = api.post(NOTES, {"text": "x", "resolutionFlag": True, "emailContactFlag": True}).json
    (mail,) = tenant.mails_of(48291)
    assert mail == {
        "id": mail["id"],
        "ticketId": 48291,
        "to": "contact",
        "address": tenant.tickets[48291]["contactEmailAddress"],
        "source": "note",
        "sourceId": note["id"],
        "text": "x",
        "customersSeeIt": True,
        "at": "2026-04-21T09:10:30Z",
    }
    api.post(NOTES, {"text": "y", "internalAnalysisFlag": True, "emailResourceFlag": True})
    assert [m["address"] for m in tenant.mails_of(48291)[1:]] == [ERIN]


def test_a_board_may_notify_nobody(api, mailed, tenant):
    tenant.boards[20] |= {"sendToContactFlag": False, "sendToCCFlag": False}
    api.post(NOTES, {"text": "x", "resolutionFlag": True, "processNotifications": True})
    assert mailed() == ["resource"]


def test_a_changed_note_mails_if_it_asks(api, mailed, sim):
    path = f"{NOTES}/{api.post(NOTES, {'text': 'x', 'resolutionFlag': True}).json['id']}"
    api.patch(path, replaced("text", "y"))
    assert mailed() == []
    api.patch(path, replaced("text", "z"), replaced("processNotifications", True))
    assert mailed() == EVERYBODY
    api.put(path, {"text": "z", "internalAnalysisFlag": True, "emailContactFlag": True})
    assert mailed() == ["contact"]
    sim.quirks.note_changes_mail = False
    api.patch(path, replaced("processNotifications", True))
    assert mailed() == []


@pytest.mark.parametrize(
    ("flags", "parties"),
    [
        ({}, []),
        ({"addToDetailDescriptionFlag": True}, []),
        ({"emailContactFlag": True, "addToDetailDescriptionFlag": True}, ["contact"]),
        ({"emailContactFlag": True, "addToInternalAnalysisFlag": True}, ["contact"]),
        ({"emailResourceFlag": True}, ["resource"]),
        ({"emailCcFlag": True, "emailCc": "x@y.example"}, ["cc"] * 3),
    ],
)
def test_a_time_entry_mails_by_its_flags(api, book, mailed, flags, parties):
    entry = book(notes="Worked.", **flags)
    assert mailed() == parties
    # The flags ask once: a later change mails nobody.
    assert entry["emailContactFlag"] is False
    api.patch(f"{ENTRIES}/{entry['id']}", replaced("notes", "Better."))
    assert mailed() == []
    api.patch(f"{ENTRIES}/{entry['id']}", replaced("emailContactFlag", True))
    assert mailed() == ["contact"]


def test_what_a_new_entry_does_not_say_is_as_the_ticket_has_it(api, book, mailed, sim):
    api.patch(TICKET, replaced("automaticEmailContactFlag", True))
    entry = book()
    assert mailed() == ["contact"]
    api.patch(f"{ENTRIES}/{entry['id']}", replaced("notes", "Better."))
    book(emailContactFlag=False)
    assert mailed() == []
    sim.quirks.time_mails_unsaid = "none"
    book()
    assert mailed() == []


def test_time_of_no_ticket_mails_nobody(api, tenant):
    body = {"timeStart": "2026-04-21T08:00:00Z", "company": {"id": 251}, "emailContactFlag": True}
    assert api.post(ENTRIES, body).status_code == 201
    assert tenant.mails_of() == []


def test_a_ticket_without_people_mails_nobody(api, mailed, tenant):
    for name in ("contactEmailAddress", "resources", "automaticEmailCc"):
        del tenant.tickets[48291][name]
    api.post(NOTES, {"text": "x", "resolutionFlag": True, "processNotifications": True})
    assert mailed() == []


def test_mails_are_told_over_http(api):
    api.post(NOTES, {"text": "x", "resolutionFlag": True, "emailContactFlag": True})
    for path in ("mails/northwind", "mails/northwind/48291"):
        (mail,) = api.client.get(f"/__simulator__/{path}").json
        assert mail["source"] == "note"
    assert api.client.get("/__simulator__/mails/northwind/48290").json == []
    assert api.client.get("/__simulator__/mails/nobody").status_code == 404


def test_what_was_refused_mails_nobody(api, mailed):
    assert api.post(NOTES, {"text": "x", "emailContactFlag": True}).status_code == 400
    assert mailed() == []
