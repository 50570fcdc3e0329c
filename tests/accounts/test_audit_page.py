"""The audit as people see it: filtered, checked, and taken along as CSV."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts import audit

pytestmark = pytest.mark.django_db
PAGE = "/account/admin/audit/"
CHECK = "/account/admin/audit/check/"


@pytest.fixture
def entries(account, other_account, owner, admin_user, monkeypatch):
    """Write an entry a day, from four days ago until today."""
    now = timezone.now()
    written = [
        (owner, "user.role_changed", "Erin", {"role": "Engineer"}, {"role": "Viewer"}),
        (admin_user, "connection.created", "=cmd|' /C calc'!A0", {}, {"site": "cw.example"}),
        (admin_user, "mapping.changed", "Erin", {}, {"member": "ERuiz"}),
        (None, "user.created", "<b>vera</b>@example.com", {}, {"role": "Viewer"}),
    ]
    for days, (actor, action, target, before, after) in zip((3, 2, 1, 0), written, strict=True):
        monkeypatch.setattr(timezone, "now", lambda days=days: now - timedelta(days=days))
        audit.record(account, actor, action, target, before=before, after=after)
    audit.record(other_account, None, "user.created", "stan@example.com")
    monkeypatch.undo()


@pytest.fixture
def browser(client_of, admin_user):
    return client_of(admin_user)


def shown(answer) -> str:
    return answer.content.decode()


def day(ago: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=ago):%Y-%m-%d}"


def test_the_newest_comes_first_and_no_other_accounts(browser, entries):
    page = browser.get(PAGE)

    assert [entry.number for entry in page.context["page"]] == [4, 3, 2, 1]
    assert "User role changed" in shown(page)
    assert "<del>Engineer</del>" in shown(page)
    assert "<b>vera</b>" not in shown(page)
    assert "stan@example.com" not in shown(page)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"who": "adam@example.com"}, [3, 2]),
        ({"who": "operator"}, [4]),
        ({"action": "user.role_changed"}, [1]),
        ({"since": 1}, [4, 3]),
        ({"until": 2}, [2, 1]),
        ({"since": 2, "until": 1, "who": "adam@example.com"}, [3, 2]),
        ({"since": -1}, []),
    ],
)
def test_entries_are_found_by_person_action_and_day(browser, entries, wanted, numbers):
    asked = {
        name: day(value) if name in ("since", "until") else value for name, value in wanted.items()
    }
    page = browser.get(PAGE, asked)

    assert page.status_code == 200
    assert [entry.number for entry in page.context["page"]] == numbers
    assert ("No entry matches" in shown(page)) is (numbers == [])


@pytest.mark.parametrize(
    "wanted",
    [
        {"who": "stan@example.com"},
        {"who": "\0"},
        {"action": "nothing"},
        {"since": "yesterday"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01", "format": "csv"},
    ],
)
def test_a_filter_that_does_not_hold_is_422(browser, entries, wanted):
    assert browser.get(PAGE, wanted).status_code == 422
    assert browser.get(PAGE, {**wanted, "format": "csv"}).status_code == 422


def test_somebody_who_did_nothing_yet_can_be_asked_for(browser, entries, engineer):
    page = browser.get(PAGE, {"who": engineer.email})
    assert page.status_code == 200
    assert "No entry matches" in shown(page)


def test_an_empty_audit_says_what_will_stand_there(browser):
    assert "Nothing yet" in shown(browser.get(PAGE))


def test_the_export_holds_every_entry_of_the_filter_and_no_formula(browser, entries, monkeypatch):
    monkeypatch.setattr(audit.in_slices, "__defaults__", (1,))
    answer = browser.get(PAGE, {"format": "csv", "since": day(2)})

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["number"] for row in rows] == ["2", "3", "4"]
    assert rows[0]["of"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["after"] == "site: cw.example"
    assert rows[1]["e-mail"] == "adam@example.com"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_whole_audit_is_said_to_be_whole(browser, entries, headers):
    answer = browser.get(CHECK, headers=headers)

    assert "all 4 entries are there and as written" in shown(answer)
    assert ("<html" in shown(answer)) is (headers == {})


def test_a_removed_row_shows(browser, entries, account):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_auditentry WHERE number = 3")

    assert "Entry 3 is missing." in shown(browser.get(CHECK))
    with pytest.raises(CommandError, match="Entry 3 is missing"):
        call_command("check_audit", account.name)


def test_operators_check_it_too(entries, account, capsys):
    call_command("check_audit", str(account.pk))

    assert capsys.readouterr().out == "The audit of Northwind IT is whole: 4 entries.\n"
    with pytest.raises(CommandError, match="There is no account"):
        call_command("check_audit", "Nowhere")
