"""The own password, and links to a new one: who gets them, how long they work, what they end."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts import mail as letters
from accounts import passwords, team
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
OWN = "/account/me/password/"
FORGOTTEN = "/password/"
NEW = "several words together"
CHOSEN = {"password1": NEW, "password2": NEW}


def shown(answer) -> str:
    return answer.content.decode()


def links(text: str) -> list[str]:
    return re.findall(r"http://127\.0\.0\.1:8000(/password/\d+/[^\s\"<]+/)", text)


def link_of(person) -> str:
    return f"/password/{person.pk}/{passwords.token_for(person)}/"


def logged_in(email: str, password: str) -> bool:
    answer = Client().post("/login/", {"username": email, "password": password})
    return bool(answer.status_code == 302)


def actions(account) -> list[str]:
    """Return what was done, log-ins aside."""
    entries = account.audit_entries.exclude(action__startswith="user.log")
    return list(entries.order_by("number").values_list("action", flat=True))


# --- The own password -------------------------------------------------------------------


def test_a_new_password_counts_and_ends_every_other_log_in(client_of, viewer, account):
    here, elsewhere = client_of(viewer), client_of(viewer)

    answer = here.post(OWN, {"old_password": PASSWORD, **CHOSEN}, follow=True)

    assert answer.redirect_chain == [(OWN, 302)]
    assert "Your new password counts." in shown(answer)
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert logged_in(viewer.email, NEW)
    assert not logged_in(viewer.email, PASSWORD)
    assert actions(account) == ["user.password_changed"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"old_password": "wrong"}, "old_password", "not your present password"),
        ({"old_password": ""}, "old_password", "required"),
        ({"password2": "other words together"}, "password2", "The two passwords differ."),
        ({"password1": "short", "password2": "short"}, "password1", "too short"),
        ({"password1": "erin@example.com"}, "password1", "your e-mail"),
    ],
)
def test_a_change_that_does_not_hold_is_422_and_changes_nothing(
    client_of, engineer, account, change, field, words
):
    answer = client_of(engineer).post(OWN, {"old_password": PASSWORD, **CHOSEN, **change})

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert NEW not in shown(answer)
    assert PASSWORD not in shown(answer)
    assert logged_in(engineer.email, PASSWORD)
    assert actions(account) == []


def test_the_present_password_is_not_guessed_by_the_hundred(client_of, engineer, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "2/5m"}
    browser = client_of(engineer)

    answers = [browser.post(OWN, {"old_password": "guess", **CHOSEN}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert browser.get(OWN).status_code == 200


def test_a_super_admin_changes_the_own_password_too(client_of, super_admin):
    answer = client_of(super_admin).post(OWN, {"old_password": PASSWORD, **CHOSEN})

    assert answer.status_code == 302
    assert logged_in(super_admin.email, NEW)


# --- A link made by an administrator ----------------------------------------------------


def test_an_admin_makes_a_link_that_leads_to_a_new_password(
    client_of, admin_user, engineer, account
):
    before = client_of(engineer)
    page = client_of(admin_user).post(f"/account/admin/team/{engineer.pk}/password/")

    assert page.status_code == 200
    assert f"Copy the link and send it to {engineer.email} yourself." in shown(page)
    assert mail.outbox == []
    (link,) = links(shown(page))
    browser = Client()
    assert engineer.email in shown(browser.get(link))
    answer = browser.post(link, CHOSEN, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert browser.session["_auth_user_id"] == str(engineer.pk)
    assert before.get("/").status_code == 302
    assert logged_in(engineer.email, NEW)
    assert actions(account) == ["user.password_link_made", "user.password_changed"]


def test_with_a_mail_server_the_link_is_sent(client_of, admin_user, engineer, settings):
    settings.EMAIL_URL = "smtp://mail.example"
    page = client_of(admin_user).post(f"/account/admin/team/{engineer.pk}/password/")

    assert f"{engineer.email} was sent the link." in shown(page)
    (message,) = mail.outbox
    assert message.to == [engineer.email]
    assert links(str(message.body)) == links(shown(page))


def test_a_mail_server_that_fails_leaves_the_link(
    client_of, admin_user, engineer, settings, monkeypatch, caplog
):
    def fail(*args, **kwargs):
        raise smtplib.SMTPServerDisconnected("x")

    settings.EMAIL_URL = "smtp://mail.example"
    monkeypatch.setattr("accounts.mail.send_mail", fail)
    page = client_of(admin_user).post(f"/account/admin/team/{engineer.pk}/password/")

    assert "did not take the e-mail. Copy the link" in shown(page)
    assert len(links(shown(page))) == 1
    assert engineer.email not in caplog.text


def test_nobody_makes_a_link_for_who_stands_above_them(client_of, admin_user, owner, account):
    address = f"/account/admin/team/{owner.pk}/password/"

    assert client_of(admin_user).post(address).status_code == 403
    assert 'action="' + address not in shown(
        client_of(admin_user).get(f"/account/admin/team/{owner.pk}/")
    )
    assert actions(account) == []


def test_no_link_is_made_for_oneself_or_somebody_deactivated(
    client_of, owner, admin_user, engineer
):
    team.deactivate(owner, engineer)
    browser = client_of(admin_user)
    for person, words in ((admin_user, "This is your own log-in."), (engineer, "is deactivated")):
        answer = browser.post(f"/account/admin/team/{person.pk}/password/")
        assert answer.status_code == 409
        assert words in shown(answer)
        assert links(shown(answer)) == []


# --- A link that somebody asked for -----------------------------------------------------


def all_sent() -> list:
    """Return the letters, once the thread that sends them has come so far."""
    letters._later.submit(lambda: None).result()
    return list(mail.outbox)


@pytest.mark.parametrize("email", ["erin@example.com", " ERIN@Example.com "])
def test_who_forgot_the_password_is_sent_a_link(engineer, settings, email):
    settings.EMAIL_URL = "smtp://mail.example"
    assert "Forgotten your password?" in shown(Client().get("/login/"))
    answer = Client().post(FORGOTTEN, {"email": email})

    assert answer.status_code == 200
    assert "is on its way" in shown(answer)
    (message,) = all_sent()
    assert message.to == [engineer.email]
    (link,) = links(str(message.body))
    assert Client().post(link, CHOSEN).status_code == 302
    assert logged_in(engineer.email, NEW)


def test_the_answer_does_not_tell_who_has_a_log_in(engineer, viewer, owner, super_admin, settings):
    settings.EMAIL_URL = "smtp://mail.example"
    team.deactivate(owner, viewer)
    asked = [engineer.email, viewer.email, super_admin.email, "nobody@example.com"]
    answers = {
        re.sub(r'"csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", shown(page)).replace(
            email, "THEM"
        )
        for email in asked
        if (page := Client().post(FORGOTTEN, {"email": email}))
    }

    assert len(answers) == 1
    assert [message.to for message in all_sent()] == [[engineer.email]]


def test_without_a_mail_server_it_says_whom_to_ask(engineer):
    for answer in (Client().get(FORGOTTEN), Client().post(FORGOTTEN, {"email": engineer.email})):
        assert answer.status_code == 200
        assert "Ask an owner or admin of your account" in shown(answer)
        assert "<form" not in shown(answer)
    assert all_sent() == []


@pytest.mark.parametrize(("email", "words"), [("", "required"), ("erin", "no e-mail address")])
def test_what_is_no_address_is_422(settings, email, words):
    settings.EMAIL_URL = "smtp://mail.example"
    answer = Client().post(FORGOTTEN, {"email": email})

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["email"])


@pytest.mark.parametrize("rule", ["forgotten", "forgotten_address"])
def test_nobody_is_flooded_with_letters(engineer, settings, rule):
    settings.EMAIL_URL = "smtp://mail.example"
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, rule: "2/h"}
    asked = [engineer.email, engineer.email.upper(), engineer.email]

    answers = [Client().post(FORGOTTEN, {"email": email}) for email in asked]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert len(all_sent()) == 2


# --- How long a link works --------------------------------------------------------------


def assert_over(link: str) -> None:
    for answer in (Client().get(link), Client().post(link, CHOSEN)):
        assert answer.status_code == 410
        assert "does not work any more" in shown(answer)


def test_a_link_works_once(engineer):
    link = link_of(engineer)
    assert Client().post(link, CHOSEN).status_code == 302
    assert_over(link)


def test_a_log_in_with_the_old_password_ends_the_link(engineer):
    link = link_of(engineer)
    assert logged_in(engineer.email, PASSWORD)
    assert_over(link)


def test_a_link_is_over_after_a_day(engineer, monkeypatch):
    link = link_of(engineer)
    tokens = type(passwords._tokens)
    now = passwords._tokens._now()
    for hours, status in ((23, 200), (25, 410)):
        later = now + timedelta(hours=hours)
        monkeypatch.setattr(tokens, "_now", lambda _self, later=later: later)
        assert Client().get(link).status_code == status


def test_deactivating_ends_the_link_for_good(engineer, owner):
    link = link_of(engineer)
    team.deactivate(owner, engineer)
    assert_over(link)
    team.reactivate(owner, engineer)
    assert_over(link)


@pytest.mark.parametrize("token", ["x", "-", "1-2", "d4fuxx-" + "0" * 32])
def test_a_forged_link_is_over_and_says_nothing_more(engineer, token):
    assert_over(f"/password/{engineer.pk}/{token}/")
    assert_over(f"/password/{'9' * 30}/{token}/")
    assert logged_in(engineer.email, PASSWORD)


def test_a_link_is_for_nobody_else(engineer, viewer):
    assert_over(f"/password/{viewer.pk}/{passwords.token_for(engineer)}/")


def test_a_super_admin_has_no_link(super_admin):
    assert_over(link_of(super_admin))


def test_a_password_that_does_not_hold_is_422_and_the_link_goes_on(engineer):
    link = link_of(engineer)
    answer = Client().post(link, {"password1": "short", "password2": "short"})

    assert answer.status_code == 422
    assert "too short" in str(answer.context["form"].errors["password1"])
    assert Client().post(link, CHOSEN).status_code == 302


def test_links_are_not_tried_out_by_the_thousand(engineer, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "link": "2/m"}
    link, browser = link_of(engineer), Client()

    assert [browser.get(link).status_code for _ in range(3)] == [200, 200, 429]


def test_who_is_logged_in_as_somebody_else_is_told(client_of, engineer, viewer):
    page = shown(client_of(viewer).get(link_of(engineer)))
    assert f"You are logged in as {viewer} here" in page
