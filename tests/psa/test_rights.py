"""What the account's key may do: by reading, and by what our own writes have shown."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from psa import keys, rights
from psa.models import Post, PsaConnection, TicketChange
from psa.providers.errors import NotFound
from psa.providers.types import Reach, RightCheck, Write


@pytest.fixture
def crippled(connection, simulator):
    """Return a giver of keys with another role to the connection."""

    def give(**role):
        tenant = simulator.tenants["northwind"]
        public, private = tenant.add_key(**role)
        values = {"public_key": public, "private_key": private, "client_id": tenant.client_id}
        return keys.switch(keys.enter(connection, values, None), None)

    return give


def reach_of(connection, **more):
    report = rights.check(connection, **more)
    return {function.name: function.reach for function in report.functions}


def test_the_answer_is_remembered_until_it_is_asked_anew(connection, simulator):
    reach_of(connection)
    asked = len(simulator.journal)
    simulator.faults.add("forbidden", times=1, path="/system/members")
    assert reach_of(connection)["Signing notes as the engineer"] == Reach.WORKS
    assert len(simulator.journal) == asked
    again = reach_of(connection, again=True)
    assert again["Signing notes as the engineer"] == Reach.MISSING


def test_a_paused_connection_is_checked_too(connection):
    PsaConnection.objects.update(is_active=False)
    connection.refresh_from_db()
    assert reach_of(connection)["Boards, statuses and priorities"] == Reach.WORKS


def test_writing_on_a_named_ticket_shows_what_reading_cannot(connection, engineer, simulator):
    status = simulator.tenants["northwind"].tickets[48291]["status"]["id"]
    tried = rights.try_writing(connection, engineer, "48291", uuid4())
    assert (tried.note.state, tried.status.state) == ("posted", "applied")
    assert tried.note.note_type == Post.NoteType.INTERNAL_ANALYSIS
    assert engineer.name in tried.note.content
    assert simulator.tenants["northwind"].tickets[48291]["status"]["id"] == status
    reach = reach_of(connection)
    assert reach["Posting notes"] == Reach.WORKS
    assert reach["Creating tickets"] == Reach.WORKS
    assert reach["Changing a ticket's status and owner"] == Reach.WORKS
    assert reach["Closing tickets"] == Reach.NOT_TESTED


def test_a_key_that_may_only_read_is_told_so(connection, crippled, engineer):
    found = crippled(without=["Service Tickets: Add", "Service Tickets: Edit"])
    tried = rights.try_writing(found, engineer, "48291", uuid4())
    assert (tried.note.state, tried.status.state) == ("failed", "failed")
    reach = reach_of(found)
    for name in ("Posting notes", "Changing a ticket's status and owner", "Creating tickets"):
        assert reach[name] == Reach.READ_ONLY
    assert reach["Closing tickets"] == Reach.READ_ONLY
    lacking = {str(right) for f in rights.check(found).functions for right in f.lacking}
    assert lacking == {
        "Service Desk › Service Tickets: Add",
        "Service Desk › Service Tickets: Edit",
    }


def test_the_same_request_writes_once(connection, engineer, simulator):
    request_id = uuid4()
    for _ in range(2):
        tried = rights.try_writing(connection, engineer, "48291", request_id)
    assert (tried.note.state, tried.status.state) == ("posted", "applied")
    assert len([entry for entry in simulator.journal if entry.method != "GET"]) == 2


def test_nothing_is_written_when_the_ticket_is_not_there(connection, engineer, simulator):
    with pytest.raises(NotFound):
        rights.try_writing(connection, engineer, "1", uuid4())
    assert not Post.objects.exists()
    assert not TicketChange.objects.exists()


def test_new_keys_are_not_judged_by_what_the_old_ones_wrote(connection, crippled, engineer):
    rights.try_writing(connection, engineer, "48291", uuid4())
    assert reach_of(connection)["Posting notes"] == Reach.WORKS
    assert reach_of(crippled(without=[]))["Posting notes"] == Reach.NOT_TESTED


PERMISSION = {"state": "failed", "error_kind": "permission"}
ADD = "Service Desk › Resource Scheduling: Add"
REFUSED = f"The ConnectWise API member lacks a permission for this. It needs: {ADD}. Ask."


@pytest.mark.parametrize(
    ("kind", "fields", "reach"),
    [
        # Somebody may have become the owner, which takes another right.
        ("assign", {"state": "applied"}, Reach.NOT_TESTED),
        ("assign", PERMISSION | {"error": REFUSED}, Reach.READ_ONLY),
        ("assign", PERMISSION | {"error": "?"}, Reach.NOT_TESTED),
        ("assign", {"state": "failed", "error_kind": "timeout", "error": "?"}, Reach.NOT_TESTED),
        ("unassign", {"state": "applied"}, Reach.NOT_TESTED),
    ],
)
def test_an_assignment_that_was_refused_shows_which_right_it_lacked(
    connection, engineer, kind, fields, reach
):
    TicketChange.objects.create(
        account=connection.account,
        connection=connection,
        request_id=uuid4(),
        ticket_id="48291",
        kind=kind,
        wanted_id="152",
        sent_at=timezone.now(),
        made_by=engineer,
        **fields,
    )
    assert reach_of(connection)["Who works on a ticket"] == reach


def test_what_never_left_or_left_long_ago_shows_nothing(connection, engineer):
    for sent_at in (None, connection.keys_since - timedelta(seconds=1)):
        TicketChange.objects.create(
            account=connection.account,
            connection=connection,
            request_id=uuid4(),
            ticket_id="48291",
            kind="status",
            wanted_id="501",
            state="applied",
            sent_at=sent_at,
            made_by=engineer,
        )
    reach = reach_of(connection)
    assert reach["Changing a ticket's status and owner"] == Reach.NOT_TESTED


def test_rights_are_named_as_people_say_them():
    right = RightCheck(area="Service Desk › Service Tickets", verb="Add", shown_by=Write.NOTE)
    assert str(right) == "Service Desk › Service Tickets: Add"
