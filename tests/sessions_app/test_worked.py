"""Worked time: what is measured, what is asked about, and how a person mends it.

Sources of the fault that wall-clock time is billed: glpi-project/glpi#9267 and
itflow-org/itflow#962 (tests/cases/text-13-reopen-bills-days.txt).
"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from sessions_app import export, lifecycle, record, worked
from sessions_app.models import WorkInterval, WorkSession

pytestmark = pytest.mark.django_db
STEP = {"kind": "note", "title": "Looked", "outcome": "", "notes": "", "command_output": ""}
ENDED: dict[str, Any] = {"outcome": "resolved", "resolution": "Restarted it.", "next_steps": ""}


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that stands; `clock(minutes)` moves it, and so does everybody's time."""
    moment = timezone.now().replace(second=0, microsecond=0)

    def move(minutes: float) -> None:
        nonlocal moment
        moment += timedelta(minutes=minutes)

    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    return move


@pytest.fixture
def work(clock, account, engineer) -> WorkSession:
    """Return a session that starts now."""
    return lifecycle.start(account, engineer, title="Printer", client_name="", problem="")


def hours(session: WorkSession) -> str:
    return worked.of(WorkSession.objects.get(pk=session.pk)).hours


def header(session: WorkSession) -> str:
    """Return the line of the note that says how long it was."""
    fresh = WorkSession.objects.get(pk=session.pk)
    return export.render(record.document_of(fresh), "psa").split("\n")[1]


def again(session: WorkSession, *, minutes: float, clock) -> None:
    lifecycle.reopen(session)
    clock(minutes)
    lifecycle.complete(session, **ENDED)


@pytest.mark.parametrize(
    ("story", "measured", "gaps"),
    [
        ([30], "0.50", 0),  # worked in one go
        ([10, 10, 10], "0.50", 0),
        ([20, 60, 10], "0.50", 1),  # an hour with nothing recorded
        ([20, 29, 1], "0.83", 0),  # a short pause is work
        ([20, 3 * 24 * 60, 20, 90, 20], "1.00", 2),
    ],
)
def test_long_gaps_are_left_out_and_told(work, clock, story, measured, gaps):
    for minutes in story[:-1]:
        clock(minutes)
        lifecycle.add_step(work, STEP)
    clock(story[-1])
    lifecycle.complete(work, **ENDED)

    assert hours(work) == measured
    assert len(worked.of(WorkSession.objects.get(pk=work.pk)).gaps) == gaps


def test_reopening_bills_no_days(work, clock):
    """Case text-13: 30 minutes three days ago; reopened today, a word mended, completed."""
    clock(30)
    lifecycle.complete(work, **ENDED)
    assert "0.50 hrs" in header(work)
    clock(3 * 24 * 60)
    again(work, minutes=6, clock=clock)

    assert "| 0.60 hrs" in header(work)
    assert "72" not in header(work)
    closed = WorkInterval.objects.get(kind="closed")
    assert closed.ended_at - closed.started_at == timedelta(days=3)
    assert worked.of(WorkSession.objects.get(pk=work.pk)).gaps == ()


def test_times_that_were_set_back_by_hand_bill_no_days_either(work, clock):
    lifecycle.complete(work, **ENDED)
    began = timezone.now() - timedelta(days=3)
    WorkSession.objects.update(started_at=began, completed_at=began + timedelta(minutes=30))
    work.refresh_from_db()
    again(work, minutes=3, clock=clock)
    assert hours(work) == "0.05"


def test_a_session_that_is_forgotten_bills_no_weekend(work, clock):
    clock(20)
    lifecycle.add_step(work, STEP)
    clock(2 * 24 * 60)
    assert hours(work) == "0.33"
    lifecycle.complete(work, **ENDED)
    assert hours(work) == "0.33"
    assert header(work).count("|") == 3  # one interval, so its times are shown


def test_who_types_works(work, clock, client_of, engineer):
    for _ in range(3):
        clock(20)
        answer = client_of(engineer).post(
            f"/sessions/{work.pk}/drafts/step/", {"kind": "note", "title": "Half a"}
        )
        assert answer.status_code == 204
    assert hours(work) == "1.00"
    clock(60)
    client_of(engineer).post(f"/sessions/{work.pk}/drafts/step/", {"kind": "note", "title": "b"})
    assert hours(work) == "1.00"


def test_a_hand_over_ends_the_interval_of_who_had_it(work, clock, make_user, account, admin_user):
    sam, dana = make_user("Sam", account), make_user("Dana", account)
    clock(15)
    lifecycle.hand_over(work, sam, admin_user)
    clock(15)
    lifecycle.hand_over_all(sam, dana, admin_user)
    clock(15)
    work.refresh_from_db()
    lifecycle.complete(work, **ENDED)
    assert [row.person.name for row in WorkInterval.objects.all()] == ["Erin", "Sam", "Dana"]
    assert hours(work) == "0.75"


def test_a_person_says_the_hours_when_completing(work, clock, client_of, engineer):
    browser = client_of(engineer)
    clock(90)
    page = browser.get(work.get_absolute_url()).content.decode()
    assert 'name="worked_hours" value="0.01"' in page
    assert "Nothing was recorded" in page
    sent = {**ENDED, "worked_hours": "1.25", "measured_hours": "0.01"}
    assert browser.post(f"/sessions/{work.pk}/complete/", sent).status_code == 302
    assert "| 1.25 hrs" in header(work)
    clock(24 * 60)
    work.refresh_from_db()
    again(work, minutes=15, clock=clock)
    assert "| 1.50 hrs" in header(work)


def test_page_and_note_say_the_same_of_a_moments_work(work, client_of, engineer):
    lifecycle.complete(work, **ENDED)
    assert "| 0.01 hrs" in header(work)
    page = client_of(engineer).get(work.get_absolute_url()).content.decode()
    assert '<span class="mono">0.01</span> h' in page


@pytest.mark.parametrize("sent", [{}, {"worked_hours": "0.25", "measured_hours": "0.25"}])
def test_hours_that_nobody_touched_are_measured_on(work, clock, client_of, engineer, sent):
    clock(20)
    browser = client_of(engineer)
    assert browser.post(f"/sessions/{work.pk}/complete/", {**ENDED, **sent}).status_code == 302
    assert hours(work) == "0.33"


def test_the_hours_of_a_completed_session_are_mended_and_audited(work, clock, client_of, engineer):
    clock(20)
    lifecycle.complete(work, **ENDED)
    browser = client_of(engineer)
    for wrong in ("", "-1", "ten", "10000", "NaN"):
        answer = browser.post(f"/sessions/{work.pk}/worked/", {"worked_hours": wrong})
        assert answer.status_code == 422, wrong
        assert "Change the hours" in answer.content.decode()
    assert hours(work) == "0.33"
    browser.post(f"/sessions/{work.pk}/worked/", {"worked_hours": "2.5"})
    assert hours(work) == "2.50"
    assert "| 2.50 hrs" in header(work)
    entry = AuditEntry.objects.get(action="session.hours_changed")
    assert (entry.before, entry.after) == ({"hours": "0.33"}, {"hours": "2.50"})
