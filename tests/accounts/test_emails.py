"""Another e-mail address: who may ask for it, who confirms it, and who is told."""

import re
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts import emails, notices, passwords, team
from accounts import mail as letters
from accounts.models import Notice, Role
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
OWN = "/account/me/email/"
NEW = "erin.ruiz@example.com"


def shown(answer) -> str:
    return answer.content.decode()


def links(text: str) -> list[str]:
    return re.findall(r"http://127.0.0.1:8000(/email/[^\s\"<]+/)", text)


def actions(account) -> list[str]:
    entries = account.audit_entries.exclude(action__startswith="user.log")
    return list(entries.order_by("number").values_list("action", flat=True))


def link_of(actor, person, email: str = NEW) -> str:
    return f"/email/{emails.make_link(actor, person, email)}/"


@pytest.fixture
def by_mail(settings):
    settings.EMAIL_URL = "smtp://mail.example"


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """Return a way to the letters that left after something was done."""

    def by(action) -> list:
        with django_capture_on_commit_callbacks(execute=True):
            action()
        letters._later.submit(lambda: None).result()
        return list(mail.outbox)

    return by


# --- Asked for by the person ------------------------------------------------------------


def test_a_person_takes_an_address_that_they_can_read(client_of, engineer, account, by_mail, sent):
    browser = client_of(engineer)

    page = browser.post(OWN, {"new_email": " Erin.Ruiz@Example.com "})

    assert page.status_code == 200
    assert links(shown(page)) == []
    (letter,) = mail.outbox
    assert [to.lower() for to in letter.to] == [NEW]
    (link,) = links(str(letter.body))
    assert NEW in shown(browser.get(link))
    engineer.refresh_from_db()
    assert engineer.email == "erin@example.com"

    told = sent(lambda: browser.post(link, {"password": PASSWORD}))

    engineer.refresh_from_db()
    assert engineer.email == NEW
    assert [message.to for message in told[1:]] == [[NEW], ["erin@example.com"]]
    assert "Before, your address was erin@example.com." in told[1].body
    entries = account.audit_entries.filter(action__startswith="user.email").order_by("number")
    change = ({"e-mail": "erin@example.com"}, {"e-mail": NEW})
    assert [(each.action, each.actor_name, each.before, each.after) for each in entries] == [
        ("user.email_link_made", "Erin", *change),
        ("user.email_changed", "Erin", *change),
    ]
    assert browser.get("/").status_code == 200
    assert "You log in as erin.ruiz@example.com" in shown(browser.get(OWN))


def test_without_a_mail_server_nobody_takes_an_address_by_themselves(client_of, engineer):
    browser = client_of(engineer)

    for answer in (browser.get(OWN), browser.post(OWN, {"new_email": NEW})):
        assert answer.status_code == 200
        assert "they make you a link" in shown(answer)
    engineer.refresh_from_db()
    assert engineer.email == "erin@example.com"


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("erin", "no e-mail address"),
        ("", "required"),
        ("ERIN@example.com", "is the address already"),
        ("vera@example.com", "Another log-in has this address"),
    ],
)
def test_an_address_that_does_not_hold_is_422(
    client_of, engineer, viewer, owner, by_mail, email, words
):
    for browser, address in (
        (client_of(engineer), OWN),
        (client_of(owner), f"/account/admin/team/{engineer.pk}/email/"),
    ):
        answer = browser.post(address, {"new_email": email})
        assert answer.status_code == 422
        assert words in shown(answer)
    assert mail.outbox == []


# --- Made by an administrator -----------------------------------------------------------


def test_an_admin_makes_a_link_and_changes_nothing(client_of, admin_user, engineer, account):
    page = client_of(admin_user).post(
        f"/account/admin/team/{engineer.pk}/email/", {"new_email": NEW}
    )

    assert page.status_code == 200
    (link,) = links(shown(page))
    engineer.refresh_from_db()
    assert engineer.email == "erin@example.com"
    # The admin has the link, and not the password.
    answer = client_of(admin_user).post(link, {"password": "a guess of the admin"})
    assert answer.status_code == 422
    assert "not your password" in shown(answer)
    assert Client().post(link, {"password": PASSWORD}).status_code == 302
    engineer.refresh_from_db()
    assert engineer.email == NEW
    assert actions(account) == ["user.email_link_made", "user.email_changed"]


