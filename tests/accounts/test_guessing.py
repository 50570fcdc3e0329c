"""The brake on guesses: what it counts, whom it never locks out, and what it tells nobody."""

import re
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts import guessing
from accounts.models import Notice
from resolutionflow.lib import counters
from resolutionflow.lib.after import after
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def log_in(browser: Client, email: str, password: str = PASSWORD, **headers):
    fields = {"username": email, "password": password}
    return browser.post("/login/", fields, headers=headers)


def guess_from_everywhere(email: str, times: int, start: int = 1) -> list[int]:
    """Guess once from each of so many addresses; return the answers' statuses."""
    return [
        log_in(Client(REMOTE_ADDR=f"203.0.113.{number}"), email, "guess").status_code
        for number in range(start, start + times)
    ]


@pytest.fixture
def three(settings):
    """Let three attempts through under one name."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "3/5m"}


@pytest.fixture
def letters(settings, django_capture_on_commit_callbacks):
    """Return a way to the letters that were sent while something was done."""
    settings.EMAIL_URL = "smtp://mail.example"

    def sent_by(action) -> list:
        with django_capture_on_commit_callbacks(execute=True):
            action()
        from accounts import mail as ours

        ours._later.submit(lambda: None).result()
        return list(mail.outbox)

    return sent_by


# --- What is counted --------------------------------------------------------------------


@pytest.mark.parametrize("somebody", ["erin@example.com", "nobody@example.com"])
def test_one_name_is_counted_over_all_addresses(engineer, three, somebody):
    assert guess_from_everywhere(somebody, 5) == [422, 422, 422, 429, 429]

    response = log_in(Client(REMOTE_ADDR="198.51.100.7"), somebody)
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 300
    assert re.search(r"Wait \d+ (seconds|minutes)", response.content.decode())
    assert somebody in response.content.decode()
    assert PASSWORD not in response.content.decode()
    assert log_in(Client(), "someone.else@example.com", "guess").status_code == 422


@pytest.mark.parametrize(
    "spelling",
    [
        "ERIN@Example.com",
        " erin@example.com ",
        "ｅrin@example.com",
        "erin＠example．com",
        "ⓔrin@example.com",
    ],
)
def test_every_spelling_that_logs_in_counts_as_the_same_name(engineer, three, spelling):
    assert log_in(Client(), spelling).status_code == 302
    guess_from_everywhere(spelling, 3)

    assert log_in(Client(), engineer.email).status_code == 429


def test_many_names_from_one_address_are_counted(engineer, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_address": "3/5m"}
    for number in range(3):
        assert log_in(Client(), f"guess{number}@example.com", "guess").status_code == 422

    assert log_in(Client(), engineer.email).status_code == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert log_in(elsewhere, engineer.email).status_code == 302


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that stands still unless it is moved; what was counted before is not."""
    clock = SimpleNamespace(now=1000.0)
    own = counters.Counters(None)
    monkeypatch.setattr("resolutionflow.lib.counters.time.monotonic", lambda: clock.now)
    monkeypatch.setattr("resolutionflow.lib.ratelimit.counters", lambda: own)
    return clock


def test_the_wait_grows_with_the_attempts(engineer, settings, clock):
    grows = {"login": "2/1m", "login_hour": "4/10m", "login_long": "6/1h"}
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, **grows}
    waits = []
    for _ in range(3):
        assert guess_from_everywhere(engineer.email, 3) == [422, 422, 429]
        waits.append(int(log_in(Client(), engineer.email)["Retry-After"]))
        clock.now += waits[-1] + 1

    assert waits[0] <= 60 < waits[1] <= 600 < waits[2] <= 3600
    assert log_in(Client(), engineer.email).status_code == 302


def test_who_only_hammers_makes_nobody_wait_longer(engineer, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "2/1m", "login_hour": "20/1h"}
    guess_from_everywhere(engineer.email, 60)

    assert int(log_in(Client(), engineer.email)["Retry-After"]) <= 60


def test_a_right_password_begins_the_count_anew(engineer, three):
    for _ in range(4):
        assert guess_from_everywhere(engineer.email, 2) == [422, 422]
        assert log_in(Client(), engineer.email).status_code == 302


def test_what_is_no_attempt_is_not_counted(engineer, three):
    for _ in range(5):
        assert log_in(Client(), engineer.email, "").status_code == 422
        assert log_in(Client(), "", "guess").status_code == 422

    assert log_in(Client(), engineer.email).status_code == 302


def test_with_redis_down_this_process_counts(engineer, three, monkeypatch):
    class Down:
        def __getattr__(self, name):
            raise RedisConnectionError("refused")

    broken = counters.Counters(None)
    broken._shared = Down()
    monkeypatch.setattr("resolutionflow.lib.ratelimit.counters", lambda: broken)

    assert guess_from_everywhere(engineer.email, 5) == [422, 422, 422, 429, 429]


