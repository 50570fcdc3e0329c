"""What operators run: check_connection and rotate_credentials."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from psa import connections, keys
from psa.models import Post, PsaConnection

NEW = "a new passphrase of thirty-two characters"


def run(*arguments) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


def lines_with(text, word) -> list[str]:
    return [line for line in text.splitlines() if word in line]


def test_check_connection_prints_a_line_per_function(connection, simulator):
    text = run("check_connection", connection.account.name)
    tenant = simulator.tenants["northwind"]
    assert "Connected to" in text
    assert len(lines_with(text, "  works ")) == 6
    assert len(lines_with(text, "  not tested ")) == 7
    assert lines_with(text, "not known: Service Desk › Service Tickets: Add)")
    assert lines_with(text, "Project › Project Headers, Inquire Level: None")
    assert "MISSING" not in text
    for secret in (tenant.public_key, tenant.private_key, tenant.client_id):
        assert secret not in text
    assert {entry.method for entry in simulator.journal} == {"GET"}
    connection.refresh_from_db()
    assert connection.last_validated_at is not None


def test_check_connection_writes_on_the_ticket_that_is_named(connection, engineer, simulator):
    name = connection.account.name
    text = run("check_connection", name, "--write-on-ticket", "48291", "--as", engineer.email)
    assert "Note on #48291: Posted." in text
    assert "Same status of #48291: Changed." in text
    assert lines_with(text, "  works       Posting notes")
    assert Post.objects.get().posted_by == engineer
    writes = [entry for entry in simulator.journal if entry.method != "GET"]
    assert [(entry.method, entry.path.rpartition("/service")[2]) for entry in writes] == [
        ("POST", "/tickets/48291/notes"),
        ("PATCH", "/tickets/48291"),
    ]


@pytest.mark.parametrize("who", [[], ["--as", "stan@example.com"]])
def test_check_connection_writes_in_the_name_of_somebody_of_the_account(
    connection, stranger, simulator, who
):
    with pytest.raises(CommandError, match="--as EMAIL"):
        run("check_connection", connection.account.name, "--write-on-ticket", "48291", *who)
    assert not Post.objects.exists()


def test_check_connection_says_that_the_named_ticket_is_not_there(connection, engineer):
    asked = ["--write-on-ticket", "1", "--as", engineer.email]
    with pytest.raises(CommandError, match="does not know this record"):
        run("check_connection", connection.account.name, *asked)


def test_check_connection_takes_the_accounts_id_and_a_paused_connection(connection):
    PsaConnection.objects.update(is_active=False)
    assert "Connected to" in run("check_connection", str(connection.account_id))


def test_check_connection_says_where_to_grant_what_is_missing(connection, simulator):
    simulator.faults.add("forbidden", times=1, path="/system/members")
    missing = lines_with(run("check_connection", connection.account.name), "MISSING")
    assert missing == [
        "  MISSING     Signing notes as the engineer "
        "(grant System › Member Maintenance, Inquire Level: All)"
    ]


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
    assert keys.reseal(other_connection.pk)
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

    monkeypatch.setattr(keys, "reseal", gone)
    assert run("rotate_credentials").startswith("0 re-encrypted, 0 under")


def test_rotation_without_connections_says_so(db):
    assert run("rotate_credentials").startswith("0 re-encrypted")
