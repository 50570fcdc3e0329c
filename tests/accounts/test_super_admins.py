"""A super admin belongs to no account, and nothing that accounts can do reaches one."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from accounts import invitations, passwords, team
from accounts.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def untouched(super_admin):
    """Fail where the super admin's row is not as it was."""
    before = User.objects.filter(pk=super_admin.pk).values().get()
    yield
    assert User.objects.filter(pk=super_admin.pk).values().get() == before


# --- The rule in the database -----------------------------------------------------------


def test_nobody_is_a_super_admin_inside_an_account(account, engineer, super_admin, make_user):
    changes = [
        lambda: make_user("Both", account, is_superuser=True),
        lambda: make_user("Neither", None),
        lambda: User.objects.filter(pk=engineer.pk).update(is_superuser=True),
        lambda: User.objects.filter(pk=super_admin.pk).update(account=account),
        lambda: User.objects.filter(pk=super_admin.pk).update(is_superuser=False),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_who_was_both_keeps_the_account_and_loses_the_rank(caplog):
    before, after = ("accounts", "0004_claude_usage"), ("accounts", "0005_superuser_or_account")
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    executor = MigrationExecutor(connection)
    try:
        apps = executor.migrate([before]).apps
        account = apps.get_model("accounts", "Account").objects.create(name="Northwind IT")
        users = apps.get_model("accounts", "User").objects
        common = {"account": account, "role": "owner", "log_in_epoch": 3}
        both = users.create(email="both@x.example", is_superuser=True, **common)
        plain = users.create(email="plain@x.example", **common)
        outside = users.create(email="outside@x.example", is_superuser=True, log_in_epoch=3)

        executor = MigrationExecutor(connection)
        executor.migrate([after])

        now = {
            user.email: (user.is_superuser, user.account_id, user.role, user.log_in_epoch)
            for user in executor.loader.project_state([after])
            .apps.get_model("accounts", "User")
            .objects.all()
        }
        assert now[both.email] == (False, account.pk, "owner", 4)
        assert now[plain.email] == (False, account.pk, "owner", 3)
        assert now[outside.email] == (True, None, "engineer", 3)
        assert f"users [{both.pk}]" in caplog.text
        assert "createsuperuser" not in caplog.text
    finally:
        MigrationExecutor(connection).migrate(latest)


# --- What accounts can do ---------------------------------------------------------------


@pytest.mark.usefixtures("untouched")
def test_no_operation_of_the_team_reaches_a_super_admin(owner, super_admin, make_user):
    for actor in (owner, make_user("Sven", None, is_superuser=True)):
        for change in (
            lambda actor: team.change_role(actor, super_admin, Role.VIEWER, super_admin.role),
            lambda actor: team.deactivate(actor, super_admin),
            lambda actor: team.reactivate(actor, super_admin),
            lambda actor: team.transfer(actor, super_admin),
        ):
            with pytest.raises(team.TeamRefused, match="belongs to no team"):
                change(actor)
        with pytest.raises(passwords.LinkRefused, match="operators alone"):
            passwords.make_link(actor, super_admin)
    with pytest.raises(invitations.InvitationRefused):
        invitations.invite(owner.account, owner, super_admin.email, Role.ENGINEER)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("who", ["owner", "admin_user", "another super admin"])
def test_no_page_of_the_team_reaches_a_super_admin(
    client_of, request, super_admin, make_user, who, account
):
    if who == "another super admin":
        browser = client_of(make_user("Sven", None, is_superuser=True))
    else:
        browser = client_of(request.getfixturevalue(who))
    page = f"/account/admin/team/{super_admin.pk}/"
    assert browser.get(page).status_code == 404
    for what in ("role", "deactivate", "reactivate", "transfer", "password"):
        answer = browser.post(f"{page}{what}/", {"role": "viewer"})
        assert answer.status_code == 404, what


@pytest.mark.usefixtures("untouched")
def test_not_even_another_super_admin_changes_one_in_django_admin(
    client_of, super_admin, make_user
):
    browser = client_of(make_user("Sven", None, is_superuser=True))
    taken = {"email": "taken@x.example", "name": "Taken", "role": "viewer"}
    pages = [
        reverse("admin:accounts_user_change", args=[super_admin.pk]),
        reverse("admin:accounts_user_delete", args=[super_admin.pk]),
        reverse("admin:auth_user_password_change", args=[super_admin.pk]),
    ]
    assert browser.get(pages[0]).status_code == 200
    for page in pages:
        assert browser.post(page, {**taken, "post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [super_admin.pk], "post": "yes"}
    browser.post(reverse("admin:accounts_user_changelist"), chosen)


def test_nobody_becomes_a_super_admin_in_django_admin(client_of, super_admin, engineer):
    page = reverse("admin:accounts_user_change", args=[engineer.pk])
    kept = {"email": engineer.email, "name": engineer.name, "role": engineer.role}

    answer = client_of(super_admin).post(page, {**kept, "is_active": "on", "is_superuser": "on"})

    assert answer.status_code == 302
    engineer.refresh_from_db()
    assert not engineer.is_superuser


# --- What operators can do --------------------------------------------------------------


def test_operators_deactivate_a_super_admin_at_once(client_of, super_admin, capsys):
    browser = client_of(super_admin)

    call_command("super_admin", "SUE@example.com ", "deactivate")

    assert "is logged out everywhere" in capsys.readouterr().out
    assert browser.get("/").status_code == 302
    super_admin.refresh_from_db()
    assert not super_admin.is_active
    call_command("super_admin", super_admin.email, "reactivate")
    super_admin.refresh_from_db()
    assert super_admin.is_active
    assert browser.get("/").status_code == 302


def test_the_command_is_for_super_admins_only(engineer):
    with pytest.raises(CommandError, match="There is no super admin “erin"):
        call_command("super_admin", engineer.email, "deactivate")
    engineer.refresh_from_db()
    assert engineer.is_active
