"""My day: what was worked, booked and is open; time booked from there; the account's sums."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from psa.models import TimeEntry
from sessions_app import clock as clocks
from sessions_app import lifecycle, linking, mending, my_day, pictures, time_sums
from sessions_app.models import SessionTime, WorkInterval, WorkSession
from tests.builders import map_member, stored_time

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # a Friday
DAY = date(2026, 11, 27)
ENDED: dict[str, Any] = {"outcome": "resolved", "resolution": "Restarted it.", "next_steps": ""}
MY_DAY = "/time/"


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that stands at noon; `clock(minutes)` moves everybody's time."""
    moment = NOON

    def move(minutes: float) -> None:
        nonlocal moment
        moment += timedelta(minutes=minutes)

    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    return move


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def started(account, person, title="Printer", **fields) -> WorkSession:
    session = lifecycle.start(account, person, title=title, client_name="Acme", problem="")
    WorkSession.objects.filter(pk=session.pk).update(**fields)
    session.refresh_from_db()
    return session


def on(moment: date = DAY) -> str:
    return f"{MY_DAY}?date={moment}"


# --- What was worked -------------------------------------------------------------------


def test_a_day_says_what_was_worked_by_session(account, engineer, clock, browser):
    first = started(account, engineer, "Printer")
    clock(22)
    lifecycle.complete(first, **ENDED)
    clock(60)
    started(account, engineer, "Router")
    clock(10)
    day = my_day.of(engineer, DAY)
    named = [(line.session.title, line.worked) for line in day.lines if line.session]
    assert named == [
        ("Printer", timedelta(minutes=22)),
        ("Router", timedelta(minutes=10)),
    ]
    assert day.worked == timedelta(minutes=32)
    assert day.open == Decimal("0.75")  # 0:22 is billed as 0:30, 0:10 as 0:15
    (gap,) = day.gaps
    assert (gap.start, gap.end) == (at(22), at(82))
    page = browser.get(on()).content.decode()
    assert "Between 12:22 and 13:22 nothing was worked (1:00)" in page
    assert "12:00" in page


def test_two_clocks_at_once_are_shown_and_count_once_in_the_day(account, engineer, clock, browser):
    started(account, engineer, "Printer")
    clock(10)
    second = started(account, engineer, "Router")
    clock(10)
    clocks.pause(second)
    day = my_day.of(engineer, DAY)
    (overlap,) = day.overlaps
    assert (overlap.start, overlap.end) == (at(10), at(20))
    assert day.worked == timedelta(minutes=20)
    assert "From 12:10 to 12:20 (0:10) the clocks of two sessions" in (
        browser.get(on()).content.decode()
    )


def test_what_was_not_worked_is_no_work_of_a_day(account, engineer, clock):
    session = started(account, engineer)
    clock(20)
    lifecycle.complete(session, **ENDED)
    mending.remove(session, session.intervals.get().pk, engineer)
    assert my_day.of(engineer, DAY).lines == []


def test_an_interval_across_midnight_is_of_both_days(account, engineer, clock):
    session = started(account, engineer)
    WorkInterval.objects.create(
        session=session,
        person=engineer,
        started_at=datetime(2026, 11, 26, 23, 30, tzinfo=UTC),
        ended_at=datetime(2026, 11, 27, 0, 45, tzinfo=UTC),
    )
    assert my_day.of(engineer, date(2026, 11, 26)).worked == timedelta(minutes=30)
    assert my_day.of(engineer, DAY).worked == timedelta(minutes=45)


def test_days_are_those_of_the_persons_zone(account, engineer, clock, browser):
    session = started(account, engineer)
    clock(20)
    lifecycle.complete(session, **ENDED)
    engineer.time_zone = "Pacific/Auckland"
    engineer.save()
    assert "Nothing worked, nothing booked" in browser.get(on()).content.decode()
    page = browser.get(on(date(2026, 11, 28))).content.decode()
    assert "Times are in Pacific/Auckland" in page
    assert 'T01:00:00+13:00">01:00</time>' in page


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23)])
def test_a_night_in_which_clocks_change_is_as_long_as_it_was(account, engineer, clock, day, hours):
    session = started(account, engineer)
    WorkInterval.objects.create(
        session=session,
        person=engineer,
        started_at=datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2),
        ended_at=datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2),
    )
    with timezone.override("Europe/Berlin"):
        assert my_day.of(engineer, day).worked == timedelta(hours=hours)
        picture = pictures.day(my_day.of(engineer, day))
        assert picture
        assert len(picture.hours) == hours - 1


