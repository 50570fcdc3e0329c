"""The operators' commands: a tenant with its owner, and people; errors in one clear line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account, Role, User

pytestmark = pytest.mark.django_db


def run(*args, **options) -> str:
    out = StringIO()
    call_command(*args, **options, stdout=out)
    return out.getvalue()


def refused(*args, **options) -> str:
    with pytest.raises(CommandError) as caught:
        run(*args, **options)
    return str(caught.value)


def test_create_account_makes_the_tenant_its_owner_and_a_password_that_works():
    output = run("create_account", "Contoso IT", "--owner", "Olga@Contoso.example")

    user = User.objects.get()
    assert user.email == "olga@contoso.example"
    assert user.role == Role.OWNER
    assert user.account == Account.objects.get(name="Contoso IT")
    assert not user.is_superuser
    password = output.splitlines()[-1].removeprefix("One-time password, shown only now: ")
    assert len(password) >= 20
    assert user.check_password(password)


def test_a_password_from_the_environment_is_used_and_never_printed(monkeypatch):
    monkeypatch.setenv("OLGAS_PASSWORD", "a long enough phrase")

    output = run(
        "create_account", "Contoso IT", owner="olga@contoso.example", password_env="OLGAS_PASSWORD"
    )

    assert User.objects.get().check_password("a long enough phrase")
    assert "phrase" not in output
    assert "password" not in output.lower()


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_variable_is_named(monkeypatch, value):
    monkeypatch.delenv("NOT_THERE", raising=False)
    if value is not None:
        monkeypatch.setenv("NOT_THERE", value)

    message = refused("create_account", "X", owner="o@x.example", password_env="NOT_THERE")

    assert message == "The environment variable NOT_THERE is not set or empty."
    assert not Account.objects.exists()


@pytest.mark.parametrize("name", ["northwind it", "Northwind IT", "  Northwind IT "])
def test_an_account_name_is_taken_in_any_case(account, name):
    message = refused("create_account", name, owner="new@x.example")

    assert message == "An account with this name exists already."
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_name_that_is_none_is_refused(name):
    refused("create_account", name, owner="new@x.example")

    assert not Account.objects.exists()


def test_an_account_whose_owner_cannot_be_made_is_not_kept(engineer):
    message = refused("create_account", "Contoso IT", owner="ERIN@example.com")

    assert "already exists" in message
    assert not Account.objects.filter(name="Contoso IT").exists()


@pytest.mark.parametrize("password", ["short", "password1234", "erin@example.com"])
def test_a_weak_password_is_refused(account, monkeypatch, password):
    monkeypatch.setenv("WEAK", password)

    message = refused(
        "create_user", "Northwind IT", "erin@example.com", role="engineer", password_env="WEAK"
    )

    assert "password" in message.lower()
    assert password not in message.split()
    assert not User.objects.exists()


@pytest.mark.parametrize("role", Role.values)
def test_create_user_adds_a_person_of_each_role(account, role):
    run("create_user", "northwind it", "New.Person@x.example", role=role)

    user = User.objects.get()
    assert (user.email, user.role, user.account) == ("new.person@x.example", role, account)
    assert user.name == "new.person"


def test_create_user_finds_the_account_by_id(account, other_account):
    run("create_user", str(other_account.pk), "new@x.example", role="viewer")

    assert User.objects.get().account == other_account


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Nortwind", "Did you mean Northwind IT?"),
        ("south side msp", "Did you mean Southside MSP?"),
        ("zzz", "There are: Northwind IT, Southside MSP."),
        ("999999", "There are:"),
        ("99999999999999999999999", "There are:"),
        ("²", "There are:"),
    ],
)
def test_an_unknown_account_names_those_that_come_near(account, other_account, text, hint):
    message = refused("create_user", text, "new@x.example", role="viewer")

    assert message.startswith(f"There is no account “{text}”")
    assert hint in message


def test_without_any_account_the_way_to_make_one_is_named(db):
    assert "create_account" in refused("create_user", "x", "new@x.example", role="viewer")


@pytest.mark.parametrize("role", ["boss", "super_admin", "OWNER", ""])
def test_an_unknown_role_lists_those_there_are(account, role):
    message = refused("create_user", "Northwind IT", "new@x.example", role=role)

    assert message == f"There is no role “{role}”. There are: owner, admin, engineer, viewer."


@pytest.mark.parametrize("email", ["no-at-sign", "", "a@b", "x" * 300 + "@x.example"])
def test_a_malformed_email_is_refused(account, email):
    refused("create_user", "Northwind IT", email, role="viewer")

    assert not User.objects.exists()


def test_djangos_own_command_makes_super_admins(db):
    run("createsuperuser", "--noinput", "--email", "Sue@x.example", "--name", "Sue")

    user = User.objects.get()
    assert (user.email, user.is_superuser, user.account) == ("sue@x.example", True, None)
    assert user.get_full_name() == "Sue"
