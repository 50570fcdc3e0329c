"""What could be public does not start with DEBUG, the demo's log-ins, a known key or any host."""

import os
import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.management import get_commands, load_command_class
from django.test import Client
from django.urls import reverse

from resolutionflow import checks_exposure as checks
from resolutionflow import gunicorn
from resolutionflow.lib.links import default_origin
from resolutionflow.management.commands.runserver import Command as RunServer
from tests.house.test_checks import PRODUCTION, ids, run

PUBLIC_URL = "https://app.example.com"
# Commands that ask and tell nobody anything: they need no key, and start in any directory.
WITHOUT_CHECKS = {"demo", "simulate_connectwise", "runserver"}


@pytest.fixture
def local(settings):
    """Development on this machine: nothing here names another."""
    settings.DEBUG, settings.DEMO, settings.SECURE = True, False, False
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    settings.BIND = ["127.0.0.1:8000"]
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    settings.CSRF_TRUSTED_ORIGINS = []
    return settings


@pytest.fixture
def production(settings):
    settings.DEBUG, settings.DEMO, settings.SECURE = False, False, True
    settings.SECRET_KEY = PRODUCTION["SECRET_KEY"]
    settings.ALLOWED_HOSTS = ["app.example.com"]
    settings.PUBLIC_URL = PUBLIC_URL
    return settings


def found() -> list[str]:
    """Return what all checks of the module say."""
    return ids(
        [
            *checks.check_secret_key(),
            *checks.check_debug_and_demo(),
            *checks.check_allowed_hosts(),
            *checks.check_public_url(),
        ]
    )


def test_development_and_production_pass_in_silence(local):
    assert found() == []


def test_production_passes_in_silence(production):
    assert found() == []


REACHED = [
    ("ALLOWED_HOSTS", ["localhost", "10.0.0.5"]),
    ("ALLOWED_HOSTS", [".example.com"]),
    ("BIND", ["0.0.0.0:8000"]),
    ("BIND", [":8000"]),
    ("BIND", ["[::]:8000"]),
    ("BIND", ["127.0.0.1:8000", "192.168.1.7:8000"]),
    ("CSRF_TRUSTED_ORIGINS", ["https://app.example.com"]),
]


@pytest.mark.parametrize(("name", "value"), REACHED)
def test_whatever_lets_others_in_forbids_debug_demo_and_a_known_key(local, name, value):
    setattr(local, name, value)
    assert found() == ["E001", "E005"]

    local.DEMO = True
    assert found() == ["E001", "E005", "E007"]
    assert all(name in message.msg for message in checks.check_debug_and_demo())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", ["localhost", "127.0.0.2", "[::1]", "app.localhost"]),
        ("BIND", ["[::1]:8000"]),
        ("BIND", ["unix:/run/resolutionflow.sock"]),
        ("CSRF_TRUSTED_ORIGINS", ["http://localhost:8000"]),
    ],
)
def test_names_of_this_machine_let_nobody_in(local, name, value):
    setattr(local, name, value)

    assert found() == []


def test_a_public_address_lets_others_in_and_has_to_be_answered(local):
    local.PUBLIC_URL = PUBLIC_URL

    assert found() == ["E001", "E005", "E013"]


KNOWN = [
    *["", "short", "a" * 60, "development-only-" * 4, "django-insecure-" + "abcdefgh" * 8],
    # In this repository's past: what `make lint` and the image were built with.
    "only-for-collecting-the-static-files-in-this-image-0",
]


@pytest.mark.parametrize("key", KNOWN)
def test_a_weak_key_is_refused_in_production_and_wherever_others_could_come(local, key):
    local.SECRET_KEY = key
    assert found() == []

    local.SECURE = True
    assert found() == ["E001"]

    local.SECURE, local.BIND = False, ["0.0.0.0:8000"]
    assert "E001" in found()
    assert key not in {word for message in checks.check_secret_key() for word in str(message)}


@pytest.mark.parametrize("start", ["local", "production"])
def test_a_star_is_refused_everywhere(request, start):
    request.getfixturevalue(start).ALLOWED_HOSTS = ["*"]

    assert "E010" in found()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://app.example.com:8443", []),
        ("", ["E011"]),
        ("app.example.com", ["E011"]),
        ("https://app.example.com/flow", ["E011"]),
        ("https://user@app.example.com", ["E011"]),
        ("https://app.example.com,https://www.example.com", ["E011"]),
        ("http://app.example.com", ["E012"]),
        ("http://127.0.0.1:8000", ["E012"]),
        ("https://other.example.com", ["E013"]),
    ],
)
def test_links_lead_to_one_https_origin_that_is_answered(production, url, said):
    production.PUBLIC_URL = url

    assert found() == said
    assert all(message.hint for message in checks.check_public_url())


