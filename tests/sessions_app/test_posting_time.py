"""Time in Update Ticket: preset, judged before it is sent, booked once, and told apart."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from psa.models import Post, TimeEntry
from sessions_app import linking
from sessions_app.models import WorkSession
from tests.builders import map_member

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
TICKET = 48291


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def linked(session, connection, engineer, simulator):
    """Return the session, linked and worked for half an hour, of a person who is not mapped."""
    linking.link(session, str(TICKET), engineer)
    begun = timezone.now() - timedelta(minutes=30)
    WorkSession.objects.filter(pk=session.pk).update(started_at=begun, active_at=timezone.now())
    session.refresh_from_db()
    return session


@pytest.fixture
def member(tenant):
    """Return an active member of the PSA whose own work role the ticket takes."""
    return next(m for m in tenant.members.values() if m["identifier"] == "AKowalski")


@pytest.fixture
def mapped(linked, engineer, connection, member):
    map_member(engineer, connection, str(member["id"]), "Anna Kowalski")
    return linked


def url(name, session, *more):
    return reverse(f"sessions:{name}", args=[session.pk, *more])


def opened(client, session, **query):
    answer = client.get(url("post-preview", session), query, headers=HTMX)
    assert answer.status_code == 200, answer.content.decode()
    return answer


def values_of(answer):
    """Return the form's values as a browser would send them."""
    form = answer.context["form"]
    values = {name: form[name].value() for name in form.fields if not name.startswith("confirm")}
    shown = answer.context["shown"]
    values |= {
        "ticket_id": answer.context["session"].psa_ticket_id,
        "seen_status_id": shown.status_id,
        "seen_status_name": shown.status_name,
        "board_id": shown.board_id,
        "location_id": shown.location_id,
        "update_status_id": "",
    }
    return {name: "" if value is None else str(value) for name, value in values.items()}


def form_for(client, session, **changes):
    values = values_of(opened(client, session, note_type="resolution"))
    return values | {"time_start": "", **changes}


def send(client, session, values):
    return client.post(url("post", session), values, headers=HTMX)


def booked(tenant):
    return [
        e for e in tenant.tables["time_entries"].values() if "RF-T" in e.get("internalNotes", "")
    ]


def statuses(tenant, *, forbids):
    board = tenant.tickets[TICKET]["board"]["id"]
    found = (s for s in tenant.statuses.values() if s["board"]["id"] == board)
    return next(s for s in found if bool(s.get("timeEntryNotAllowed")) is forbids)


# --- The dialog ----------------------------------------------------------------------


def test_it_offers_what_the_tickets_location_takes_and_starts_with_the_members_own(mapped, erin):
    answer = opened(erin, mapped)
    offer = answer.context["time"].offer
    names = [role.name for role in offer.roles]
    assert "Senior Engineer" in names
    assert "Former Apprentice" not in names
    values = values_of(answer)
    chosen = {role.id: role.name for role in offer.roles}[values["time_work_role"]]
    assert chosen == "Senior Engineer"
    assert {one.id: one.name for one in offer.types}[values["time_work_type"]] == "Regular"


def test_the_hours_are_filled_in_where_the_note_ends_the_work(mapped, erin):
    assert values_of(opened(erin, mapped))["time_hours"] == ""
    assert values_of(opened(erin, mapped, note_type="resolution"))["time_hours"] == "0.50"


def test_hours_that_are_booked_are_not_offered_again(mapped, erin):
    assert send(erin, mapped, form_for(erin, mapped)).status_code == 200
    values = values_of(opened(erin, mapped, note_type="resolution"))
    assert values["time_hours"] == ""


def test_without_a_mapping_it_says_how_to_get_one(linked, erin, tenant):
    answer = opened(erin, linked)
    assert "You are not mapped to a member of ConnectWise" in answer.content.decode()
    values = form_for(erin, linked, time_hours="0.5")
    refused = send(erin, linked, values)
    assert refused.status_code == 422
    assert "not mapped to a member" in refused.content.decode()
    assert not booked(tenant)
    assert not Post.objects.exists()


