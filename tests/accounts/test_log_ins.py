"""One's own log-ins: what is kept of them, when they end, and how a person ends them."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import log_ins, passwords, team
from accounts.log_in_store import stored_key
from accounts.models import LogIn
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
OWN = "/account/me/logins/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"


@pytest.fixture
def at(monkeypatch):
    """Return a way to move the clock by which log-ins end."""

    def move(**later):
        moved = timezone.now() + timedelta(**later)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moved)

    return move


@pytest.fixture
def log_in():
    """Return a browser that somebody has logged in with, through the log-in page."""

    def make(person, **environment) -> Client:
        browser = Client(**environment)
        fields = {"username": person.email, "password": PASSWORD}
        assert browser.post("/login/", fields).status_code == 302
        return browser

    return make


def is_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def key_of(browser: Client) -> str:
    return str(browser.cookies["sessionid"].value)


def test_a_log_in_that_is_used_is_renewed_once_a_day_up_to_its_longest(
    engineer, log_in, at, settings
):
    browser = log_in(engineer)
    ends = LogIn.objects.get().expire_date
    at(hours=20)
    assert is_in(browser)
    assert LogIn.objects.get().expire_date == ends
    at(days=6)
    assert browser.get("/").cookies["sessionid"]["max-age"] > 13 * 24 * 3600
    for _ in range(13):
        at(days=6)
        assert is_in(browser)
    assert LogIn.objects.get().expire_date <= ends + settings.SESSION_LONGEST
    at(days=6)
    assert not is_in(browser)


# --- What is kept -----------------------------------------------------------------------


def test_the_table_holds_no_key_that_a_cookie_could_carry(engineer, log_in):
    browser = log_in(engineer)

    row = LogIn.objects.get()

    assert key_of(browser) not in str(vars(row))
    assert row.pk == stored_key(key_of(browser))
    assert not is_in(with_key(row.pk))
    assert is_in(with_key(key_of(browser)))


def with_key(key: str) -> Client:
    browser = Client()
    browser.cookies["sessionid"] = key
    return browser


def test_a_log_in_keeps_when_where_and_with_what_it_began(engineer, log_in):
    before = timezone.now()
    log_in(engineer, REMOTE_ADDR="2001:db8:1:2:3:4:5:6", HTTP_USER_AGENT=FIREFOX)

    row = LogIn.objects.get()

    assert (row.user, row.agent, row.address) == (engineer, "Firefox on Windows", "2001:db8:1:2::")
    assert before <= row.began_at <= timezone.now()


# --- When it ends -----------------------------------------------------------------------


def test_a_log_in_that_is_not_used_ends(engineer, log_in, at, settings):
    settings.SESSION_IDLE = timedelta(hours=12)
    browser = log_in(engineer)

    at(hours=11, minutes=59)
    assert is_in(browser)
    at(hours=12, minutes=1)
    assert not is_in(browser)


def test_use_puts_the_idle_end_off_until_the_absolute_end(engineer, log_in, at, settings):
    settings.SESSION_IDLE = timedelta(hours=12)
    browser = log_in(engineer)

    for _ in range(27):
        at(hours=11.9)
        assert is_in(browser)
    at(hours=16)
    assert not is_in(browser)


def test_the_absolute_end_does_not_move_when_the_session_is_written(engineer, log_in, at):
    browser = log_in(engineer)
    expires = browser.cookies["sessionid"]["max-age"]
    assert 14 * 86_400 - 5 <= expires <= 14 * 86_400

    at(days=6)
    session = browser.session
    session["something"] = "written"
    session.save()

    assert LogIn.objects.get().expire_date - LogIn.objects.get().began_at < timedelta(14, 5)


def test_use_is_written_down_once_in_some_minutes(engineer, log_in, at):
    browser = log_in(engineer)
    began = LogIn.objects.get().used_at

    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.get(OWN)
    assert not [query for query in asked if query["sql"].startswith("UPDATE")]
    at(minutes=6)
    browser.get(OWN)
    assert LogIn.objects.get().used_at - began > timedelta(minutes=5)


# --- The page ---------------------------------------------------------------------------


def test_the_page_lists_the_own_log_ins_and_marks_this_one(engineer, viewer, log_in):
    log_in(viewer)
    elsewhere = log_in(engineer, REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT=FIREFOX)
    here = log_in(engineer)

    page = here.get(OWN)

    shown = page.content.decode()
    assert [row.pk for row in page.context["log_ins"]] == [
        stored_key(key_of(here)),
        stored_key(key_of(elsewhere)),
    ]
    assert "Firefox on Windows" in shown
    assert "203.0.113.9" in shown
    assert shown.count("This one") == 1
    assert key_of(here) not in shown
    assert f'href="{OWN}"' in here.get("/account/me/password/").content.decode()


def test_ended_log_ins_are_not_listed(engineer, log_in, at, settings):
    settings.SESSION_IDLE = timedelta(hours=12)
    log_in(engineer)
    at(hours=13)

    assert len(log_in(engineer).get(OWN).context["log_ins"]) == 1


def test_one_log_in_is_ended(engineer, log_in):
    elsewhere, here = log_in(engineer), log_in(engineer)

    answer = here.post(OWN, {"end": stored_key(key_of(elsewhere))}, follow=True)

    assert "That log-in has ended." in answer.content.decode()
    assert not is_in(elsewhere)
    assert is_in(here)
    again = here.post(OWN, {"end": stored_key(key_of(elsewhere))}, follow=True)
    assert "ended already" in again.content.decode()


def test_who_ends_all_others_stays_logged_in_here(engineer, viewer, log_in):
    others = [log_in(engineer) for _ in range(3)]
    colleague, here = log_in(viewer), log_in(engineer)
    link = passwords.token_for(engineer)

    answer = here.post(OWN, {"end": "others"}, follow=True)

    assert answer.redirect_chain == [(OWN, 302)]
    assert is_in(here)
    assert not any(map(is_in, others))
    assert is_in(colleague)
    assert len(here.get(OWN).context["log_ins"]) == 1
    assert Client().get(f"/password/{engineer.pk}/{link}/").status_code == 410


def test_a_log_in_whose_row_is_not_there_yet_is_ended_too(engineer, log_in):
    here, late = log_in(engineer), log_in(engineer)

    # As if the row of the other one was written only after the rows were removed.
    with patch.object(log_ins, "end_all"):
        here.post(OWN, {"end": "others"})

    assert is_in(here)
    assert not is_in(late)


def test_ending_this_log_in_logs_out(engineer, log_in):
    here, elsewhere = log_in(engineer), log_in(engineer)

    answer = here.post(OWN, {"end": stored_key(key_of(here))})

    assert answer["Location"] == "/login/"
    assert not is_in(here)
    assert is_in(elsewhere)


def test_nobody_ends_or_learns_of_somebody_elses(engineer, owner, super_admin, log_in):
    theirs = log_in(engineer)
    for person in (owner, super_admin):
        browser = log_in(person)
        for which in (stored_key(key_of(theirs)), key_of(theirs), "", "x" * 5000, "\x00"):
            answer = browser.post(OWN, {"end": which}, follow=True)
            assert "ended already" in answer.content.decode()
    assert is_in(theirs)


# --- What else ends them ----------------------------------------------------------------


def test_a_new_password_and_a_deactivation_leave_no_rows(engineer, owner, log_in):
    log_in(engineer)
    passwords.change(engineer, "several words together")
    assert not LogIn.objects.filter(user=engineer).exists()

    engineer.set_password(PASSWORD)
    engineer.save()
    log_in(engineer)
    team.deactivate(owner, engineer)
    assert not LogIn.objects.filter(user=engineer).exists()