def test_a_colleagues_time_is_not_on_ones_day(account, engineer, make_user, clock):
    sam = make_user("Sam", account)
    session = started(account, engineer)
    clock(20)
    lifecycle.hand_over(session, sam, engineer)
    clock(10)
    assert my_day.of(engineer, DAY).worked == timedelta(minutes=20)
    assert my_day.of(sam, DAY).worked == timedelta(minutes=10)


def test_a_week_is_summed_by_day(account, engineer, clock, connection, browser):
    session = started(account, engineer)
    clock(90)
    WorkSession.objects.update(active_at=at(90))
    lifecycle.complete(session, **ENDED)
    stored_time(engineer, connection, day=DAY, hours=Decimal("0.5"), state="booked")
    stored_time(engineer, connection, day=DAY, hours=Decimal(2), state="failed")
    week = my_day.week_of(engineer, DAY)
    assert [each.day.weekday() for each in week] == list(range(7))
    assert (week[4].worked, week[4].booked) == (timedelta(minutes=90), Decimal("0.5"))
    columns = pictures.week(week, DAY)
    assert [column.is_shown for column in columns] == [False] * 4 + [True] + [False] * 2
    assert (columns[4].worked, columns[0].worked) == (18, 0)
    assert " style=" not in browser.get(on()).content.decode()


@pytest.mark.parametrize(
    "wrong", ["yesterday", "2026-02-30", "1999-12-31", "2300-01-01", "0001-01-01"]
)
def test_a_day_that_is_none_is_refused(browser, wrong):
    answer = browser.get(MY_DAY, {"date": wrong})
    assert answer.status_code == 422
    assert 'id="id_date_error"' in answer.content.decode()


# --- What is booked and what is open ---------------------------------------------------


@pytest.fixture
def linked(account, engineer, connection, clock) -> WorkSession:
    """Return a session on ticket 48291, worked for 22 minutes."""
    map_member(engineer, connection)
    session = started(account, engineer)
    linking.link(session, "48291", engineer)
    clock(22)
    lifecycle.complete(session, **ENDED)
    session.refresh_from_db()
    return session


def line_of(person) -> my_day.Line:
    (line,) = my_day.of(person, DAY).lines
    return line


def test_what_is_booked_of_the_session_is_not_open(linked, engineer, connection):
    assert line_of(engineer).open == Decimal("0.50")
    entry = stored_time(engineer, connection, day=DAY, hours=Decimal("0.25"), state="queued")
    SessionTime.objects.create(session=linked, entry=entry)
    line = line_of(engineer)
    assert (line.booked, line.open) == (Decimal("0.25"), Decimal("0.25"))
    TimeEntry.objects.update(state="failed")
    line = line_of(engineer)
    assert (line.booked, line.open) == (Decimal(0), Decimal("0.50"))


def test_what_was_booked_on_another_day_is_not_open_either(linked, engineer, connection):
    entry = stored_time(
        engineer, connection, day=DAY + timedelta(days=1), hours=Decimal(1), state="booked"
    )
    SessionTime.objects.create(session=linked, entry=entry)
    assert line_of(engineer).open == 0


def test_time_of_the_ticket_stands_with_its_only_session(linked, engineer, connection):
    stored_time(engineer, connection, day=DAY, hours=Decimal("0.5"), state="booked")
    assert (line_of(engineer).booked, line_of(engineer).open) == (Decimal("0.5"), Decimal(0))


