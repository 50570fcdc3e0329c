"""The security log and the audit: who came in, who was refused, what left, and never a password."""

import json
import logging

import pytest
from django.test import Client

from accounts import passwords
from resolutionflow.lib.logs import JsonFormatter
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
TYPED_BY_MISTAKE = "hunter2-typed-as-a-name"


@pytest.fixture
def lines():
    """Return the lines of the security log as they would be written, parsed."""
    written: list[dict] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(JsonFormatter().format(record)))

    handler = Collect()
    logging.getLogger("security").addHandler(handler)
    yield written
    logging.getLogger("security").removeHandler(handler)


@pytest.fixture
def browser() -> Client:
    return Client(REMOTE_ADDR="203.0.113.9", HTTP_USER_AGENT=FIREFOX)


def log_in(browser: Client, name: str, password: str = PASSWORD):
    return browser.post("/login/", {"username": name, "password": password})


def entries(account) -> list[tuple]:
    rows = account.audit_entries.order_by("number")
    return [(row.action, row.actor_name, row.target, row.after) for row in rows]


WHERE = {"address": "203.0.113.9", "browser": "Firefox on Windows"}


def test_a_log_in_and_a_log_out_are_a_line_and_an_entry_each(browser, engineer, account, lines):
    log_in(browser, engineer.email)
    browser.post("/logout/")
    browser.post("/logout/")  # nobody is logged in any more

    where = {"user": engineer.pk, "address": "203.0.113.9", "agent": "Firefox on Windows"}
    assert [{**line, **where} for line in lines] == lines
    assert [(line["logger"], line["event"]) for line in lines] == [
        ("security", "login"),
        ("security", "logout"),
    ]
    assert entries(account) == [
        ("user.logged_in", "Erin", "Erin", {**WHERE, "way": "a password"}),
        ("user.logged_out", "Erin", "Erin", WHERE),
    ]


def test_a_wrong_password_is_nobodys_act(browser, engineer, account, lines):
    log_in(browser, engineer.email.upper(), "hunter2-wrong")

    (line,) = lines
    assert (line["event"], line["user"]) == ("login_failed", engineer.pk)
    assert entries(account) == [
        ("user.log_in_failed", "Somebody not logged in", "Erin", WHERE),
    ]
    assert "hunter2" not in json.dumps(lines)


def test_an_unknown_name_is_a_hash_that_tells_equal_ones(browser, account, lines):
    for name in (TYPED_BY_MISTAKE, f" {TYPED_BY_MISTAKE.upper()}", "another"):
        log_in(browser, name)

    first, same, another = [line["user"] for line in lines]
    assert len(first) == 24
    assert first == same != another
    assert "hunter2" not in json.dumps(lines)


def test_the_hash_needs_the_secret_key(browser, lines, settings):
    log_in(browser, TYPED_BY_MISTAKE)
    settings.SECRET_KEY = "another secret key, which hashes otherwise"
    log_in(browser, TYPED_BY_MISTAKE)

    assert lines[0]["user"] != lines[1]["user"]


@pytest.mark.parametrize("name", ["erin@example.com\0", "x" * 5000, "\n{}"])
def test_no_name_breaks_the_line(browser, name, lines):
    assert log_in(browser, name, "guess").status_code == 422

    (line,) = lines
    assert line["event"] == "login_failed"


def test_the_brake_is_a_line_each_time_and_an_entry_once(
    browser, engineer, account, lines, settings
):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "1/5m"}
    for _ in range(5):
        log_in(browser, engineer.email, "hunter2")

    assert [line["event"] for line in lines] == ["login_failed"] + ["login_refused"] * 4
    assert [action for action, *_ in entries(account)] == [
        "user.log_in_failed",
        "user.log_in_refused",
    ]


