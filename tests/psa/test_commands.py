"""What operators run: check_connection and rotate_credentials."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from psa import connections
from psa.models import PsaConnection

NEW = "a new passphrase of thirty-two characters"


def run(*arguments) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def lines_with(text, word) -> list[str]:
    return [line for line in text.splitlines() if word in line]


def test_check_connection_prints_the_rights_of_a_key_that_has_all(connection, simulator):
    text = run("check_connection", connection.account.name)
    tenant = simulator.tenants["northwind"]
    assert "Connected to" in text
    assert len(lines_with(text, ": yes")) == 7
    assert lines_with(text, "Service Desk › Service Tickets: Inquire")
    assert len(lines_with(text, "only a write would show it")) == 4
    assert "MISSING" not in text
    for secret in (tenant.public_key, tenant.private_key, tenant.client_id):
        assert secret not in text
    assert {entry.method for entry in simulator.journal} == {"GET"}
    connection.refresh_from_db()
    assert connection.last_validated_at is not None


def test_check_connection_takes_the_accounts_id_and_a_paused_connection(connection):
    PsaConnection.objects.update(is_active=False)
    assert "Connected to" in run("check_connection", str(connection.account_id))


def test_check_connection_names_the_right_that_is_missing(connection, simulator):
    simulator.faults.add("forbidden", times=1, path="/system/members")
    missing = lines_with(run("check_connection", connection.account.name), "MISSING")
    assert len(missing) == 1
    assert "Member Maintenance: Inquire" in missing[0]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [("unauthorized", "refused the credentials"), ("refuse", "could not be reached")],
)
def test_check_connection_fails_when_it_cannot_connect(connection, simulator, fault, sentence):
    simulator.faults.add(fault, times=20, path="/system/info")
    with pytest.raises(CommandError, match=sentence) as caught:
        run("check_connection", connection.account.name)
    assert caught.value.returncode == 1


def test_check_connection_says_that_the_keys_do_not_fit(connection, settings):
    settings.CREDENTIAL_KEYS = [NEW]
    with pytest.raises(CommandError, match="cannot be read with the current keys"):
        run("check_connection", connection.account.name)


def test_check_connection_wants_an_account_that_exists(account):
    with pytest.raises(CommandError, match="There is no account “Northwynd IT”"):
        run("check_connection", "Northwynd IT")


def test_check_connection_wants_a_connection(account):
    with pytest.raises(CommandError, match="Northwind IT has no PSA connection"):
        run("check_connection", account.name)


def test_rotation_moves_all_under_the_first_key_and_can_be_repeated(
    connection, other_connection, settings
):
    before = connections.credentials_of(connection)
    settings.CREDENTIAL_KEYS = [NEW, settings.SECRET_KEY]
    assert connections.reseal(other_connection.pk)
    assert run("rotate_credentials") == (
        "1 re-encrypted, 1 under the first key already, 0 unreadable.\n"
    )
    settings.CREDENTIAL_KEYS = [NEW]
    for stored in (connection, other_connection):
        stored.refresh_from_db()
    assert connections.credentials_of(connection) == before
    assert run("rotate_credentials").startswith("0 re-encrypted, 2 under the first key already")


def test_rotation_names_what_cannot_be_read_and_goes_on(connection, other_connection, settings):
    PsaConnection.objects.filter(pk=connection.pk).update(credentials_encrypted="broken")
    settings.CREDENTIAL_KEYS = [NEW, settings.SECRET_KEY]
    out = StringIO()
    with pytest.raises(CommandError, match="Northwind IT") as caught:
        call_command("rotate_credentials", stdout=out)
    assert caught.value.returncode == 1
    assert out.getvalue() == "1 re-encrypted, 0 under the first key already, 1 unreadable.\n"


def test_rotation_passes_over_a_connection_that_was_removed_meanwhile(
    connection, monkeypatch, settings
):
    def gone(connection_id):
        raise PsaConnection.DoesNotExist

    monkeypatch.setattr(connections, "reseal", gone)
    assert run("rotate_credentials").startswith("0 re-encrypted, 0 under")


def test_rotation_without_connections_says_so(db):
    assert run("rotate_credentials").startswith("0 re-encrypted")