def test_a_psa_that_cannot_be_read_leaves_role_and_type_to_it(mapped, erin, simulator):
    simulator.faults.add("refuse", times=20, method="GET")
    text = opened(erin, mapped).content.decode()
    assert "Work role and type are left to ConnectWise" in text


# --- Booking -------------------------------------------------------------------------


def test_note_status_and_time_take_four_calls(mapped, erin, tenant, simulator):
    status = statuses(tenant, forbids=False)
    wanted = next(
        s
        for s in tenant.statuses.values()
        if s["board"] == status["board"]
        and s["id"] != tenant.tickets[TICKET]["status"]["id"]
        and not s.get("timeEntryNotAllowed")
        and not s.get("inactive")
    )
    values = form_for(erin, mapped, update_status_id=str(wanted["id"]))
    simulator.journal.clear()
    answer = send(erin, mapped, values)
    assert answer.status_code == 200
    assert [entry.method for entry in simulator.journal] == ["GET", "POST", "POST", "PATCH"]
    (entry,) = booked(tenant)
    assert entry["actualHours"] == 0.5
    text = answer.content.decode()
    for part, state in (("note", "posted"), ("status", "applied"), ("time", "booked")):
        assert f'data-part="{part}" data-state="{state}"' in text
    assert "0.5 h are booked on #48291" in text


def test_the_time_belongs_to_the_mapped_member_and_shows_to_colleagues_only(
    mapped, erin, tenant, member
):
    send(erin, mapped, form_for(erin, mapped, time_text="Restored the timer."))
    (entry,) = booked(tenant)
    assert entry["member"]["id"] == member["id"]
    assert entry["notes"] == "Restored the timer."
    assert entry["addToInternalAnalysisFlag"] is True
    assert not entry["addToDetailDescriptionFlag"]
    assert not entry["addToResolutionFlag"]


def test_the_same_form_sent_twice_books_once(mapped, erin, tenant):
    values = form_for(erin, mapped)
    assert [send(erin, mapped, values).status_code for _ in range(2)] == [200, 200]
    assert len(booked(tenant)) == 1


def test_an_hour_typed_in_a_second_tab_is_refused_and_kept(mapped, erin, tenant):
    values = form_for(erin, mapped)
    send(erin, mapped, values)
    second = send(erin, mapped, values | {"time_hours": "2"})
    assert second.status_code == 422
    assert values_of(second)["time_hours"] == "2"
    assert len(booked(tenant)) == 1


@pytest.mark.parametrize(
    ("typed", "hours"), [("1,5", 1.5), ("1:30", 1.5), ("90m", 1.5), ("0.25", 0.25), ("24", 24.0)]
)
def test_hours_are_read_as_they_are_typed(mapped, erin, tenant, typed, hours):
    assert send(erin, mapped, form_for(erin, mapped, time_hours=typed)).status_code == 200
    assert [entry["actualHours"] for entry in booked(tenant)] == [hours]


@pytest.mark.parametrize("typed", ["0", "24.01", "-1", "an hour", "1:75"])
def test_senseless_hours_are_422_with_everything_kept(mapped, erin, tenant, typed):
    values = form_for(erin, mapped, time_hours=typed, content="Mine.")
    answer = send(erin, mapped, values)
    assert answer.status_code == 422
    assert values_of(answer)["content"] == "Mine."
    assert values_of(answer)["time_hours"] == typed
    assert not booked(tenant)


# --- Foreseen ------------------------------------------------------------------------


def test_a_status_that_takes_no_time_is_foreseen(mapped, erin, tenant, simulator):
    status = statuses(tenant, forbids=True)
    tenant.tickets[TICKET]["status"] = {"id": status["id"], "name": status["name"]}
    values = form_for(erin, mapped)
    simulator.journal.clear()
    answer = send(erin, mapped, values)
    assert answer.status_code == 422
    assert f"The status “{status['name']}” takes no time." in answer.content.decode()
    assert simulator.journal == []


