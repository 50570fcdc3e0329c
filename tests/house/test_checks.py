"""Wrong configuration is named before it does harm; right configuration passes in silence."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as project

from resolutionflow import checks, checks_files

# Enough for a production start without a word of complaint.
PRODUCTION = {
    "DEBUG": "0",
    "ALLOWED_HOSTS": "app.example.com",
    "SECRET_KEY": "for this test only " * 4,
    "PUBLIC_URL": "https://app.example.com",
    "CREDENTIAL_KEYS": "k" * 40,
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "PSA_TRUSTED_SITES": "Northwind=https://cw.example.com",
}


def ids(messages) -> list[str]:
    return [message.id.removeprefix("resolutionflow.") for message in messages]


@pytest.fixture
def production(settings):
    settings.DEBUG = settings.DEMO = False
    settings.SECURE = True
    settings.SECRET_KEY = PRODUCTION["SECRET_KEY"]
    settings.ALLOWED_HOSTS = ["app.example.com"]
    settings.CREDENTIAL_KEYS = [PRODUCTION["CREDENTIAL_KEYS"]]
    return settings


def test_every_check_has_a_hint_and_an_id_of_its_own(production, monkeypatch):
    production.PSA_TRUSTED_SITES = ["cw", "Northwind=http://10.0.0.1", "https://cw.example.com"]
    production.RATE_LIMITS = {"post": "often"}
    production.REDIS_URL = ""
    production.ANTHROPIC_BASE_URL = "http://gateway/?key=1"
    found = [
        *checks.check_trusted_sites(),
        *checks.check_trusted_sites_are_public(),
        *checks.check_trusted_sites_name_their_account(),
        *checks.check_rate_limits(),
        *checks.check_shared_cache(),
        *checks.check_claude_address(),
        *checks.check_claude_address_is_public(),
    ]
    chosen = {**production.FILES_S3, "endpoint_url": "http://store/x", "access_key": "key"}
    production.FILES_S3 = chosen
    found += [*checks_files.check_files_store(), *checks_files.check_files_in_clear_text()]
    production.FILES_S3 = {**chosen, "bucket_name": "files"}
    monkeypatch.setattr(checks_files, "find_spec", lambda name: None)
    found += checks_files.check_files_store()
    production.FILES_S3 = {**chosen, "bucket_name": ""}
    production.MEDIA_ROOT = Path(__file__) / "in a file"
    found += checks_files.check_files_folder_can_be_written()
    production.MEDIA_ROOT = production.STATIC_ROOT / "files"
    found += checks_files.check_files_folder()
    production.CREDENTIAL_KEYS = ["short"]
    found += checks.check_credential_keys()
    production.CREDENTIAL_KEYS = []
    found += checks.check_credential_keys()

    assert sorted(ids(found)) == [
        *["E002", "E003", "E004", "E006", "E008", "E014", "E015", "E016"],
        *["W001", "W002", "W003", "W004", "W005", "W006"],
    ]
    assert all(message.hint for message in found)


def test_counters_in_the_redis_of_the_cache_are_worth_a_word(production):
    production.REDIS_URL = production.COUNTERS_REDIS_URL = PRODUCTION["REDIS_URL"]
    assert ids(checks.check_shared_cache()) == ["I001"]
    production.COUNTERS_REDIS_URL = "redis://127.0.0.1:6380/0"
    assert checks.check_shared_cache() == []


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ([], ["W001"]),
        (["k" * 31], ["E002"]),
        (["k" * 40, ""], ["E002"]),
        (["k" * 32], []),
        (["k" * 32, "l" * 44], []),
    ],
)
def test_credential_keys_are_there_and_long_enough(production, keys, found):
    production.CREDENTIAL_KEYS = keys

    assert ids(checks.check_credential_keys()) == found


@pytest.mark.parametrize(
    ("site", "whole", "public"),
    [
        ("https://cw.example.com", True, True),
        ("https://cw.example.com:8443", True, True),
        ("https://8.8.8.8", True, True),
        ("http://cw.example.com", True, False),
        ("http://127.0.0.1:9400", True, False),
        ("https://10.1.2.3", True, False),
        ("https://[::1]", True, False),
        ("https://[fd00::1]", True, False),
        ("https://psa", True, False),
        ("https://cw.corp", True, False),
        ("https://cw.example.local", True, False),
        ("Northwind IT=https://cw.example.com", True, True),
        ("Northwind IT=http://127.0.0.1:9400", True, False),
        ("=https://cw.example.com", False, True),
        ("Northwind=cw.example.com", False, True),
        ("cw.example.com", False, True),
        ("https://cw.example.com/path", False, True),
        ("https://user@cw.example.com", False, True),
        ("ftp://cw.example.com", False, True),
        ("https://", False, True),
        ("*", False, True),
    ],
)
def test_trusted_sites_are_whole_origins_and_public_where_it_counts(settings, site, whole, public):
    settings.PSA_TRUSTED_SITES = [site]

    assert ids(checks.check_trusted_sites()) == ([] if whole else ["E003"])
    assert ids(checks.check_trusted_sites_are_public()) == ([] if public else ["E004"])


def test_a_trusted_site_that_is_for_every_account_is_named(settings):
    settings.PSA_TRUSTED_SITES = ["https://cw.example.com", "Northwind=https://cw2.example.com"]

    (found,) = checks.check_trusted_sites_name_their_account()

    assert found.id == "resolutionflow.W004"
    assert "'https://cw.example.com'" in found.msg


def test_a_shared_cache_counts_for_all_processes(settings):
    settings.REDIS_URL = PRODUCTION["REDIS_URL"]
    assert checks.check_shared_cache() == []


@pytest.mark.parametrize(
    ("rate", "found"),
    [
        *((rate, []) for rate in ["10/m", "0/s", "100/5m", "1/d"]),
        *((rate, ["E006"]) for rate in ["", "10", "10/", "m/10", "10/0m", "-1/m", "10/w", "ten/m"]),
    ],
)
def test_rate_limits_can_be_read(settings, rate, found):
    settings.RATE_LIMITS = {"post": rate}

    messages = checks.check_rate_limits()

    assert ids(messages) == found
    assert all("RATE_LIMIT_POST" in str(message.hint) for message in messages)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in this project with exactly this environment."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=project.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite://:memory:", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_good_production_environment_passes_the_deploy_check_without_a_warning():
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert result.returncode == 0, result.stderr


SHOW = """
import json
from django.conf import settings as s
names = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD"]
print(json.dumps([getattr(s, name) for name in names]
      + [bool(s.SECURE_HSTS_SECONDS), bool(s.SECURE_PROXY_SSL_HEADER), s.PROXY_COUNT == 1]
      + [name.startswith("__Host-") for name in (s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)]))
