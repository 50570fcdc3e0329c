"""rotate_credentials on many connections: seen how far it is, killed, and started again."""

import os
import sqlite3
import subprocess
import sys
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import connections as databases
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import timezone

from accounts.models import Account
from psa import credentials, keys
from psa.management.commands.rotate_credentials import show_progress
from psa.models import PsaConnection
from psa.providers.types import Credentials

OLD = "the old passphrase of thirty-two characters"
NEW = "a new passphrase of thirty-two characters"
TOTAL = 1000
PAIR = Credentials(
    site_url="", company_id="", public_key="public", private_key="private", client_id="client"
)
SLOTS = ("credentials_encrypted", "next_credentials_encrypted", "former_credentials_encrypted")


@pytest.fixture
def database(tmp_path, settings, db):
    """Return a database file with many connections; all their slots are under the old key."""
    path = tmp_path / "many.sqlite3"
    base = {**django_settings.DATABASES["default"], "ENGINE": "django.db.backends.sqlite3"}
    wrapper = DatabaseWrapper({**base, "NAME": str(path), "OPTIONS": {}}, alias="many")
    databases["many"] = wrapper
    with wrapper.schema_editor() as editor:
        for model in (Account, PsaConnection):
            editor.create_model(model)
    settings.CREDENTIAL_KEYS = [OLD]
    token, now = credentials.seal(PAIR), timezone.now()
    fields = [field.column for field in PsaConnection._meta.fields]
    empty = {field.column: None if field.null else "" for field in PsaConnection._meta.fields}
    values: dict[str, Any] = {**empty, **dict.fromkeys(SLOTS, token)}
    moments = {"keys_since", "created_at", "updated_at"}
    values |= dict.fromkeys(moments, str(now)) | {"provider": "connectwise", "is_active": True}
    with wrapper.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO accounts_account (id, name, created_at) VALUES (%s, %s, %s)",
            [(number, f"MSP {number}", str(now)) for number in range(TOTAL)],
        )
        cursor.executemany(
            f"INSERT INTO psa_psaconnection ({', '.join(fields)}) "  # noqa: S608 - our own columns
            f"VALUES ({', '.join(['%s'] * len(fields))})",
            [
                list((values | {"id": uuid4().hex, "account_id": number}).values())
                for number in range(TOTAL)
            ],
        )
    wrapper.close()
    del databases["many"]
    return path


def tokens(path):
    with sqlite3.connect(path) as connection:
        columns = ", ".join(SLOTS)
        rows = connection.execute(f"SELECT {columns} FROM psa_psaconnection").fetchall()  # noqa: S608
    connection.close()
    return rows


def start(path):
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{path}",
        "CREDENTIAL_KEYS": f"{NEW},{OLD}",
        "DEBUG": "1",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "manage.py", "rotate_credentials"]
    return subprocess.Popen(
        command,
        cwd=django_settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_run_that_was_killed_half_way_is_started_again_and_nothing_is_lost(database, settings):
    before = tokens(database)
    killed = start(database)
    assert killed.stdout is not None
    assert killed.stdout.readline() == f"{TOTAL // 10} of {TOTAL}\n"
    killed.kill()
    killed.communicate()
    half = tokens(database)
    # A row is moved as a whole, or not at all.
    moved = [
        [new != old for new, old in zip(after, row, strict=True)]
        for after, row in zip(half, before, strict=True)
    ]
    assert all(set(slots) in ({True}, {False}) for slots in moved)
    done = sum(all(slots) for slots in moved)
    assert TOTAL // 10 <= done < TOTAL

    again = start(database)
    out, err = again.communicate()
    assert (again.returncode, err) == (0, "")
    assert out.splitlines()[-1] == (
        f"{TOTAL - done} re-encrypted, {done} under the first key already, 0 unreadable."
    )
    settings.CREDENTIAL_KEYS = [NEW]
    for row in tokens(database):
        for token in row:
            assert credentials.unseal(token, site_url="", company_id="") == PAIR


class Terminal(StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_a_bar(connection, other_connection, settings):
    settings.CREDENTIAL_KEYS = [NEW, settings.SECRET_KEY]
    out = Terminal()
    call_command("rotate_credentials", stdout=out, no_color=True)
    assert out.getvalue() == (
        f"\r{'█' * 20}{'░' * 20} 1 of 2\r{'█' * 40} 2 of 2\n"
        "2 re-encrypted, 0 under the first key already, 0 unreadable.\n"
    )


def test_a_slot_that_cannot_be_read_leaves_the_connection_as_it_was(connection, settings):
    PsaConnection.objects.update(next_credentials_encrypted="broken")
    before = PsaConnection.objects.get().credentials_encrypted
    settings.CREDENTIAL_KEYS = [NEW, settings.SECRET_KEY]
    with pytest.raises(credentials.CredentialsUnreadable):
        keys.reseal(connection.pk)
    assert PsaConnection.objects.get().credentials_encrypted == before


def test_a_log_gets_a_line_for_each_tenth():
    out = StringIO()
    for done in range(1, 26):
        show_progress(OutputWrapper(out), done, 25)
    assert out.getvalue().split("\n")[:3] == ["3 of 25", "5 of 25", "8 of 25"]
    assert out.getvalue().count("\n") == 10
