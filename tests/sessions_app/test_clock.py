"""The clock of a session: paused, gaps that are asked for, intervals that are mended."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from sessions_app import clock as clocks
from sessions_app import lifecycle, mending, worked
from sessions_app.models import WorkInterval, WorkSession

pytestmark = pytest.mark.django_db
STEP = {"kind": "note", "title": "Looked", "outcome": "", "notes": "", "command_output": ""}
ENDED: dict[str, Any] = {"outcome": "resolved", "resolution": "Restarted it.", "next_steps": ""}
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)  # a Friday
HTMX = {"HX-Request": "true"}


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
def work(clock, account, engineer) -> WorkSession:
    """Return a session that starts at noon."""
    return lifecycle.start(account, engineer, title="Printer", client_name="", problem="")


@pytest.fixture
def browser(client_of, engineer):
    return client_of(engineer)


def now_of(session: WorkSession) -> worked.Worked:
    return worked.of(WorkSession.objects.get(pk=session.pk))


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def kinds(session: WorkSession) -> list[tuple[str, int, int]]:
    """Return the intervals as kind, and minutes since noon."""
    return [
        (
            row.kind,
            (row.started_at - NOON) // timedelta(minutes=1),
            (row.ended_at - NOON) // timedelta(minutes=1),
        )
        for row in session.intervals.all()
    ]


# --- Pausing ---------------------------------------------------------------------------


def test_a_pause_counts_nothing_until_somebody_goes_on(work, clock, browser):
    clock(20)
    assert browser.post(f"/sessions/{work.pk}/pause/").status_code == 302
    clock(90)
    assert (now_of(work).clock, now_of(work).state) == ("0:20", worked.State.PAUSED)
    assert now_of(work).gaps == ()
    browser.post(f"/sessions/{work.pk}/resume/")
    clock(10)
    assert (now_of(work).clock, now_of(work).state) == ("0:30", worked.State.RUNNING)
    assert kinds(work) == [("work", 0, 20), ("pause", 20, 110)]


def test_pausing_twice_and_going_on_twice_change_nothing(work, clock):
    clock(20)
    clocks.pause(work)
    clock(5)
    clocks.pause(work)
    clock(5)
    clocks.resume(work)
    clocks.resume(work)
    clock(5)
    assert kinds(work) == [("work", 0, 20), ("pause", 20, 30)]
    assert now_of(work).clock == "0:25"


@pytest.mark.parametrize("how", ["a step", "a draft"])
def test_who_records_something_goes_on(work, clock, browser, how):
    clocks.pause(work)
    clock(60)
    if how == "a step":
        lifecycle.add_step(work, STEP)
    else:
        browser.post(f"/sessions/{work.pk}/drafts/step/", {"kind": "note", "title": "Half a"})
    clock(10)
    assert (now_of(work).clock, now_of(work).state) == ("0:10", worked.State.RUNNING)


def test_a_pause_after_nothing_was_recorded_ends_with_what_was(work, clock):
    clock(50)
    clocks.pause(work)
    clock(30)
    clocks.resume(work)
    # Until the pause it is asked for, the pause itself is not.
    (gap,) = now_of(work).gaps
    assert (gap.start, gap.end) == (at(0), at(50))


def test_a_paused_session_is_completed_with_what_was_worked(work, clock):
    clock(20)
    clocks.pause(work)
    clock(3 * 24 * 60)
    lifecycle.complete(work, **ENDED)
    assert now_of(work).clock == "0:20"
    assert now_of(work).gaps == ()


def test_the_clock_of_a_completed_session_does_not_run(work, browser):
    lifecycle.complete(work, **ENDED)
    for turn in ("pause", "resume"):
        answer = browser.post(f"/sessions/{work.pk}/{turn}/", headers=HTMX)
        assert answer.status_code == 409
        assert "Reopen it" in answer.content.decode()
        assert browser.post(f"/sessions/{work.pk}/{turn}/").status_code == 409


def test_a_session_that_is_handed_over_while_paused_stays_paused(work, clock, make_user, account):
    sam = make_user("Sam", account)
    clock(20)
    clocks.pause(work)
    clock(10)
    lifecycle.hand_over(work, sam, work.engineer)
    clock(60)
    assert now_of(work).state == worked.State.PAUSED
    clocks.resume(work)
    clock(15)
    lifecycle.complete(WorkSession.objects.get(pk=work.pk), **ENDED)
    mine = [(row.person.name, row.kind) for row in work.intervals.all()]
    assert mine == [("Erin", "work"), ("Erin", "pause"), ("Sam", "pause"), ("Sam", "work")]
    assert now_of(work).clock == "0:35"


# --- Gaps ------------------------------------------------------------------------------


def test_nothing_recorded_is_asked_for_and_counted_with_a_yes(work, clock, browser):
    clock(40)
    page = browser.get(work.get_absolute_url()).content.decode()
    assert "Still working at 12:40?" in page
    assert now_of(work).clock == "0:00"
    sent = {"since": at(0).isoformat(), "answer": "yes"}
    answer = browser.post(f"/sessions/{work.pk}/gap/", sent, headers=HTMX)
    assert answer.status_code == 200
    assert 'data-clock="running"' in answer.content.decode()
    assert ">0:40<" in answer.content.decode()
    clock(10)
    assert now_of(work).clock == "0:50"
    row = WorkInterval.objects.get()
    assert (row.mended_by, row.mended_at, row.measured_from) == (work.engineer, at(40), None)


def test_with_a_no_it_is_not_and_is_asked_no_more(work, clock, browser):
    lifecycle.add_step(work, STEP)
    clock(40)
    browser.post(f"/sessions/{work.pk}/gap/", {"since": at(0).isoformat(), "answer": "no"})
    clock(10)
    assert (now_of(work).clock, now_of(work).gaps) == ("0:10", ())
    assert kinds(work) == [("rest", 0, 40)]


def test_a_gap_between_two_steps_is_still_asked_for(work, clock, browser):
    clock(40)
    lifecycle.add_step(work, STEP)
    clock(5)
    page = browser.get(f"/sessions/{work.pk}/worked/").content.decode()
    assert "Did you work then?" in page
    browser.post(f"/sessions/{work.pk}/gap/", {"since": at(0).isoformat(), "answer": "yes"})
    assert now_of(work).clock == "0:45"
    # The same answer from another tab, and the other one.
    browser.post(f"/sessions/{work.pk}/gap/", {"since": at(0).isoformat(), "answer": "yes"})
    browser.post(f"/sessions/{work.pk}/gap/", {"since": at(0).isoformat(), "answer": "no"})
    assert now_of(work).clock == "0:45"
    lifecycle.complete(WorkSession.objects.get(pk=work.pk), **ENDED)
    assert worked.in_one(now_of(work).spans) is not None


def test_a_weekend_is_never_counted_with_one_click(work, clock, browser):
    clock(20)
    lifecycle.add_step(work, STEP)
    clock(3 * 24 * 60)
    page = browser.get(work.get_absolute_url()).content.decode()
    assert "Still working at 12:20?" in page
    assert "Yes, count it" not in page
    sent = {"since": at(20).isoformat(), "answer": "yes"}
    answer = browser.post(f"/sessions/{work.pk}/gap/", sent)
    assert answer.status_code == 422
    assert "72:00 are too long" in answer.content.decode()
    assert now_of(work).clock == "0:20"


@pytest.mark.parametrize("sent", [{}, {"since": "x", "answer": "yes"}, {"answer": "no"}])
def test_an_answer_to_no_question_is_refused(work, browser, sent):
    assert browser.post(f"/sessions/{work.pk}/gap/", sent).status_code == 422


def test_the_accounts_rule_says_when_a_clock_rests(work, clock, account):
    account.idle_minutes = 10
    account.save()
    clock(11)
    assert now_of(work).state == worked.State.IDLE
    account.idle_minutes = 120
    account.save()
    clock(60)
    assert now_of(work).clock == "1:11"


# --- Mending one interval --------------------------------------------------------------


@pytest.fixture
def done(work, clock) -> WorkSession:
    """Return a session worked from 12:00 to 12:20 and, reopened, from 14:20 to 14:40."""
    clock(20)
    lifecycle.complete(work, **ENDED)
    clock(120)
    lifecycle.reopen(work)
    clock(20)
    lifecycle.complete(work, **ENDED)
    return WorkSession.objects.get(pk=work.pk)


def interval_of(session: WorkSession, number: int = 0) -> WorkInterval:
    return session.intervals.filter(kind="work")[number]


def test_an_interval_is_mended_and_what_was_measured_stays_readable(done, browser):
    first = interval_of(done)
    address = reverse("sessions:interval", args=[done.pk, first.pk])
    page = browser.get(address).content.decode()
    assert 'value="2026-11-27T12:20"' in page
    sent = {"start": "2026-11-27T12:00", "end": "2026-11-27T13:00"}
    assert browser.post(address, sent).status_code == 302
    first.refresh_from_db()
    assert (first.started_at, first.ended_at) == (at(0), at(60))
    assert (first.measured_from, first.measured_until) == (at(0), at(20))
    assert first.mended_by == done.engineer
    assert now_of(done).clock == "1:20"
    listed = browser.get(reverse("sessions:worked", args=[done.pk])).content.decode()
    assert "measured were 12:00:00–12:20:00, changed by Erin" in listed
    # The first measured value stays, however often it is mended.
    browser.post(address, {**sent, "end": "2026-11-27T13:30"})
    first.refresh_from_db()
    assert first.measured_until == at(20)
    entries = AuditEntry.objects.filter(action="session.interval_changed").order_by("number")
    assert [entry.after["interval"] for entry in entries] == [
        "2026-11-27 12:00:00 – 2026-11-27 13:00:00 UTC",
        "2026-11-27 12:00:00 – 2026-11-27 13:30:00 UTC",
    ]


def test_the_note_says_what_was_mended(done, browser, engineer):
    version = done.version
    mending.change(done, interval_of(done).pk, at(0), at(60), engineer)
    done.refresh_from_db()
    assert done.version > version


def test_an_interval_is_removed_and_counted_again(done, browser):
    address = reverse("sessions:interval", args=[done.pk, interval_of(done).pk])
    assert browser.post(address, {"remove": "1"}).status_code == 302
    assert (now_of(done).clock, now_of(done).gaps) == ("0:20", ())
    assert "Not worked" in browser.get(reverse("sessions:worked", args=[done.pk])).content.decode()
    assert browser.post(address, {"restore": "1"}).status_code == 302
    assert now_of(done).clock == "0:40"


BAD = [
    ({"start": "2026-11-27T13:00", "end": "2026-11-27T12:30"}, "end", "after the start"),
    ({"start": "2026-11-27T12:00", "end": "2026-11-27T14:41"}, "end", "future"),
    ({"start": "2026-11-26T12:00", "end": "2026-11-27T12:30"}, "end", "24 hours"),
    ({"start": "2026-11-27T12:00", "end": "2026-11-27T14:30"}, "end", "overlaps with 14:20–14:40"),
    ({"start": "2026-11-27T14:25", "end": "2026-11-27T14:30"}, "start", "overlaps"),
    ({"start": "noon", "end": "2026-11-27T12:30"}, "start", "2026-04-21 09:10"),
    ({"start": "0001-01-01T00:00", "end": "9999-12-31T23:59"}, "start", "2026-04-21 09:10"),
    ({"start": "2026-11-27T12:00"}, "end", "required"),
]


@pytest.mark.parametrize(("sent", "field", "why"), BAD)
def test_times_that_cannot_be_are_refused_beside_their_field(done, browser, sent, field, why):
    address = reverse("sessions:interval", args=[done.pk, interval_of(done).pk])
    answer = browser.post(address, sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert why in page.split(f'id="id_{field}_error"')[1].split("</p>")[0]
    for value in sent.values():
        assert f'value="{value}"' in page
    assert now_of(done).clock == "0:40"


def test_one_that_was_removed_is_not_counted_again_over_another(done, engineer, browser):
    first, second = interval_of(done), interval_of(done, 1)
    mending.remove(done, second.pk, engineer)
    mending.change(done, first.pk, at(0), at(150), engineer)
    address = reverse("sessions:interval", args=[done.pk, second.pk])
    answer = browser.post(address, {"restore": "1"})
    assert answer.status_code == 422
    assert "overlaps" in answer.content.decode()


def test_the_one_that_runs_is_mended_and_goes_on(work, clock, browser):
    clock(20)
    address = reverse("sessions:interval-last", args=[work.pk])
    assert browser.get(address).status_code == 200
    sent = {"start": "2026-11-27T11:45", "end": "2026-11-27T12:20"}
    assert browser.post(address, sent).status_code == 302
    clock(10)
    assert (now_of(work).clock, now_of(work).state) == ("0:45", worked.State.RUNNING)


def test_what_was_refused_leaves_the_running_one_alone(work, clock, browser):
    clock(20)
    address = reverse("sessions:interval-last", args=[work.pk])
    sent = {"start": "2026-11-27T12:10", "end": "2026-11-27T12:00"}
    assert browser.post(address, sent).status_code == 422
    assert not WorkInterval.objects.exists()


def test_nothing_runs_in_a_paused_session(work, clock, browser):
    clock(20)
    clocks.pause(work)
    assert browser.get(reverse("sessions:interval-last", args=[work.pk])).status_code == 404


def test_the_interval_of_another_session_is_not_reached(done, browser, session):
    address = reverse("sessions:interval", args=[session.pk, interval_of(done).pk])
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"remove": "1"}).status_code == 404


def test_said_hours_give_way_to_the_intervals_again(done, browser):
    address = reverse("sessions:worked", args=[done.pk])
    browser.post(address, {"worked_hours": "2:30"})
    assert now_of(done).clock == "2:30"
    page = browser.get(done.get_absolute_url()).content.decode()
    assert "measured were 0:40" in page
    browser.post(address, {"measured": "1"})
    assert now_of(done).clock == "0:40"


# --- Clocks on the wall ----------------------------------------------------------------


def mend_in(zone: str, browser, engineer, session, **sent: str):
    engineer.time_zone = zone
    engineer.save()
    address = reverse("sessions:interval", args=[session.pk, interval_of(session).pk])
    return browser.post(address, sent)


def test_times_are_typed_in_the_persons_zone(done, browser, engineer):
    answer = mend_in(
        "Asia/Kolkata", browser, engineer, done, start="2026-11-27T17:30", end="2026-11-27T18:30"
    )
    assert answer.status_code == 302
    assert interval_of(done).ended_at == at(60)


def test_a_night_in_which_clocks_change_is_as_long_as_it_was(work, browser, engineer, monkeypatch):
    """From 01:30 to 03:30 in the night of the change: three hours in autumn, one in spring."""
    for day, hours in (("2026-10-25", 3), ("2026-03-29", 1)):
        start = datetime.fromisoformat(f"{day}T01:30").replace(tzinfo=ZoneInfo("Europe/Berlin"))
        begun = start.astimezone(UTC)
        row = WorkInterval.objects.create(
            session=work,
            person=engineer,
            started_at=begun,
            ended_at=begun + timedelta(minutes=5),
        )
        engineer.time_zone = "Europe/Berlin"
        engineer.save()
        address = reverse("sessions:interval", args=[work.pk, row.pk])
        browser.post(address, {"start": f"{day}T01:30", "end": f"{day}T03:30"})
        row.refresh_from_db()
        assert row.ended_at - row.started_at == timedelta(hours=hours)


def test_an_hour_that_never_was_is_refused(done, browser, engineer):
    answer = mend_in(
        "Europe/Berlin", browser, engineer, done, start="2026-03-29T02:30", end="2026-03-29T03:30"
    )
    assert answer.status_code == 422
    assert "put forward over 02:30" in answer.content.decode()


def test_what_nobody_touched_keeps_its_seconds(work, clock, browser):
    clock(20.5)
    lifecycle.complete(work, **ENDED)
    clock(60)
    address = reverse("sessions:interval", args=[work.pk, interval_of(work).pk])
    browser.post(address, {"start": "2026-11-27T11:50", "end": "2026-11-27T12:20"})
    assert interval_of(work).ended_at == at(20.5)


def test_the_clock_is_a_fragment_of_its_own(work, browser, client_of, viewer):
    answer = browser.get(reverse("sessions:clock", args=[work.pk]), headers=HTMX)
    assert 'id="clock"' in answer.content.decode()
    seen = client_of(viewer).get(work.get_absolute_url()).content.decode()
    assert 'data-clock="running"' in seen
    assert "/pause/" not in seen
    assert timezone.now() == NOON
