from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psa.providers.connectwise import mapping
from psa.providers.types import (
    Board,
    Member,
    NoteDraft,
    NoteType,
    Reference,
    TicketStatus,
    Visibility,
)
from tests.recordings import recorded


def stored(text="as asked", detail=False, internal=True, resolution=False, **more):
    return {
        "id": 7,
        "text": text,
        "detailDescriptionFlag": detail,
        "internalAnalysisFlag": internal,
        "resolutionFlag": resolution,
        **more,
    }


# --- Tickets and tables --------------------------------------------------------------

TICKET = {
    "id": 48291,
    "summary": "VPN drops after five minutes",
    "board": {"id": 30, "name": "Help Desk"},
    "status": {"id": 550, "name": "In Progress"},
    "company": {"id": 9, "identifier": "obrien", "name": "O'Brien & Sons"},
    "contact": {"id": 1, "name": "Ann"},
    "contactName": "Ann O'Brien",
    "priority": {"id": 8, "name": "Priority 4", "sort": 4},
    "owner": {"id": 5, "identifier": "erin", "name": "Erin"},
    "closedFlag": True,
    "_info": {"lastUpdated": "2026-04-21T09:10:11Z"},
}


def test_a_ticket_is_read():
    ticket = mapping.ticket(TICKET, web_url="https://x/")
    assert ticket.id == "48291"
    assert ticket.board == Reference(id="30", name="Help Desk")
    assert ticket.status == Reference(id="550", name="In Progress")
    assert ticket.company == Reference(id="9", name="O'Brien & Sons")
    assert ticket.contact_name == "Ann O'Brien"
    assert ticket.owner == Reference(id="5", name="Erin")
    assert ticket.is_closed
    assert ticket.updated_at == datetime(2026, 4, 21, 9, 10, 11, tzinfo=UTC)
    assert ticket.web_url == "https://x/"


def test_everything_but_the_id_may_be_missing():
    ticket = mapping.ticket({"id": 1}, web_url="")
    assert ticket.status == ticket.board == Reference(id="", name="")
    assert (ticket.company, ticket.priority, ticket.owner, ticket.updated_at) == (None,) * 4
    assert (ticket.summary, ticket.contact_name, ticket.is_closed) == ("", "", False)
    assert mapping.note({"id": 1}).visibility is Visibility.UNKNOWN
    assert mapping.member({"id": 1}).name == ""
    assert mapping.status({"id": 1}) == TicketStatus(id="1", name="", is_closed=False)
    assert mapping.board({"id": 1}) == Board(id="1", name="")
    assert mapping.version({}) == mapping.version([]) == ""


def test_the_contacts_name_stands_in_for_the_tickets():
    assert (
        mapping.ticket({"id": 1, "contact": {"id": 2, "name": "Ann"}}, web_url="").contact_name
        == "Ann"
    )


@pytest.mark.parametrize("when", ["", "yesterday", 7, None])
def test_an_unreadable_time_is_none(when):
    assert mapping.ticket({"id": 1, "_info": {"lastUpdated": when}}, web_url="").updated_at is None


def test_a_time_without_a_zone_is_utc():
    row = {"id": 1, "dateCreated": "2026-04-21T09:10:11"}
    assert mapping.note(row).created_at == datetime(2026, 4, 21, 9, 10, 11, tzinfo=UTC)


def test_a_status_says_closed_in_its_own_word():
    row = {"id": 3, "name": "Closed", "closedStatus": True, "closedFlag": False, "sortOrder": 4}
    assert mapping.status(row) == TicketStatus(id="3", name="Closed", is_closed=True, sort_order=4)


@pytest.mark.parametrize(
    ("row", "active"),
    [({}, True), ({"inactiveFlag": True}, False), ({"projectFlag": True}, False)],
)
def test_service_boards_are_neither_inactive_nor_projects(row, active):
    assert mapping.is_active_service_board(row) is active


