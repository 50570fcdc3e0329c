"""No write goes uncounted: a person's count for them, anybody else's are counted by the view."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from resolutionflow.lib.ratelimit import parse
from tests.house.fuzz.endpoints import all_endpoints

# What a person may send however much they sent before, and why.
NOT_COUNTED = {
    "accounts:logout": "Leaving always works, and writes nothing of the account's.",
    "accounts:login": "Guesses are counted before a password is looked at (accounts/guessing.py).",
}
# Where somebody without a log-in may send a form: what it sends, and the rule that counts it.
STRANGERS = {
    "accounts:login": ({"username": "erin@example.com", "password": "x"}, "login_address"),
    "accounts:forgotten": ({"email": "erin@example.com"}, "forgotten_address"),
    "accounts:new-password": ({}, "link"),
    "accounts:email": ({}, "link"),
    "accounts:invite": ({}, "link"),
    "accounts:logout": ({}, None),  # there is nothing to end
}
HTMX = {"HX-Request": "true"}


def paths(world):
    """Return the address of every route, ours and the Django admin's."""
    return {endpoint.route: endpoint.path for endpoint in all_endpoints(world)}


def test_every_write_of_a_person_is_counted(world, client_of, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "write": "0/m", "draft": "0/m"}
    browser = client_of(world.people["super admin"])
    passed = set()
    for route, path in paths(world).items():
        answer = browser.post(path)
        if answer.status_code != 429:
            passed.add(route)
            browser = client_of(world.people["super admin"])  # it may have ended the log-in
        else:
            assert int(answer["Retry-After"]) > 0
    assert passed == NOT_COUNTED.keys()


def test_every_write_of_a_stranger_is_counted_by_its_view(world, settings):
    assert STRANGERS.keys() == {route for route, path in paths(world).items() if lets_in(path)}
    settings.EMAIL_URL = "smtp://mail.example"  # without one nobody is sent a letter
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "link": "0/m"}
    settings.RATE_LIMITS |= {"login_address": "0/m", "forgotten_address": "0/m"}
    for route, (sent, rule) in STRANGERS.items():
        if rule:
            assert Client().post(paths(world)[route], sent).status_code == 429, route


def lets_in(path):
    """Return whether a form that a stranger sends there reaches a view that takes forms."""
    answer = Client().post(path)
    to = answer.get("Location", "")
    return answer.status_code != 405 and not to.startswith(("/login/?next", "/admin/login/?next"))


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_beyond_the_limit_nothing_is_written_and_reading_goes_on(
    client_of, engineer, owner, session, settings, headers
):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "write": "2/m"}
    add = reverse("sessions:step-add", args=[session.pk])
    browser = client_of(engineer)
    sent = {"kind": "note", "title": "Again"}
    answers = [browser.post(add, sent, headers=headers).status_code for _ in range(3)]
    assert answers[2] == 429
    assert session.steps.filter(title="Again").count() == 2
    assert browser.get(session.get_absolute_url()).status_code == 200
    draft = reverse("sessions:draft", args=[session.pk, "step"])
    assert browser.post(draft, sent).status_code == 204  # what is typed is kept all the same
    assert client_of(owner).post(add, sent).status_code == 302  # and a colleague writes on


def test_a_refused_write_stands_in_the_security_log(client_of, engineer, settings, caplog):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "write": "0/m"}
    client_of(engineer).post(reverse("sessions:new"))
    assert [record.getMessage() for record in caplog.records if record.name == "security"]


def test_nobody_meets_the_limits_by_hand():
    for rule in ("write", "draft"):
        count, seconds = parse(django_settings.RATE_LIMITS[rule])
        assert count / seconds >= 4  # a second, for as long as one likes
