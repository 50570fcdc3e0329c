"""What surrounds every page: headers, request id, log line, errors without a trace."""

import json
import logging

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLResolver, path
from django.urls.converters import StringConverter

from resolutionflow import urls
from resolutionflow.lib.logs import ContextFilter, JsonFormatter
from resolutionflow.lib.waiting import waiting
from resolutionflow.middleware import RequestIdMiddleware

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def explode(_request):
    raise RuntimeError("private_key=hunter2-in-the-trace")


@login_not_required
def explode_with_token(_request, token):
    raise RuntimeError(f"cannot open {token}")


urlpatterns = [
    *urls.urlpatterns,
    path("explode/", explode, name="explode"),
    path("explode/<str:token>/", explode_with_token, name="explode-with-token"),
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@pytest.fixture
def lines():
    """The log as it would be written, one parsed line each."""
    written: list[dict] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(JsonFormatter().format(record)))

    handler = Collect()
    handler.addFilter(ContextFilter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def access_lines(lines) -> list[dict]:
    return [line for line in lines if line["logger"] == "resolutionflow.access"]


# --- Headers --------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/login/", "/nowhere/", "/account/admin/", "/healthz"])
def test_every_answer_carries_the_headers(address):
    response = Client().get(address)

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert len(response["X-Request-ID"]) == 12


def test_pages_of_people_who_are_logged_in_are_never_stored(client_of, super_admin):
    assert "no-store" in client_of(super_admin).get("/account/choose/")["Cache-Control"]


def test_static_files_may_be_cached_and_need_no_log_in():
    response = Client().get("/static/css/main.css")

    assert response.status_code == 200
    assert "no-store" not in response["Cache-Control"]
    response.close()


def test_plain_http_is_sent_to_https_but_health_is_not(settings):
    settings.SECURE_SSL_REDIRECT = True

    assert Client().get("/login/")["Location"] == "https://testserver/login/"
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").status_code == 200


def test_the_request_id_is_ours_and_new_each_time():
    first = Client().get("/healthz", headers={"X-Request-ID": "forged"})["X-Request-ID"]
    second = Client().get("/healthz", headers={"X-Request-ID": "forged"})["X-Request-ID"]

    assert "forged" not in (first, second)
    assert first != second


def test_an_answer_says_how_long_it_took_and_how_long_the_psa_did(lines, monkeypatch):
    def answer(_request):
        with waiting():
            return HttpResponse()

    moments = iter([10.0, 10.3])
    monkeypatch.setattr("resolutionflow.lib.waiting._clock", lambda: next(moments))
    response = RequestIdMiddleware(answer)(RequestFactory().get("/"))

    assert response["Server-Timing"].startswith("psa;dur=300.0, app;dur=")
    assert access_lines(lines)[0]["psa_ms"] == 300.0


# --- The log line ---------------------------------------------------------------------


def test_a_request_is_one_line_with_the_route_and_the_person(client_of, super_admin, lines):
    response = client_of(super_admin).get("/account/choose/?next=/secret-search/")

    (found,) = access_lines(lines)
    assert (found["method"], found["route"], found["status"]) == ("GET", "accounts:choose", 200)
    assert found["user_id"] == super_admin.pk
    assert found["request_id"] == response["X-Request-ID"]
    assert found["ms"] >= found["psa_ms"] == 0
    assert "secret-search" not in json.dumps(lines)


def test_an_address_that_is_none_is_logged_without_the_address(lines):
    Client().get("/nowhere/?token=hunter2")

    (found,) = access_lines(lines)
    assert (found["route"], found["status"]) == ("-", 404)
    assert "hunter2" not in json.dumps(lines)


def test_a_log_in_leaves_neither_password_nor_email_in_the_log(engineer, lines):
    Client().post("/login/", {"username": engineer.email, "password": "hunter2-typed"})

    assert "hunter2" not in json.dumps(lines)
    assert engineer.email not in json.dumps(lines)


@pytest.mark.urls("tests.house.test_pages_around")
@pytest.mark.parametrize("address", ["/explode/TOKEN/", "/explode/TOKEN/?q=TOKEN"])
def test_an_error_is_logged_without_the_address(address, lines):
    token = "aVeryLongKeyThatOpensSomething"
    browser = Client(raise_request_exception=False)

    assert browser.get(address.replace("TOKEN", token)).status_code == 500
    assert token not in json.dumps(lines)
    (error,) = [line for line in lines if line["logger"] == "django.request"]
    assert error["message"] == "Internal Server Error: explode-with-token"
    assert "RuntimeError" in error["exc_info"]
    assert "test_pages_around.py" in error["exc_info"]


def test_a_refused_form_is_logged_without_the_address(lines):
    answer = Client(enforce_csrf_checks=True).post("/invite/aVeryLongKeyThatOpensSomething/")

    assert answer.status_code == 403
    assert "aVeryLongKey" not in json.dumps(lines)
    (refused,) = [line for line in lines if line["logger"] == "django.security.csrf"]
    assert refused["message"].endswith("accounts:invite")


# --- Referrers ------------------------------------------------------------------------


def our_routes(patterns, namespace=""):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from our_routes(entry.url_patterns, f"{entry.namespace or namespace}:")
        else:
            yield f"{namespace}{entry.name}", entry.pattern


def test_what_an_address_holds_in_letters_is_named_for_what_it_is():
    """An address with a token is found by this name: see HeadersMiddleware."""
    named = {
        name
        for _, pattern in our_routes(urls.urlpatterns)
        for name, converter in pattern.converters.items()
        if type(converter) is StringConverter
    }
    assert named == {"token"}


@pytest.mark.parametrize(
    ("address", "policy"),
    [
        ("/invite/x/", "strict-origin"),
        ("/password/1/x/", "strict-origin"),
        ("/login/?next=/tickets/%3Fq%3DVPN", "strict-origin"),
        ("/nowhere/?q=VPN", "strict-origin"),
        ("/login/", "same-origin"),
    ],
)
def test_nobody_is_told_a_token_or_words_as_the_page_before(address, policy):
    assert Client().get(address)["Referrer-Policy"] == policy


# --- Errors ---------------------------------------------------------------------------


@pytest.mark.urls("tests.house.test_pages_around")
@pytest.mark.parametrize("htmx", [True, False])
def test_an_error_of_ours_shows_a_number_and_no_trace(client_of, super_admin, lines, htmx):
    client = client_of(super_admin)
    client.raise_request_exception = False

    response = client.get("/explode/", headers=HTMX if htmx else {})

    body = response.content.decode()
    assert response.status_code == 500
    assert response["X-Request-ID"] in body
    assert ("<html" in body) is not htmx
    assert "Traceback" not in body
    assert "RuntimeError" not in body
    assert "RuntimeError" in json.dumps(lines)
    assert "hunter2" not in json.dumps(lines) + body


@pytest.mark.parametrize("htmx", [True, False])
def test_nothing_at_an_address_is_a_sentence(client_of, super_admin, htmx):
    response = client_of(super_admin).get("/nowhere/", headers=HTMX if htmx else {})

    body = response.content.decode()
    assert response.status_code == 404
    assert "There is nothing here" in body
    assert ("<html" in body) is not htmx
    assert ('role="alert"' in body) is htmx


@pytest.mark.parametrize("htmx", [True, False])
def test_an_address_that_only_takes_forms_says_so(client_of, engineer, htmx):
    response = client_of(engineer).get("/logout/", headers=HTMX if htmx else {})

    body = response.content.decode()
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Nothing was sent or changed" in body
    assert ("<html" in body) is not htmx


@pytest.mark.parametrize("htmx", [True, False])
def test_a_role_that_does_not_reach_is_told_whom_to_ask(client_of, viewer, htmx):
    response = client_of(viewer).get("/account/admin/", headers=HTMX if htmx else {})

    body = response.content.decode()
    assert response.status_code == 403
    assert "Ask an owner or admin" in body
    assert ("<html" in body) is not htmx


def test_a_malformed_request_is_answered_in_plain_text(settings):
    settings.ALLOWED_HOSTS = ["app.example.com"]

    response = Client(raise_request_exception=False).get(
        "/login/", headers={"Host": "evil.example"}
    )

    assert response.status_code == 400
    assert response["Content-Type"] == "text/plain"
    assert b"evil.example" not in response.content