def test_a_refused_request_is_a_line_each_time_and_an_entry_once(
    client_of, admin_user, account, lines, settings
):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "invite": "0/h"}
    mine = client_of(admin_user)
    for _ in range(3):
        answer = mine.post("/account/admin/team/invite/", {"email": "d@x.example", "role": "admin"})
        assert answer.status_code == 429

    assert [(line["event"], line["user"], line["route"]) for line in lines] == [
        ("limit_refused", admin_user.pk, "accounts:team-invite")
    ] * 3
    assert [action for action, *_ in entries(account)] == ["limit.refused"]


def test_exports_are_lines_and_entries(client_of, owner, account, connection, session, lines):
    mine = client_of(owner)
    addresses = {
        "audit": "/account/admin/audit/?format=csv",
        "posts": "/account/admin/integrations/posts/?format=csv&q=vpn",
        f"session {session.reference}": f"/sessions/{session.pk}/export/?format=text",
    }
    for address in addresses.values():
        answer = mine.get(address)
        assert answer.status_code == 200
        b"".join(answer) if answer.streaming else None

    assert [(line["event"], line["what"], line["user"]) for line in lines] == [
        ("export", what, owner.pk) for what in addresses
    ]
    found = [
        (target, actor)
        for action, actor, target, _ in entries(account)
        if action == "data.exported"
    ]
    assert found == [(what, "Olive") for what in addresses]
    assert entries(account)[1][3] == {"which": "q=vpn"}


def test_what_is_not_exported_leaves_no_line(client_of, owner, stranger, session, lines):
    client_of(owner).get(f"/sessions/{session.pk}/export/?format=pdf")
    client_of(stranger).get(f"/sessions/{session.pk}/export/?format=text")

    assert lines == []


def test_password_links_are_lines(client_of, admin_user, engineer, account, lines, settings):
    settings.EMAIL_URL = "smtp://mail.example"
    client_of(admin_user).post(f"/account/admin/team/{engineer.pk}/password/")
    Client().post("/password/", {"email": engineer.email})
    Client().post("/password/", {"email": "nobody@example.com"})
    link = f"/password/{engineer.pk}/{passwords.token_for(engineer)}/"
    chosen = {"password1": "several words together", "password2": "several words together"}
    Client().post(link, chosen)

    assert [line["event"] for line in lines] == [
        "password_link_made",
        "password_link_asked",
        "password_link_asked",
        "password_link_used",
        "login",
    ]
    made, asked, unknown, used, _ = lines
    assert (made["user"], made["of"]) == (admin_user.pk, str(engineer.pk))
    assert (asked["user"], used["user"]) == (engineer.pk, engineer.pk)
    assert isinstance(unknown["user"], str)
    assert [action for action, *_ in entries(account)] == [
        "user.password_link_made",
        "user.password_link_asked",
        "user.password_changed",
        "user.logged_in",
    ]
    assert "several words" not in json.dumps(lines)
    assert link.split("/")[3] not in json.dumps(lines)


def test_a_super_admin_has_lines_and_no_entry(browser, super_admin, account, lines):
    log_in(browser, super_admin.email)
    log_in(Client(), super_admin.email, "wrong")

    assert [(line["event"], line["user"]) for line in lines] == [
        ("login", super_admin.pk),
        ("login_failed", super_admin.pk),
    ]
    assert entries(account) == []


def test_the_lines_are_written_whatever_the_log_level_is():
    assert logging.getLogger("security").isEnabledFor(logging.INFO)


def test_a_failure_after_the_answer_is_logged_and_goes_no_further(
    browser, engineer, monkeypatch, caplog
):
    def broken(*args, **kwargs):
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr("accounts.audit.record", broken)

    assert log_in(browser, engineer.email, "guess").status_code == 422
    assert "Work after an answer failed" in caplog.text


def test_who_was_at_the_page_can_be_filtered_for(client_of, owner, engineer, account):
    log_in(Client(), engineer.email, "guess")

    page = client_of(owner).get("/account/admin/audit/", {"who": "somebody"})

    assert page.status_code == 200
    assert "User log in failed" in page.content.decode()
    assert "Somebody not logged in" in page.content.decode()
