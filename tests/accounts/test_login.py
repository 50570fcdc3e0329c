"""Logging in and out: by e-mail in any case, back to where one was, and not by guessing."""

import pytest
from django.test import Client

from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def log_in(client: Client, email: str, password: str = PASSWORD, **fields):
    return client.post("/login/", {"username": email, "password": password, **fields})


@pytest.mark.parametrize("email", ["erin@example.com", "ERIN@Example.com", " erin@example.com "])
def test_people_log_in_by_email_in_any_case(engineer, email):
    client = Client()

    response = log_in(client, email)

    assert response.status_code == 302
    assert response["Location"] == "/"
    assert client.session["_auth_user_id"] == str(engineer.pk)


def test_log_in_goes_on_to_the_page_that_was_asked_for(engineer):
    client = Client()
    first = client.get("/account/admin/?tab=x")
    assert first.status_code == 302
    assert first["Location"] == "/login/?next=/account/admin/%3Ftab%3Dx"
    page = client.get(first["Location"])
    assert page.status_code == 200
    assert page.context["next"] == "/account/admin/?tab=x"

    response = log_in(client, engineer.email, next="/account/admin/?tab=x")

    assert response["Location"] == "/account/admin/?tab=x"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
    ],
)
def test_log_in_never_leads_to_another_site(engineer, target):
    assert log_in(Client(), engineer.email, next=target)["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("erin@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
        ("erin@example.com\x00", PASSWORD),
        ("", ""),
        ("x" * 5000, "y" * 5000),
    ],
)
def test_a_wrong_log_in_is_422_and_keeps_the_email(engineer, email, password):
    response = log_in(Client(), email, password)

    assert response.status_code == 422
    assert response.context["form"].errors
    assert password not in response.content.decode() or not password


def test_a_wrong_email_and_a_wrong_password_say_the_same(engineer, make_user, account):
    gone = make_user("Gone", account, is_active=False)
    answers = {
        str(log_in(Client(), email, password).context["form"].non_field_errors())
        for email, password in [
            (engineer.email, "wrong"),
            ("nobody@example.com", "wrong"),
            (gone.email, PASSWORD),
        ]
    }

    assert len(answers) == 1
    assert "do not match" in answers.pop()


def test_somebody_deactivated_is_out_at_once(client_of, engineer):
    client = client_of(engineer)
    engineer.is_active = False
    engineer.save()

    response = client.get("/account/admin/")

    assert response.status_code == 302
    assert response["Location"] == "/login/?next=/account/admin/"


def test_who_is_logged_in_is_sent_on(client_of, engineer):
    response = client_of(engineer).get("/login/?next=/account/admin/")

    assert response.status_code == 302
    assert response["Location"] == "/account/admin/"


def test_log_in_needs_the_csrf_token(engineer):
    response = log_in(Client(enforce_csrf_checks=True), engineer.email)

    assert response.status_code == 403
    assert "Reload it" in response.content.decode()


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/sessions/?q=1#x", "/sessions/%3Fq%3D1"),
        ("https://evil.example/sessions/", "/"),
        ("", "/"),
    ],
)
def test_an_expired_log_in_on_a_form_comes_back_to_the_page_of_the_form(referer, back):
    response = Client().post("/account/choose/", headers={"Referer": referer})

    assert response.status_code == 302
    assert response["Location"] == f"/login/?next={back}"


def test_logging_out_ends_the_log_in(client_of, engineer):
    client = client_of(engineer)

    assert client.get("/logout/").status_code == 405
    response = client.post("/logout/")

    assert response.status_code == 302
    assert response["Location"] == "/login/"
    assert client.get("/account/admin/").status_code == 302


def test_the_demo_shows_its_log_ins_and_nothing_else_does(settings):
    assert "demo-password" not in Client().get("/login/").content.decode()

    settings.DEMO = True
    page = Client().get("/login/").content.decode()

    assert "olive@northwind.example" in page
    assert "demo-password-123" in page
