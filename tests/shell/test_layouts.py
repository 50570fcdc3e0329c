"""The shell around the pages: the rail, the dialogs, the log-in and the pages of refusals."""

import json
import re
from html import unescape
from importlib import reload

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from resolutionflow import styleguide, urls


def request_of(user=None, method="get", path="/styleguide/", data=None, **headers):
    request = getattr(RequestFactory(), method)(path, data, headers=headers)
    request.user = user or AnonymousUser()
    request.htmx = HtmxDetails(request)
    return request


def page(user, template="layouts/app.html", **context) -> str:
    return render_to_string(template, context, request_of(user))


@pytest.fixture
def styleguide_urls(settings):
    settings.ROOT_URLCONF = "tests.shell.urls"


def test_the_rail_shows_the_person_and_the_way_out(engineer):
    shown = page(engineer)
    assert "Erin" in shown
    assert "Northwind IT" in shown
    assert re.search(
        r'<form class="rail-log-out" data-leaves method="post" action="/logout/">', shown
    )


def test_the_rail_leads_to_the_account_only_for_those_who_administer(engineer, admin_user):
    assert "/account/admin/" in page(admin_user)
    assert "/account/admin/" not in page(engineer)


def test_the_rail_marks_the_page_one_is_on(engineer, client_of):
    shown = client_of(engineer).get("/").content.decode()
    assert re.search(r'href="/" aria-current="page"', shown)
    assert shown.count("aria-current") == 1


def test_a_person_without_a_name_is_shown_by_the_email(engineer):
    engineer.name = ""
    assert engineer.email in page(engineer)


def test_htmx_is_told_what_to_swap_and_to_evaluate_nothing(engineer):
    content = re.search(r"""name="htmx-config" content='([^']+)'""", page(engineer))
    assert content is not None
    config = json.loads(content[1])
    assert config["allowEval"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["historyRestoreAsHxRequest"] is False
    # What is new works from the moment it shows; by default its links are plain ones for 20 ms.
    assert config["defaultSettleDelay"] == 0
    swaps = {
        code: next(
            rule["swap"] for rule in config["responseHandling"] if re.search(rule["code"], code)
        )
        for code in (
            "200",
            "202",
            "204",
            "302",
            "400",
            "403",
            "404",
            "409",
            "422",
            "429",
            "500",
            "502",
            "503",
        )
    }
    assert [code for code, swap in swaps.items() if not swap] == ["204", "400", "500"]


def test_every_request_of_htmx_carries_the_csrf_token(engineer):
    headers = re.search(r"""<body[^>]* hx-headers='([^']+)'""", page(engineer))
    assert headers is not None
    assert len(json.loads(headers[1])["X-CSRFToken"]) == 64


def test_messages_become_toasts(engineer):
    shown = page(engineer, messages=[Message(25, "Saved & done.")])
    assert "Saved &amp; done." in shown
    assert 'class="toast tone-success" role="status"' in shown


def test_a_page_can_be_skipped_into(engineer):
    shown = page(engineer)
    assert shown.index('class="skip-link" href="#content"') < shown.index('class="rail"')
    assert '<main id="content"' in shown


def test_a_dialog_is_a_fragment_for_htmx(styleguide_urls):
    answer = styleguide.dialog(request_of(HX_Request="true"))
    shown = answer.content.decode()
    assert shown.startswith("<dialog data-dialog")
    assert '<h2 id="dialog-title">Update ticket</h2>' in shown
    assert "<html" not in shown


def test_a_dialog_is_a_page_for_everybody_else(styleguide_urls):
    shown = styleguide.dialog(request_of()).content.decode()
    assert "<title>Update ticket · ResolutionFlow</title>" in shown
    assert "<h1>Update ticket</h1>" in shown
    assert 'id="dialog-title"' not in shown


def test_a_dialog_that_does_not_hold_comes_back_to_be_mended(styleguide_urls):
    answer = styleguide.dialog(request_of(method="post", data={"title": ""}, HX_Request="true"))
    assert answer.status_code == 422
    assert b"This field is required." in answer.content


def test_a_dialog_that_holds_leaves_a_toast(styleguide_urls):
    data = {"title": "x", "status": "1", "note_type": "description", "confirm": "on"}
    answer = styleguide.dialog(request_of(method="post", data=data, HX_Request="true"))
    assert (answer.status_code, b"hx-swap-oob" in answer.content) == (200, True)
    assert styleguide.dialog(request_of(method="post", data=data)).status_code == 302


def test_the_styleguide_shows_every_component(styleguide_urls):
    shown = styleguide.styleguide(request_of()).content.decode()
    for words in ("Post to ticket", "Colleagues only.", "No posts yet", "Page 2 of 3", "Retry"):
        assert words in shown


def test_the_styleguide_is_not_there_in_production(settings):
    # Read anew: what collected the tests may have read the addresses while DEBUG was on.
    settings.DEBUG = False
    names = {getattr(each, "name", None) for each in reload(urls).urlpatterns}
    assert "readyz" in names
    assert "styleguide" not in names


@pytest.mark.parametrize("status", [403, 404, 429, 502])
def test_a_refusal_is_said_with_and_without_a_log_in(engineer, status):
    assert "Wait 20 seconds." in page(engineer, f"{status}.html", message="Wait 20 seconds.")
    assert 'class="rail"' in page(engineer, f"{status}.html")
    assert 'class="rail"' not in page(None, f"{status}.html")


def test_the_page_of_a_breakdown_needs_nothing():
    shown = unescape(render_to_string("500.html", {"message": "Number abc."}))
    assert "Number abc." in shown
    assert "<h1>Something broke</h1>" in shown


def test_demo_log_ins_show_in_the_demo_only(rf):
    context = {"demo_logins": [("Engineer", "erin@northwind.example", "demo-password-123")]}
    assert "erin@" in render_to_string("accounts/login.html", {**context, "demo": True})
    assert "erin@" not in render_to_string("accounts/login.html", {**context, "demo": False})