@pytest.mark.parametrize(
    ("fields", "emails"),
    [
        ({"primaryEmail": "p@x", "officeEmail": "o@x"}, ["p@x"]),
        ({"officeEmail": "o@x"}, ["o@x"]),
        ({"defaultEmail": "Mobile", "officeEmail": "o@x", "mobileEmail": "m@x"}, ["m@x"]),
        ({"defaultEmail": "Mobile", "officeEmail": "o@x"}, []),
        ({"defaultEmail": "Home", "homeEmail": "h@x"}, ["h@x"]),
        ({"defaultEmail": "Home", "homeEmail": "h@x", "primaryEmail": "p@x"}, ["p@x", "h@x"]),
        ({"defaultEmail": "Office", "officeEmail": "p@x", "primaryEmail": "p@x"}, ["p@x"]),
        ({"defaultEmail": "Pigeon", "officeEmail": "o@x"}, ["o@x"]),
        ({"primaryEmail": None}, []),
    ],
)
def test_a_members_emails_are_the_primary_and_the_default_one(fields, emails):
    assert mapping.member({"id": 1, **fields}).emails == tuple(emails)


def test_a_member_is_read():
    row = {
        "id": 5,
        "identifier": "erin",
        "firstName": "Erin",
        "lastName": "Roe",
        "licenseClass": "F",
    }
    assert mapping.member(row) == Member(
        id="5", identifier="erin", name="Erin Roe", emails=(), is_active=True, is_api=False
    )
    api = mapping.member({"id": 6, "identifier": "api", "licenseClass": "A", "inactiveFlag": True})
    assert (api.name, api.is_active, api.is_api) == ("api", False, True)


# --- Notes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note_type", "flags"),
    [
        (NoteType.INTERNAL_ANALYSIS, (False, True, False, True, False)),
        (NoteType.RESOLUTION, (False, False, True, True, True)),
        (NoteType.DESCRIPTION, (True, False, False, False, True)),
    ],
)
def test_a_note_type_is_its_flags(note_type, flags):
    body = mapping.note_body(NoteDraft(text="x", note_type=note_type))
    names = ("detailDescription", "internalAnalysis", "resolution", "internal")
    assert (*(body[f"{name}Flag"] for name in names), body["processNotifications"]) == flags
    assert body["text"] == "x"
    assert "member" not in body
    assert mapping.note({"id": 1, **body}).note_type is note_type
    assert mapping.note({"id": 1, **body}).visibility is note_type.visibility


def test_a_note_can_be_signed():
    draft = NoteDraft(text="x", note_type=NoteType.RESOLUTION, member_id="176")
    assert mapping.note_body(draft)["member"] == {"id": 176}


@pytest.mark.parametrize("flaw", [{"note_type": NoteType.UNKNOWN}, {"member_id": "erin"}])
def test_a_note_needs_a_place_and_a_numbered_member(flaw):
    with pytest.raises(ValueError, match=r"one known place|invalid literal"):
        mapping.note_body(NoteDraft(**({"text": "x", "note_type": NoteType.RESOLUTION} | flaw)))


@pytest.mark.parametrize(
    ("detail", "internal", "resolution", "note_type", "visibility"),
    [
        (False, True, False, NoteType.INTERNAL_ANALYSIS, Visibility.COLLEAGUES),
        (False, False, True, NoteType.RESOLUTION, Visibility.MAY_REACH_CUSTOMER),
        (True, False, False, NoteType.DESCRIPTION, Visibility.CUSTOMER),
        (True, True, False, NoteType.UNKNOWN, Visibility.CUSTOMER),
        (True, True, True, NoteType.UNKNOWN, Visibility.CUSTOMER),
        (False, True, True, NoteType.UNKNOWN, Visibility.MAY_REACH_CUSTOMER),
        (False, False, False, NoteType.UNKNOWN, Visibility.UNKNOWN),
        (None, "yes", 1, NoteType.UNKNOWN, Visibility.UNKNOWN),
    ],
)
@pytest.mark.parametrize("misleading", [True, False])
def test_visibility_is_judged_by_placement_alone(
    detail, internal, resolution, note_type, visibility, misleading
):
    row = stored("x", detail, internal, resolution)
    note = mapping.note(row | {"internalFlag": misleading, "externalFlag": misleading})
    assert (note.note_type, note.visibility) == (note_type, visibility)


