"""The account's rules for time, and the zone in which a person is shown times."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from sessions_app import lifecycle
from sessions_app.models import WorkSession

pytestmark = pytest.mark.django_db
GOOD = {"round_minutes": "6", "minimum_minutes": "12", "idle_minutes": "45"}


def test_rules_are_changed_shown_and_audited(client_of, admin_user, account):
    browser = client_of(admin_user)
    assert browser.post(reverse("accounts:time-rules"), GOOD).status_code == 302
    account.refresh_from_db()
    rules = account.time_rules
    assert (rules.round_minutes, rules.minimum_minutes, rules.idle_minutes) == (6, 12, 45)
    page = browser.get(reverse("accounts:time-rules")).content.decode()
    assert '<span class="mono">0:22</span> → billed <span class="mono">0:24</span>' in page
    entry = AuditEntry.objects.get(action="account.time_rules_changed")
    assert entry.before == {"round_minutes": "15", "minimum_minutes": "15", "idle_minutes": "30"}
    assert entry.after == GOOD
    browser.post(reverse("accounts:time-rules"), GOOD)
    assert AuditEntry.objects.filter(action="account.time_rules_changed").count() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        *(("round_minutes", each) for each in ("", "0", "-15", "7", "90", "ten", "1.5")),
        *(("minimum_minutes", each) for each in ("", "-1", "481", "99999999999999999999", "1:30")),
        *(("idle_minutes", each) for each in ("", "0", "4", "241", "-30", "half an hour")),
    ],
)
def test_senseless_rules_are_refused_beside_their_field(
    client_of, admin_user, account, field, wrong
):
    answer = client_of(admin_user).post(
        reverse("accounts:time-rules"), {**GOOD, field: wrong}, follow=False
    )
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    account.refresh_from_db()
    assert account.round_minutes == 15


def test_a_person_chooses_a_zone_and_sees_times_in_it(client_of, engineer, session):
    began = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    WorkSession.objects.filter(pk=session.pk).update(started_at=began)
    browser = client_of(engineer)
    assert "2026-07-01 22:30 UTC" in browser.get(session.get_absolute_url()).content.decode()
    me = reverse("psa:me")
    assert browser.post(me, {"time_zone": "Europe/Berlin"}).status_code == 302
    assert "2026-07-02 00:30 CEST" in browser.get(session.get_absolute_url()).content.decode()
    assert timezone.get_current_timezone_name() == "UTC"
    # What goes out to others says UTC, whoever looks.
    note = browser.get(reverse("sessions:export", args=[session.pk]), {"format": "psa"})
    assert "started 2026-07-01 22:30 UTC" in note.content.decode()
    assert browser.post(me, {"time_zone": ""}).status_code == 302
    assert "2026-07-01 22:30 UTC" in browser.get(session.get_absolute_url()).content.decode()


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Base"}, {"time_zone": "europe"}, {}])
def test_a_zone_that_nobody_knows_is_refused(client_of, engineer, wrong):
    answer = client_of(engineer).post(reverse("psa:me"), wrong)
    assert answer.status_code == 422
    assert 'id="id_time_zone_error"' in answer.content.decode()
    engineer.refresh_from_db()
    assert engineer.time_zone == ""


def test_who_only_reads_has_a_zone_too(client_of, viewer):
    browser = client_of(viewer)
    assert browser.post(reverse("psa:me"), {"time_zone": "Asia/Kolkata"}).status_code == 302
    page = browser.get(reverse("psa:me")).content.decode()
    assert "<strong>Asia/Kolkata</strong>" in page
    assert "member-options" not in page


def test_the_zone_of_one_person_is_not_anybody_elses(client_of, engineer, admin_user, session):
    engineer.time_zone = "Asia/Kolkata"
    engineer.save()
    client_of(engineer).get(session.get_absolute_url())
    assert " UTC</time>" in client_of(admin_user).get(session.get_absolute_url()).content.decode()


def test_days_of_a_filter_are_the_days_that_the_page_shows(
    client_of, admin_user, account, engineer, session
):
    lifecycle.complete(session, outcome="waiting", resolution="", next_steps="")
    AuditEntry.objects.all()._raw_delete("default")
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    entry = AuditEntry(account=account, number=1, at=late, action="user.added", target="Late")
    entry.save()
    admin_user.time_zone = "Europe/Berlin"
    admin_user.save()
    browser = client_of(admin_user)
    for day, is_there in (("2026-07-01", False), ("2026-07-02", True)):
        page = browser.get(reverse("accounts:audit"), {"since": day, "until": day}).content.decode()
        assert ("2026-07-02 01:30" in page) is is_there