@pytest.mark.parametrize(
    ("hosts", "https", "origin"),
    [
        (["127.0.0.1", "localhost"], True, "http://127.0.0.1:8000"),
        (["app.example.com"], False, "http://127.0.0.1:8000"),
        (["127.0.0.1", "app.example.com", "www.example.com"], True, PUBLIC_URL),
        (["*", ".example.com"], True, "http://127.0.0.1:8000"),
    ],
)
def test_where_no_public_url_is_set_the_first_name_that_people_type_is(hosts, https, origin):
    assert default_origin(hosts, https=https) == origin


# --- At every start ---------------------------------------------------------------------

WEB = ("-c", "import resolutionflow.wsgi")
DELIVERY = ("manage.py", "deliver_posts", "--once")


@pytest.mark.parametrize(
    ("start", "environment", "codes"),
    [
        (
            WEB,
            {**PRODUCTION, "DEBUG": "1", "SECRET_KEY": "development-only-" * 4},
            {"E001", "E005"},
        ),
        (DELIVERY, {**PRODUCTION, "DEMO": "1", "ALLOWED_HOSTS": "*"}, {"E007", "E010"}),
        (WEB, {"DEBUG": "1", "BIND": "0.0.0.0:8000"}, {"E005"}),
        (WEB, {"DEBUG": "0"}, {"E001"}),
    ],
)
def test_a_start_that_could_be_public_ends_with_the_sentences(start, environment, codes):
    result = run(*start, **environment)

    assert result.returncode != 0
    assert codes <= set(re.findall(r"resolutionflow\.(E\d+)", result.stderr))


def test_who_sets_nothing_is_told_what_production_and_development_need():
    result = run("manage.py", "check")

    assert "SECRET_KEY is not set. Production needs one" in result.stderr
    assert "For development on this machine set DEBUG=1" in result.stderr


def test_static_files_are_collected_without_any_secret():
    assert run("manage.py", "collectstatic", "--dry-run", "--no-input").returncode == 0


def test_every_command_of_ours_runs_the_checks():
    ours = {name for name, app in get_commands().items() if not app.startswith("django")}
    unchecked = {
        name
        for name in ours
        if load_command_class(get_commands()[name], name).requires_system_checks != "__all__"
    }
    assert unchecked <= WITHOUT_CHECKS


def test_the_development_server_is_judged_by_the_address_it_is_told(local, monkeypatch):
    seen = []
    base = import_module("django.core.management.commands.runserver").Command
    monkeypatch.setattr(base, "inner_run", lambda *_args, **_options: seen.extend(found()))
    server = RunServer()
    server.addr, server.port = "0.0.0.0", "8000"  # noqa: S104 - refused

    server.inner_run()

    assert seen == ["E001", "E005"]


def test_gunicorn_tells_the_checks_what_its_command_line_says(monkeypatch):
    monkeypatch.setenv("BIND", "127.0.0.1:8000")
    config = SimpleNamespace(bind=["0.0.0.0:80", "unix:/run/x"])

    gunicorn.on_starting(SimpleNamespace(cfg=config))

    assert os.environ["BIND"] == "0.0.0.0:80,unix:/run/x"


def test_nothing_controls_gunicorn_through_a_socket():
    assert gunicorn.control_socket_disable is True


# --- Links ------------------------------------------------------------------------------


def test_a_link_never_repeats_the_host_that_was_asked(settings, client_of, admin_user, viewer):
    settings.ALLOWED_HOSTS = ["app.example.com", "forged.example"]
    settings.PUBLIC_URL = PUBLIC_URL
    browser: Client = client_of(admin_user)

    page = browser.post(
        "/account/admin/team/invite/",
        {"email": "dana@contoso.example", "role": "engineer"},
        headers={"Host": "forged.example"},
        follow=True,
    ).content.decode()
    made = browser.post(
        reverse("accounts:person-password", args=[viewer.pk]),
        headers={"Host": "forged.example"},
        follow=True,
    ).content.decode()

    assert f"{PUBLIC_URL}/invite/" in page
    assert f"{PUBLIC_URL}/password/" in made
    assert "forged.example" not in page + made