def test_time_goes_before_a_status_that_takes_none(mapped, erin, tenant):
    status = statuses(tenant, forbids=True)
    answer = send(erin, mapped, form_for(erin, mapped, update_status_id=str(status["id"])))
    assert answer.status_code == 200
    post = Post.objects.get()
    assert (post.status_state, post.time_state) == ("applied", "booked")
    assert post.time_entry
    assert post.time_entry.order == "before_status"


def test_a_role_that_the_location_lacks_is_foreseen(mapped, erin, tenant, simulator):
    roles = tenant.tables["work_roles"].values()
    trainer = next(role for role in roles if role["name"] == "Bench Technician")
    values = form_for(erin, mapped, time_work_role=str(trainer["id"]))
    simulator.journal.clear()
    answer = send(erin, mapped, values)
    assert answer.status_code == 422
    assert "does not have this work role" in answer.content.decode()
    assert simulator.journal == []


def test_a_day_without_a_period_is_foreseen(mapped, erin):
    answer = send(erin, mapped, form_for(erin, mapped, time_date="2001-01-01"))
    assert answer.status_code == 422
    assert "has no time period for this day" in answer.content.decode()


def test_an_overlap_is_told_and_booked_when_it_is_meant(mapped, erin, tenant):
    first = form_for(erin, mapped, time_start="09:00", time_hours="1")
    first["time_date"] = str(timezone.localdate() - timedelta(days=1))
    assert send(erin, mapped, first).status_code == 200
    second = form_for(erin, mapped, time_start="09:30", time_hours="0.5")
    second["time_date"] = first["time_date"]
    told = send(erin, mapped, second)
    assert told.status_code == 422
    text = told.content.decode()
    assert "You have time booked from 09:00 to 10:00 already" in text
    assert 'data-fill-with="10:00"' in text
    meant = send(erin, mapped, second | {"confirm_overlap": "1"})
    assert meant.status_code == 200
    assert len(booked(tenant)) == 2


# --- What goes wrong -----------------------------------------------------------------


def test_a_refused_time_leaves_the_note_and_is_retried_alone(mapped, erin, tenant, engineer):
    values = form_for(erin, mapped)
    tenant.tables["periods"].clear()
    answer = send(erin, mapped, values)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'data-part="time" data-state="failed"' in text
    assert "Retry the time only" in text
    post = Post.objects.get()
    retried = erin.post(url("post-retry", mapped, post.pk), {"part": "time"}, headers=HTMX)
    assert retried.status_code == 200
    assert len([n for n in tenant.notes_of(TICKET) if "ResolutionFlow" in n["text"]]) == 1


def test_a_mended_note_begins_with_the_time_of_the_failed_one(mapped, erin, simulator, tenant):
    simulator.faults.add("forbidden", times=2, method="POST")
    values = form_for(erin, mapped, time_hours="0.75", time_text="Half of it.")
    assert send(erin, mapped, values).status_code == 502
    post = Post.objects.get()
    assert TimeEntry.objects.get().state == "failed"
    mended = values_of(opened(erin, mapped, post=str(post.pk)))
    assert (mended["time_hours"], mended["time_text"]) == ("0.75", "Half of it.")
    assert send(erin, mapped, mended | {"request_id": str(uuid4())}).status_code == 200
    assert [entry["actualHours"] for entry in booked(tenant)] == [0.75]


# --- On the dashboard ------------------------------------------------------------------


def test_time_that_was_not_booked_needs_its_person_until_it_is(mapped, erin, tenant, simulator):
    values = form_for(erin, mapped)
    periods = dict(tenant.tables["periods"])
    tenant.tables["periods"].clear()
    send(erin, mapped, values)
    text = erin.get(reverse("dashboard")).content.decode()
    assert "Time not booked" in text
    assert "no open time period" in text
    tenant.tables["periods"].update(periods)
    post = Post.objects.get()
    erin.post(url("post-retry", mapped, post.pk), {"part": "time"}, headers=HTMX)
    assert "Time not booked" not in erin.get(reverse("dashboard")).content.decode()