def test_a_recorded_internal_note_is_for_colleagues_though_both_flags_say_true():
    row = recorded("ticket_notes_list")[0]
    assert row["internalFlag"]
    assert row["externalFlag"]
    note = mapping.note(row)
    assert note.note_type is NoteType.DESCRIPTION
    assert note.author == "user"
    assert note.created_at == datetime(2022, 9, 1, 8, 45, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["ticket_get", "ticket_post_201_minimal", "ticket_put_200_minimal"]
)
def test_recorded_tickets_are_read(name):
    ticket = mapping.ticket(recorded(name), web_url="")
    assert ticket.id.isdigit()
    assert ticket.status.name
    assert ticket.board.id
    assert ticket.company
    assert ticket.company.name
    assert ticket.updated_at


# --- Read-back -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("one\ntwo", "one\r\ntwo"),
        ("one\r\ntwo", "one\ntwo"),
        ("one\rtwo", "one\ntwo"),
        ("one  \ntwo\n", "one\ntwo"),
        ("a\u00a0b", "a b"),
        ("a\tb", "a    b"),
        ("Käse 🧀", "Käse 🧀"),
    ],
)
def test_what_connectwise_is_known_to_change_is_no_difference(asked, kept):
    assert mapping.differences(stored(kept), text=asked) == ()


@pytest.mark.parametrize(
    ("asked", "kept", "says"),
    [
        ("one\ntwo", "one two", "changed the line breaks"),
        ("0123456789", "01234", "only the first 5 of 10 characters"),
        ("one", "two", "stored a different text"),
        ("one", "", "stored a different text"),
        ("one", None, "stored a different text"),
    ],
)
def test_another_text_is_a_difference(asked, kept, says):
    (sentence,) = mapping.differences(stored(kept), text=asked)
    assert says in sentence


def test_a_note_that_customers_can_see_though_meant_for_colleagues_says_so():
    kind = NoteType.INTERNAL_ANALYSIS
    (sentence,) = mapping.differences(stored(detail=True), text="as asked", note_type=kind)
    assert "several places at once" in sentence
    assert sentence.endswith("The customer can see it.")
    (sentence,) = mapping.differences(
        stored(internal=False, resolution=True), text="as asked", note_type=kind
    )
    assert sentence.endswith("It may reach the customer.")


def test_another_place_is_a_difference():
    (sentence,) = mapping.differences(stored(), text="as asked", note_type=NoteType.DESCRIPTION)
    assert "meant to stand in the discussion" in sentence
    assert sentence.endswith("for colleagues only.")
    nowhere = stored(internal=False)
    (sentence,) = mapping.differences(nowhere, text="as asked", note_type=NoteType.DESCRIPTION)
    assert sentence.endswith("nowhere on the ticket.")


def test_another_author_is_a_difference_when_one_was_chosen():
    row = stored(member={"id": 1, "name": "API"})
    assert mapping.differences(row, text="as asked") == ()
    assert mapping.differences(row, text="as asked", member_id="1") == ()
    assert mapping.differences(stored(), text="as asked", member_id="1") == ()
    (sentence,) = mapping.differences(row, text="as asked", member_id="2")
    assert "another member" in sentence


def test_a_status_change_replaces_the_whole_reference():
    assert mapping.status_change("550") == [
        {"op": "replace", "path": "status", "value": {"id": 550}}
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "name"]), inner)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from([*TICKET, *stored(), "member", "dateCreated", "sortOrder", "defaultEmail"])


@given(st.dictionaries(KEYS, JSON))
def test_no_record_is_too_strange_to_be_read(row):
    row["id"] = 1
    mapping.ticket(row, web_url="")
    mapping.status(row)
    mapping.board(row)
    mapping.member(row)
    mapping.differences(row, text="x", note_type=NoteType.RESOLUTION, member_id="1")


@given(st.text(), st.text())
def test_texts_that_differ_in_a_visible_sign_differ(one, other):
    same = mapping.same_text(one, other)
    assert same or one != other
    if same:
        assert "".join(one.split()) == "".join(other.split())