def test_time_of_another_ticket_has_a_line_of_its_own(linked, engineer, connection, browser):
    stored_time(engineer, connection, day=DAY, ticket_id="48292", state="booked")
    day = my_day.of(engineer, DAY)
    assert [(line.ticket_id, line.booked) for line in day.lines] == [
        ("48291", Decimal(0)),
        ("48292", Decimal(1)),
    ]
    assert 'data-part="time" data-state="booked"' in browser.get(on()).content.decode()


def test_hours_that_a_person_said_are_what_is_open(linked, engineer):
    mending.mend_total(linked, timedelta(hours=2), engineer)
    line = line_of(engineer)
    assert (line.open, line.said) == (Decimal("2.00"), timedelta(hours=2))


# --- Booking ---------------------------------------------------------------------------


def booking(**sent: str) -> dict[str, str]:
    return {"request_id": str(uuid4()), "time_hours": "0:30", "time_date": str(DAY), **sent}


def test_time_of_a_session_is_booked_once(linked, engineer, browser):
    page = browser.get(f"{on()}&session={linked.pk}").content.decode()
    assert 'name="time_hours" value="0.50"' in page
    assert 'value="12:00"' in page
    sent = booking(session=str(linked.pk), time_start="12:00")
    answer = browser.post(MY_DAY, sent)
    assert answer.status_code == 200
    assert 'data-part="time" data-state="booked"' in answer.content.decode()
    assert browser.post(MY_DAY, sent).status_code == 200
    entry = TimeEntry.objects.get()
    assert entry.session_time.session == linked
    assert (entry.hours, entry.start_at, entry.ticket_id) == (Decimal("0.50"), NOON, "48291")
    assert line_of(engineer).open == 0


def test_a_form_that_was_used_for_other_time_is_refused(linked, browser):
    sent = booking(session=str(linked.pk))
    browser.post(MY_DAY, sent)
    answer = browser.post(MY_DAY, {**sent, "time_hours": "2"})
    assert answer.status_code == 409
    assert "used already for other time" in answer.content.decode()
    assert TimeEntry.objects.count() == 1


def test_time_of_a_ticket_without_a_session_is_booked(linked, browser):
    answer = browser.post(MY_DAY, booking(ticket_id="CW #48291"))
    assert answer.status_code == 200
    assert TimeEntry.objects.get().ticket_id == "48291"
    assert not SessionTime.objects.exists()