"""


@pytest.mark.parametrize(
    ("environment", "secure"),
    [
        (PRODUCTION, True),
        (PRODUCTION | {"DEMO": "1"}, False),
        (PRODUCTION | {"DEBUG": "1"}, False),
        ({"DEBUG": "1"}, False),
        ({}, True),
    ],
)
def test_only_production_insists_on_https_and_believes_its_proxy(environment, secure):
    result = run("-c", SHOW, **{"DJANGO_SETTINGS_MODULE": "resolutionflow.settings"} | environment)

    assert json.loads(result.stdout) == [secure] * 10


def test_the_web_process_refuses_to_start_with_errors():
    wrong = PRODUCTION | {"PSA_TRUSTED_SITES": "cw.example.com"}

    result = run("-c", "import resolutionflow.wsgi", **wrong)

    assert result.returncode != 0
    assert "resolutionflow.E003" in result.stderr


def test_the_web_process_starts_with_a_good_environment():
    result = run("-W", "ignore", "-c", "import resolutionflow.wsgi", **PRODUCTION)

    assert result.returncode == 0, result.stderr


# --- Where pictures and files are kept --------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({}, []),
        ({"bucket_name": "files"}, []),
        ({"bucket_name": "files", "endpoint_url": "https://s3.example.com"}, []),
        ({"bucket_name": "files", "access_key": "a", "secret_key": "b"}, []),
        ({"bucket_name": "files", "access_key": "a"}, ["E015"]),
        ({"bucket_name": "files", "endpoint_url": "s3.example.com/files"}, ["E015"]),
        ({"secret_key": "b"}, ["E015"]),
    ],
)
def test_a_store_is_chosen_whole_or_not_at_all(settings, monkeypatch, chosen, said):
    monkeypatch.setattr(checks_files, "find_spec", lambda name: object())
    settings.FILES_S3 = {**settings.FILES_S3, **chosen}
    assert ids(checks_files.check_files_store()) == said
    assert checks_files.check_files_in_clear_text() == []


def test_a_store_whose_packages_are_missing_is_said_with_what_to_install(settings, monkeypatch):
    missing = lambda name: None if name == "boto3" else object()  # noqa: E731
    monkeypatch.setattr(checks_files, "find_spec", missing)
    settings.FILES_S3 = {**settings.FILES_S3, "bucket_name": "files"}
    (error,) = checks_files.check_files_store()
    assert "boto3 is not installed" in error.msg
    assert "requirements/s3.txt" in str(error.hint)


def test_a_folder_that_can_be_written_and_is_not_served_is_right(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "not" / "made" / "yet"
    assert checks_files.check_files_folder() == []
    assert checks_files.check_files_folder_can_be_written() == []
    settings.MEDIA_ROOT = settings.BASE_DIR / "static" / "css"
    assert ids(checks_files.check_files_folder()) == ["E016"]