def test_nobody_makes_a_link_for_who_stands_above_them(
    client_of, admin_user, owner, super_admin, account
):
    address = "/account/admin/team/{}/email/"
    browser = client_of(admin_user)

    assert browser.post(address.format(owner.pk), {"new_email": NEW}).status_code == 403
    assert browser.post(address.format(super_admin.pk), {"new_email": NEW}).status_code == 404
    with pytest.raises(emails.EmailRefused, match="Only they change"):
        emails.make_link(owner, super_admin, NEW)
    assert actions(account) == []


def test_a_deactivated_person_has_no_link(client_of, owner, engineer):
    team.deactivate(owner, engineer)

    answer = client_of(owner).post(f"/account/admin/team/{engineer.pk}/email/", {"new_email": NEW})

    assert answer.status_code == 409
    assert "Re-activate them first." in shown(answer)


# --- How long a link works --------------------------------------------------------------


def assert_over(link: str) -> None:
    for answer in (Client().get(link), Client().post(link, {"password": PASSWORD})):
        assert answer.status_code == 410
        assert "does not work any more" in shown(answer)


def test_a_link_works_once(engineer):
    link = link_of(engineer, engineer)
    assert Client().post(link, {"password": PASSWORD}).status_code == 302
    assert_over(link)


def test_a_link_is_over_after_a_day(engineer, monkeypatch):
    link = link_of(engineer, engineer)
    now = time.time()
    for hours, status in ((23, 200), (25, 410)):
        later = now + timedelta(hours=hours).total_seconds()
        monkeypatch.setattr(time, "time", lambda later=later: later)
        assert Client().get(link).status_code == status


def test_a_deactivation_ends_a_link_for_good(engineer, owner):
    link = link_of(owner, engineer)
    team.deactivate(owner, engineer)
    assert_over(link)
    team.reactivate(owner, engineer)
    assert_over(link)


@pytest.mark.parametrize("token", ["x", "a:b:c", "e30:1abc:AAAA"])
def test_a_forged_link_is_over(engineer, token):
    assert_over(f"/email/{token}/")


def test_an_address_that_was_taken_meanwhile_is_refused(engineer, make_user, account):
    link = link_of(engineer, engineer)
    make_user("Erin.Ruiz", account)

    answer = Client().post(link, {"password": PASSWORD})

    assert answer.status_code == 422
    assert "Another log-in has this address" in shown(answer)
    engineer.refresh_from_db()
    assert engineer.email == "erin@example.com"


def test_who_has_the_link_does_not_guess_the_password_by_the_hundred(engineer, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "2/5m"}
    link = link_of(engineer, engineer)

    answers = [Client().post(link, {"password": "guess"}).status_code for _ in range(3)]

    assert answers == [422, 422, 429]


# --- What else a person is told ---------------------------------------------------------


def test_people_are_told_of_a_new_role_and_a_new_password(
    engineer, owner, by_mail, sent, client_of
):
    sent(lambda: team.change_role(owner, engineer, Role.ADMIN, "engineer"))
    told = sent(lambda: passwords.change(engineer, "several words together"))

    assert [message.to for message in told] == [[engineer.email]] * 2
    assert "Olive made you Admin in Northwind IT. Before, you were Engineer." in told[0].body
    assert "Your password was changed" in told[1].body
    page = shown(client_of(engineer).get("/account/me/password/"))
    assert "Olive made you Admin" in page


def test_a_change_of_hands_is_told_to_both(owner, admin_user, by_mail, sent):
    told = sent(lambda: team.transfer(owner, admin_user))

    assert {tuple(message.to) for message in told} == {(owner.email,), (admin_user.email,)}


def test_what_was_not_changed_is_told_to_nobody(owner, engineer, by_mail, sent):
    def refused():
        with pytest.raises(team.TeamRefused):
            team.change_role(owner, engineer, Role.ADMIN, "viewer")

    assert sent(refused) == []
    assert not Notice.objects.exists()


def test_without_a_mail_server_the_page_tells_alone(engineer, owner, sent, client_of):
    assert sent(lambda: team.change_role(owner, engineer, Role.ADMIN, "engineer")) == []
    assert "Olive made you Admin" in shown(client_of(engineer).get(OWN))


def test_notices_are_kept_in_bounds(engineer):
    for number in range(notices.MOST_KEPT + 5):
        notices.tell(engineer, f"Number {number}")

    kept = [notice.text for notice in Notice.objects.filter(user=engineer)]
    assert len(kept) == notices.MOST_KEPT
    assert kept[0] == f"Number {notices.MOST_KEPT + 4}"
    assert len(notices.lately(engineer)) == notices.MOST_SHOWN