BAD = [
    ({"time_hours": ""}, "time_hours"),
    ({"time_hours": "0"}, "time_hours"),
    ({"time_hours": "24.01"}, "time_hours"),
    ({"time_hours": "-1"}, "time_hours"),
    ({"time_hours": "ten"}, "time_hours"),
    ({"time_date": "2026-02-30"}, "time_date"),
    ({"time_date": "2026-12-31"}, "time_date"),
    ({"time_start": "25:00"}, "time_start"),
    ({"ticket_id": "the printer"}, "ticket_id"),
    ({"ticket_id": ""}, "ticket_id"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD)
def test_what_does_not_hold_is_refused_beside_its_field(linked, browser, wrong, field):
    answer = browser.post(
        MY_DAY,
        booking(ticket_id="48291", **wrong) if "ticket_id" not in wrong else booking(**wrong),
    )
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not TimeEntry.objects.exists()


@pytest.mark.parametrize("typed", ["1,5", "1:30", "1.5", "90m"])
def test_hours_are_taken_as_people_type_them(linked, browser, typed):
    browser.post(MY_DAY, booking(ticket_id="48291", time_hours=typed))
    assert TimeEntry.objects.get().hours == Decimal("1.50")


def test_who_is_not_mapped_books_nothing_and_learns_why(
    account, engineer, connection, session, browser, clock
):
    linking.link(session, "48291", engineer)
    answer = browser.post(MY_DAY, booking(session=str(session.pk)))
    assert answer.status_code == 422
    assert "not mapped" in answer.content.decode()


def test_a_session_without_a_ticket_has_none_to_book_on(connection, session, engineer, browser):
    map_member(engineer, connection)
    answer = browser.post(MY_DAY, booking(session=str(session.pk)))
    assert answer.status_code == 422
    assert "Link a ticket" in answer.content.decode()


def test_time_of_another_accounts_session_is_not_there(linked, client_of, stranger):
    answer = client_of(stranger).post(MY_DAY, booking(session=str(linked.pk)))
    assert answer.status_code == 404


def test_without_a_connection_nothing_is_booked(account, engineer, browser):
    assert "Book time" not in browser.get(MY_DAY).content.decode()
    answer = browser.post(MY_DAY, booking(ticket_id="48291"))
    assert "connection" in answer.content.decode()
    assert not TimeEntry.objects.exists()


def test_what_failed_is_tried_again_by_its_person(linked, engineer, connection, browser):
    entry = stored_time(engineer, connection, day=DAY, state="failed", error="No period.")
    page = browser.get(on()).content.decode()
    assert "Try again" in page
    assert "No period." in page
    answer = browser.post(reverse("time-retry", args=[entry.pk]))
    assert answer.status_code == 200
    entry.refresh_from_db()
    assert entry.state == "booked"
    assert browser.post(reverse("time-retry", args=[entry.pk])).status_code == 409


# --- The account's sums ----------------------------------------------------------------


def test_sums_are_by_client_and_ticket_and_name_nobody(
    linked, account, engineer, make_user, admin_user, client_of, connection, clock
):
    sam = make_user("Sam Somebody", account)
    colleague = started(account, sam)
    linking.link(colleague, "48291", sam)
    clock(10)
    lifecycle.complete(colleague, **ENDED)
    loose = started(account, sam, "Loose")
    clock(5)
    lifecycle.complete(loose, **ENDED)
    stored_time(engineer, connection, day=DAY, hours=Decimal("0.75"), state="booked")
    stored_time(engineer, connection, day=DAY, ticket_id="48299", state="booked")
    stored_time(engineer, connection, day=DAY, ticket_id="48299", state="failed")
    rows = {
        (row.client, row.ticket_id): (row.worked, row.booked)
        for row in time_sums.of(account, DAY, DAY)
    }
    company = linked.psa_ticket_company
    assert rows == {
        (company, "48291"): (timedelta(minutes=32), Decimal("0.75")),
        ("Acme", ""): (timedelta(minutes=5), 0),
        ("", "48299"): (timedelta(), Decimal(1)),
    }
    browser = client_of(admin_user)
    period = {"since": str(DAY), "until": str(DAY)}
    page = browser.get(reverse("time-sums"), period).content.decode()
    assert "#48291" in page
    assert "Sam Somebody" not in page
    file = browser.get(reverse("time-sums"), {**period, "format": "csv"})
    text = b"".join(file.streaming_content).decode()
    assert text.splitlines()[0] == "\ufeffclient,ticket,summary,worked (h),booked (h)"
    assert f"{company},48291," in text
    assert ",0.53,0.75" in text
    assert AuditEntry.objects.filter(action__contains="export").exists()


def test_sums_are_of_the_days_that_were_asked_for(linked, account, other_account):
    assert time_sums.of(account, DAY - timedelta(days=1), DAY - timedelta(days=1)) == []
    assert time_sums.of(other_account, DAY, DAY) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2026-11-02", "until": "2026-11-01"},
        {"since": "2025-01-01", "until": "2026-11-01"},
        {"since": "x"},
    ],
)
def test_a_period_that_is_none_is_refused(client_of, admin_user, wrong):
    assert client_of(admin_user).get(reverse("time-sums"), wrong).status_code == 422


def test_a_formula_in_a_clients_name_is_text_in_the_file(
    account, engineer, admin_user, client_of, clock
):
    session = started(account, engineer, client_name="=1+1")
    clock(5)
    lifecycle.complete(session, **ENDED)
    file = client_of(admin_user).get(
        reverse("time-sums"), {"since": str(DAY), "until": str(DAY), "format": "csv"}
    )
    assert "'=1+1" in b"".join(file.streaming_content).decode()


def test_the_dashboard_says_how_today_stands(linked, browser):
    page = browser.get("/").content.decode()
    today = page.split('id="today"')[1].split("</p>")[0]
    assert '<span class="mono">0:22</span>' in today
    assert ">0:30<" in today
