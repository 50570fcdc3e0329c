"""Invitations: a link that works once for a week, for one address and one role."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from accounts import invitations, team
from accounts.models import Invitation, Role, User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
TEAM = "/account/admin/team/"
INVITE = TEAM + "invite/"
DANA = {"email": "Dana@Contoso.example", "role": "engineer"}
CHOSEN = {"name": "Dana Ruiz", "password1": "several words together"}
CHOSEN["password2"] = CHOSEN["password1"]


def shown(answer) -> str:
    return answer.content.decode()


def links(page: str) -> list[str]:
    return re.findall(r"http://127\.0\.0\.1:8000(/invite/[^\s\"<]+/)", page)


@pytest.fixture
def browser(client_of, admin_user) -> Client:
    return client_of(admin_user)


@pytest.fixture
def invitation(account, admin_user) -> Invitation:
    return invitations.invite(account, admin_user, "dana@contoso.example", Role.ENGINEER)


@pytest.fixture
def link(invitation) -> str:
    return f"/invite/{invitation.token}/"


def test_a_link_to_copy_leads_into_the_account(browser, account):
    page = browser.post(INVITE, DANA, follow=True)
    assert page.redirect_chain == [(TEAM, 302)]
    (link,) = links(shown(page))
    newcomer = Client()
    assert "Join Northwind IT" in shown(newcomer.get(link))

    answer = newcomer.post(link, CHOSEN, follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert "Welcome to Northwind IT." in shown(answer)
    dana = User.objects.get(email="dana@contoso.example")
    assert (dana.name, dana.role, dana.account) == ("Dana Ruiz", Role.ENGINEER, account)
    assert dana.check_password(CHOSEN["password1"])
    assert newcomer.session["_auth_user_id"] == str(dana.pk)
    assert [entry.action for entry in account.audit_entries.order_by("number")] == [
        "invitation.sent",
        "invitation.accepted",
        "user.logged_in",
    ]
    assert links(shown(browser.get(TEAM))) == []


def test_the_name_may_be_left_out(link):
    assert Client().post(link, {**CHOSEN, "name": ""}).status_code == 302
    assert User.objects.get(email="dana@contoso.example").name == "dana"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"password2": "other words together"}, "password2", "The two passwords differ."),
        ({"password1": "short", "password2": "short"}, "password1", "too short"),
        ({"password1": "dana@contoso.example"}, "password1", "your e-mail"),
        ({"password1": "Dana Ruiz 12"}, "password1", "your e-mail"),
        ({"password1": "", "password2": ""}, "password1", "required"),
        ({"name": "x" * 151}, "name", "150"),
    ],
)
def test_a_password_that_does_not_hold_is_422_and_joins_nobody(link, change, field, words):
    answer = Client().post(link, {**CHOSEN, **change})

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert CHOSEN["password1"] not in shown(answer)
    assert not User.objects.filter(email="dana@contoso.example").exists()
    assert Client().post(link, CHOSEN).status_code == 302


def test_a_link_works_once(link):
    assert Client().post(link, CHOSEN).status_code == 302

    for again in (Client().get(link), Client().post(link, CHOSEN)):
        assert again.status_code == 410
        assert "used already" in shown(again)
    assert User.objects.filter(email="dana@contoso.example").count() == 1


def test_a_link_expires_after_seven_days(link, browser, invitation):
    later = Invitation.objects.filter(pk=invitation.pk)
    assert invitation.expires_at - timezone.now() > timedelta(days=6, hours=23)
    later.update(expires_at=timezone.now())

    answer = Client().get(link)

    assert answer.status_code == 410
    assert "has expired" in shown(answer)
    assert "Expired on" in shown(browser.get(TEAM))
    browser.post(f"{TEAM}invitations/{invitation.pk}/resend/")
    (renewed,) = links(shown(browser.get(TEAM)))
    assert Client().get(renewed).status_code == 200
    assert "A newer link replaced this one." in shown(Client().get(link))


def test_a_withdrawn_invitation_is_over(link, browser, invitation):
    answer = browser.post(f"{TEAM}invitations/{invitation.pk}/withdraw/", follow=True)

    assert "The invitation of dana@contoso.example is withdrawn." in shown(answer)
    assert "was withdrawn" in shown(Client().get(link))
    for what in ("resend", "withdraw"):
        answer = browser.post(f"{TEAM}invitations/{invitation.pk}/{what}/")
        assert answer.status_code == 409
        assert "accepted or withdrawn meanwhile" in shown(answer)


@pytest.mark.parametrize("forge", [str.swapcase, lambda token: "1-2", lambda token: token + "x"])
def test_a_forged_link_is_no_link(invitation, forge):
    assert Client().get(f"/invite/{forge(invitation.token)}/").status_code == 404


def test_a_link_signed_for_something_else_is_no_link(invitation):
    other = Signer(sep=".").sign(f"{invitation.pk}-{invitation.nonce}")
    assert Client().get(f"/invite/{other}/").status_code == 404


def test_inviting_again_replaces_link_and_role(browser, invitation, link):
    browser.post(INVITE, {**DANA, "role": "viewer"})

    (renewed,) = links(shown(browser.get(TEAM)))
    assert renewed != link
    assert Client().post(renewed, CHOSEN).status_code == 302
    assert User.objects.get(email="dana@contoso.example").role == Role.VIEWER


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("erin@example.com", "Erin belongs to the team already, as Engineer."),
        ("STAN@example.com", "has a log-in outside this account"),
        ("vera@example.com", "Vera belongs to the team but is deactivated."),
        ("no address", "That is no e-mail address."),
        ("", "required"),
    ],
)
def test_an_address_that_cannot_be_invited_says_why(
    browser, admin_user, engineer, viewer, stranger, email, words
):
    team.deactivate(admin_user, viewer)
    answer = browser.post(INVITE, {"email": email, "role": "viewer"})

    assert answer.status_code == 422
    assert words in str(answer.context["invite_form"].errors["email"])
    assert not Invitation.objects.exists()


def test_an_admin_invites_no_owner_and_touches_no_owners_invitation(browser, owner, account):
    answer = browser.post(INVITE, {**DANA, "role": "owner"})
    assert answer.status_code == 422
    assert "Only an owner makes somebody an owner." in shown(answer)

    theirs = invitations.invite(account, owner, DANA["email"], Role.OWNER)
    assert browser.post(INVITE, DANA).status_code == 422
    for what in ("resend", "withdraw"):
        answer = browser.post(f"{TEAM}invitations/{theirs.pk}/{what}/")
        assert answer.status_code == 403
    page = shown(browser.get(TEAM))
    assert "dana@contoso.example" in page
    assert links(page) == []


def test_an_owners_right_is_looked_at_again_when_the_invitation_changes(account, owner, admin_user):
    theirs = invitations.invite(account, owner, DANA["email"], Role.OWNER)
    for refused in (
        lambda: invitations.invite(account, admin_user, "o@x.example", Role.OWNER),
        lambda: invitations.withdraw(theirs, admin_user),
    ):
        with pytest.raises(invitations.InvitationRefused, match="Only an owner"):
            refused()


def test_an_address_that_got_a_log_in_meanwhile_is_told_to_log_in(link, make_user, other_account):
    User.objects.create_user("dana@contoso.example", PASSWORD, account=other_account)

    answer = Client().post(link, CHOSEN)

    assert answer.status_code == 410
    assert "There is a log-in with this address already." in shown(answer)


def test_there_is_an_end_to_open_invitations(browser, account, admin_user, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_OPEN", 1)
    invitations.invite(account, admin_user, "a@x.example", Role.VIEWER)

    answer = browser.post(INVITE, DANA)

    assert answer.status_code == 422
    assert "1 invitations are open." in shown(answer)


def test_who_is_logged_in_is_told_and_becomes_the_newcomer(browser, link):
    assert "You are logged in as Adam." in shown(browser.get(link))
    browser.post(link, CHOSEN)
    assert "Dana Ruiz" in shown(browser.get("/"))


# --- E-mail and limits ------------------------------------------------------------------


def test_with_a_mail_server_the_link_is_sent(browser, settings):
    settings.EMAIL_URL = "smtp://mail.example"
    page = browser.post(INVITE, DANA, follow=True)

    assert "dana@contoso.example was sent an invitation." in shown(page)
    (message,) = mail.outbox
    assert message.to == ["dana@contoso.example"]
    assert message.subject == "Join Northwind IT on ResolutionFlow"
    assert links(str(message.body)) == links(shown(page))
    assert "&#x27;" not in message.body


def test_without_a_mail_server_nothing_is_sent(browser):
    page = browser.post(INVITE, DANA, follow=True)

    assert "Copy the link below and send it to dana@contoso.example" in shown(page)
    assert mail.outbox == []


@pytest.mark.parametrize("problem", [smtplib.SMTPServerDisconnected("x"), TimeoutError()])
def test_a_mail_server_that_fails_leaves_the_link(browser, settings, monkeypatch, caplog, problem):
    def fail(*args, **kwargs):
        raise problem

    settings.EMAIL_URL = "smtp://mail.example"
    monkeypatch.setattr("accounts.mail.send_mail", fail)
    page = browser.post(INVITE, DANA, follow=True)

    assert "did not take the e-mail. Copy the link" in shown(page)
    assert len(links(shown(page))) == 1
    assert type(problem).__name__ in caplog.text
    assert "dana" not in caplog.text


def test_links_are_not_tried_out_by_the_thousand(settings, invitation, link):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "link": "2/m"}
    newcomer = Client()

    assert [newcomer.get(link).status_code for _ in range(3)] == [200, 200, 429]


def test_invitations_are_not_made_by_the_thousand(browser, settings, invitation):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "invite": "0/m"}

    for address in (INVITE, f"{TEAM}invitations/{invitation.pk}/resend/"):
        answer = browser.post(address, DANA)
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) >= 1
    assert browser.get(TEAM).status_code == 200
