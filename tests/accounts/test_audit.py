"""The audit: added to, never changed, and what is missing shows."""

import pytest
from django.db import connection, transaction

from accounts import audit
from accounts.models import AuditEntry
from accounts.models.audit import AuditFinal


@pytest.fixture
def entries(account, owner) -> list[AuditEntry]:
    return [
        audit.record(account, owner, "user.role_changed", "Erin", before={"role": "engineer"}),
        audit.record(account, owner, "connection.created", "ConnectWise PSA"),
        audit.record(account, None, "user.created", "Vera", after={"role": "viewer"}),
    ]


def tamper(statement: str, *values: str) -> None:
    """Change rows behind the product's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_it_says_who_did_what_and_what_changed(entries, account, owner):
    entry = account.audit_entries.get(number=1)

    assert (entry.actor_name, entry.actor_email) == ("Olive", owner.email)
    assert entry.label == "User role changed"
    assert (entry.target, entry.before, entry.after) == ("Erin", {"role": "engineer"}, {})


def test_an_operators_command_is_nobody_of_the_account(entries):
    assert entries[2].actor_name == ""


def test_entries_of_an_account_follow_each_other(entries, account, other_account):
    audit.record(other_account, None, "account.created", "Southside MSP")

    assert [entry.number for entry in entries] == [1, 2, 3]
    assert entries[1].previous_hash == entries[0].hash
    assert audit.verify(account) == audit.Verification(entries=3)
    assert audit.verify(other_account).entries == 1


def test_an_account_without_entries_is_whole(account):
    assert audit.verify(account).is_whole


def test_it_goes_with_the_change_that_failed(account, owner):
    with transaction.atomic():
        audit.record(account, owner, "user.role_changed", "Erin")
        transaction.set_rollback(True)

    assert audit.verify(account).entries == 0


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE accounts_auditentry SET target = 'Adam' WHERE number = 2", "2 was changed"),
        ("UPDATE accounts_auditentry SET previous_hash = hash WHERE number = 3", "3 was changed"),
        ("DELETE FROM accounts_auditentry WHERE number = 1", "Entry 1 is missing"),
        ("DELETE FROM accounts_auditentry WHERE number = 2", "Entry 2 is missing"),
        ("DELETE FROM accounts_auditentry WHERE number = 3", "2 is the last one there, but 3"),
        ("DELETE FROM accounts_auditentry", "0 is the last one there, but 3"),
        ("DELETE FROM accounts_auditchain", "3 is the last one there, but 0"),
    ],
)
def test_what_was_changed_or_removed_in_the_database_shows(entries, account, statement, problem):
    tamper(statement)

    verification = audit.verify(account)

    assert not verification.is_whole
    assert problem in verification.problem


def test_a_changed_row_with_a_fitting_hash_breaks_the_next(entries, account):
    entry = entries[1]
    entry.target = "Something else"
    tamper(
        "UPDATE accounts_auditentry SET target = %s, hash = %s WHERE number = 2",
        entry.target,
        entry.digest(),
    )

    assert audit.verify(account).problem == "Entry 3 was changed after it was written."


def test_the_product_itself_never_changes_an_entry(entries):
    for forbidden in (
        entries[0].save,
        entries[0].delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(target=""),
    ):
        with pytest.raises(AuditFinal):
            forbidden()
