"""The dialog that asks htmx for a log-in: 401 above the page, and on with the same person."""

import json
import re

import pytest
from django.test import Client

from sessions_app.models import WorkSession
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEW = "/sessions/new/"


def token_in(html: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert found, html
    return found[1]


def log_in(browser: Client, person, password: str = PASSWORD, **fields):
    values = {"username": person.email, "password": password, **fields}
    return browser.post("/login/", values, headers=HTMX)


@pytest.mark.parametrize("method", ["get", "post"])
def test_htmx_is_asked_to_log_in_above_the_page(method):
    where = {**HTMX, "HX-Current-URL": "http://testserver/sessions/?q=vpn"}

    answer = getattr(Client(), method)(NEW, headers=where)

    shown = answer.content.decode()
    assert answer.status_code == 401
    assert shown.startswith("<dialog")
    assert "data-login" in shown
    assert 'hx-post="/login/"' in shown
    assert "HX-Redirect" not in answer
    assert "<html" not in shown
    assert token_in(shown)


def test_a_browser_is_still_sent_to_the_log_in_page():
    assert Client().get(NEW)["Location"] == "/login/?next=/sessions/new/"
    restored = Client().get(NEW, headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert restored["Location"].startswith("/login/?next=")


def test_a_log_in_in_the_dialog_tells_the_page_who_it_is_and_a_new_token(engineer):
    browser = Client(enforce_csrf_checks=True)
    asked = browser.get(NEW, headers=HTMX).content.decode()

    answer = log_in(browser, engineer, csrfmiddlewaretoken=token_in(asked))

    assert answer.status_code == 204
    told = json.loads(answer["HX-Trigger"])["logged-in"]
    assert told["user"] == str(engineer.pk)
    sent = {**HTMX, "X-CSRFToken": told["token"], "X-Person": told["user"]}
    again = browser.post(NEW, {"title": "VPN drops"}, headers=sent)
    assert again.status_code == 302
    assert WorkSession.objects.get().title == "VPN drops"


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password_is_the_form_again_with_the_name(engineer, password):
    answer = log_in(Client(), engineer, password)

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert shown.strip().startswith('<form class="form" id="log-in-form"')
    assert engineer.email in shown
    assert 'role="alert"' in shown or "required" in shown


def test_the_brake_on_guesses_keeps_the_form(engineer, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "login": "1/5m"}
    browser = Client()
    log_in(browser, engineer, "wrong")

    answer = log_in(browser, engineer)

    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 300
    assert 'id="log-in-form"' in answer.content.decode()
    assert "Too many attempts." in answer.content.decode()


def test_a_page_says_whose_it_is(client_of, engineer):
    page = client_of(engineer).get("/").content.decode()

    assert f'data-person="{engineer.pk}"' in page
    assert f'"X-Person": "{engineer.pk}"' in page
    assert "data-person" not in Client().get("/login/").content.decode()


def test_a_page_of_somebody_else_sends_nothing_under_the_name_of_who_logged_in(
    client_of, engineer, admin_user
):
    sent = {**HTMX, "X-Person": str(engineer.pk), "HX-Current-URL": "http://testserver/sessions/"}
    browser = client_of(admin_user)

    answer = browser.post(NEW, {"title": "Erin's words"}, headers=sent)

    shown = answer.content.decode()
    assert answer.status_code == 401
    assert "This page was opened by somebody else, but Adam is logged in now." in shown
    assert '<a href="/sessions/" data-log-in-leave>' in shown
    assert not WorkSession.objects.exists()
    assert log_in(browser, engineer).status_code == 204
    assert browser.post(NEW, {"title": "Erin's words"}, headers=sent).status_code == 302
    assert WorkSession.objects.get().engineer == engineer


# --- Tokens -----------------------------------------------------------------------------


def test_a_stale_token_without_a_log_in_is_asked_for_a_log_in():
    browser = Client(enforce_csrf_checks=True)

    assert browser.post(NEW, {"title": "x"}, headers=HTMX).status_code == 401
    assert browser.post(NEW, {"title": "x"}).status_code == 403
    again = browser.post("/login/", {"username": "x", "password": "y"}, headers=HTMX)
    assert again.status_code == 401
    assert token_in(again.content.decode())


def test_a_stale_token_of_who_is_logged_in_is_answered_with_a_new_one(engineer):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(engineer)
    browser.cookies["csrftoken"] = "a" * 32

    answer = browser.post(NEW, {"title": "x"}, headers={**HTMX, "X-CSRFToken": "b" * 32})

    assert answer.status_code == 403
    token = json.loads(answer["HX-Trigger"])["csrf-token"]["token"]
    again = browser.post(NEW, {"title": "x"}, headers={**HTMX, "X-CSRFToken": token})
    assert again.status_code == 302


def test_a_log_in_of_another_tab_does_not_lead_out_of_the_dialog(client_of, engineer):
    # Logged in meanwhile in another tab: the dialog still answers with the event.
    assert log_in(client_of(engineer), engineer).status_code == 204