# --- Whom it never locks out ------------------------------------------------------------


@pytest.fixture
def used_before(engineer) -> Client:
    """Return a browser in which the engineer logged in once, and out again."""
    browser = Client()
    assert log_in(browser, engineer.email).status_code == 302
    browser.post("/logout/")
    return browser


def test_a_stranger_locks_nobody_out_of_a_browser_they_used(engineer, used_before, three, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login_address": "8/5m"}
    guess_from_everywhere(engineer.email, 6)
    # The same address too: the stranger sits in the same office.
    for _ in range(10):
        log_in(Client(), engineer.email, "guess")
    assert log_in(Client(), engineer.email).status_code == 429

    assert log_in(used_before, engineer.email).status_code == 302


def test_guesses_in_a_known_browser_count_there_alone(engineer, used_before, three):
    answers = [log_in(used_before, engineer.email, "guess").status_code for _ in range(5)]

    assert answers == [422, 422, 422, 429, 429]
    assert log_in(used_before, engineer.email).status_code == 429
    assert log_in(Client(REMOTE_ADDR="203.0.113.9"), engineer.email).status_code == 302


def test_a_known_browser_is_known_for_its_person_alone(engineer, viewer, used_before, three):
    guess_from_everywhere(viewer.email, 3)

    assert log_in(used_before, viewer.email).status_code == 429


def test_several_people_share_a_browser(engineer, viewer, used_before, three):
    log_in(used_before, viewer.email)
    used_before.post("/logout/")
    for person in (engineer, viewer):
        guess_from_everywhere(person.email, 3)

    for person in (engineer, viewer):
        assert log_in(used_before, person.email).status_code == 302
        used_before.post("/logout/")


@pytest.mark.parametrize("cookie", ["", "x", "e30:1abc:AAAA", "{}", "x" * 5000])
def test_a_forged_cookie_makes_no_browser_known(engineer, three, cookie):
    guess_from_everywhere(engineer.email, 3)
    browser = Client()
    browser.cookies["known"] = cookie

    assert log_in(browser, engineer.email).status_code == 429


def test_the_cookie_names_nobody_and_logs_nobody_in(engineer, used_before):
    cookie = used_before.cookies["known"]

    assert cookie["httponly"]
    assert cookie["max-age"] == 365 * 24 * 60 * 60
    assert cookie["samesite"] == "Lax"
    assert "erin" not in cookie.value
    assert used_before.get("/").status_code == 302


def test_an_invitation_and_a_link_make_a_browser_known_too(engineer, three):
    from accounts import passwords

    browser = Client()
    link = f"/password/{engineer.pk}/{passwords.token_for(engineer)}/"
    chosen = {"password1": "several words together", "password2": "several words together"}
    guess_from_everywhere(engineer.email, 3)

    assert browser.post(link, chosen).status_code == 302
    browser.post("/logout/")
    guess_from_everywhere(engineer.email, 3)
    assert log_in(browser, engineer.email, chosen["password1"]).status_code == 302


# --- What it tells ----------------------------------------------------------------------


def test_the_person_is_told_once_a_day(engineer, three, letters, client_of):
    sent = letters(lambda: guess_from_everywhere(engineer.email, 9))

    assert [message.to for message in sent] == [[engineer.email]]
    assert "typed wrong passwords" in sent[0].body
    assert Notice.objects.filter(user=engineer).count() == 1
    page = client_of(engineer).get("/account/me/logins/").content.decode()
    assert "Somebody typed wrong passwords" in page


def test_nobody_is_told_of_a_few_wrong_passwords(engineer, three, letters):
    assert letters(lambda: guess_from_everywhere(engineer.email, 3)) == []
    assert not Notice.objects.exists()


def test_names_that_nobody_has_and_who_has_left_are_answered_the_same(
    engineer, make_user, account, three
):
    gone = make_user("Gone", account, is_active=False)
    shown = set()
    for email in (engineer.email, gone.email, "nobody@example.com"):
        answers = [log_in(Client(), email, "guess") for _ in range(4)]
        shown.add(
            tuple(
                (
                    answer.status_code,
                    re.sub(r'value="\w{64}"|Token": "\w+"|\d+ \w+onds?|\d+ minutes', "", text),
                )
                for answer in answers
                if (text := answer.content.decode().replace(email, "THEM"))
            )
        )

    assert len(shown) == 1
    assert Notice.objects.count() == 1  # Erin's; who has left is told nothing


def test_what_follows_for_somebody_comes_after_the_answer(engineer, three, monkeypatch):
    order = []
    monkeypatch.setattr(guessing, "tell", lambda person: order.append("told"))
    from accounts.views import entrance

    refused = entrance._form

    def seen(*args, **kwargs):
        return after(refused(*args, **kwargs), lambda: order.append("closed"))

    monkeypatch.setattr(entrance, "_form", seen)
    guess_from_everywhere(engineer.email, 4)

    assert order[-2:] == ["closed", "told"]
