"""The Django admin: super admins see all, owners and admins their own account's people."""

import json

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.admin_scope import AccountScopedAdmin
from accounts.models import Account, AuditEntry, Role, User
from psa.models import MemberMapping
from tests.builders import map_member
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
# What a form could try to choose for somebody.
CHOSEN = {
    "email": "taken@example.com",
    "password1": "a long enough phrase",
    "password2": "a long enough phrase",
    "usable_password": "true",
}


def url(name: str, *args, model: str = "user") -> str:
    return reverse(f"admin:accounts_{model}_{name}", args=args)


def change(user: User, **fields) -> dict:
    kept = {"email": user.email, "name": user.name, "role": user.role, "is_active": "on"}
    return {key: value for key, value in {**kept, **fields}.items() if value is not None}


def pages(target: User, account: Account) -> list[str]:
    """Every page of the admin that is about one row."""
    return [
        *(url(name, target.pk) for name in ("change", "history", "delete")),
        *(url(name, account.pk, model="account") for name in ("change", "history")),
    ]


# --- The way in -----------------------------------------------------------------------


def test_the_log_in_is_our_page():
    response = Client().get("/admin/accounts/user/?q=erin")
    assert response["Location"] == "/login/?next=/admin/accounts/user/%3Fq%3Derin"
    assert Client().get("/admin/login/")["Location"] == "/login/?next=/admin/"
    assert Client().get("/admin/login/?next=/admin/x/")["Location"] == "/login/?next=/admin/x/"


@pytest.mark.parametrize("person", ["super_admin", "owner", "admin_user"])
def test_administrators_are_let_in(client_of, request, person):
    client = client_of(request.getfixturevalue(person))

    page = client.get("/admin/")

    assert page.status_code == 200
    assert "ResolutionFlow administration" in page.content.decode()
    assert client.get("/admin/login/")["Location"] == "/admin/"


@pytest.mark.parametrize("person", ["engineer", "viewer"])
def test_others_are_refused_and_not_sent_around(client_of, request, person):
    client = client_of(request.getfixturevalue(person))

    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get(url("changelist"), follow=True).status_code == 403


def test_every_model_is_scoped_by_account():
    loose = [
        model
        for model, model_admin in admin.site._registry.items()
        if not isinstance(model_admin, AccountScopedAdmin)
    ]

    assert loose == []


# --- Two accounts ---------------------------------------------------------------------


@pytest.mark.parametrize("person", ["owner", "admin_user"])
def test_lists_hold_the_own_people_only(client_of, request, engineer, stranger, person):
    client = client_of(request.getfixturevalue(person))

    for query in ("", "?q=stan", "?o=1", f"?account__id__exact={stranger.account_id}", "?all="):
        body = client.get(url("changelist") + query, follow=True).content.decode()
        assert stranger.email not in body
        assert "Southside" not in body
    assert engineer.email in client.get(url("changelist")).content.decode()
    accounts = client.get(url("changelist", model="account")).content.decode()
    assert "Northwind IT" in accounts
    assert "Southside" not in accounts


@pytest.mark.parametrize("person", ["owner", "admin_user"])
def test_rows_of_another_account_are_not_there(client_of, request, stranger, person):
    client = client_of(request.getfixturevalue(person))

    for page in pages(stranger, stranger.account):
        assert client.get(page).status_code == 404, page
    password = reverse("admin:auth_user_password_change", args=[stranger.pk])
    for page in (*pages(stranger, stranger.account)[:3], password):
        assert client.post(page, change(stranger, name="Taken")).status_code == 404, page
    stranger.refresh_from_db()
    assert stranger.name == "Stan"


def test_super_admins_reach_every_row(client_of, super_admin, engineer, stranger):
    client = client_of(super_admin)

    body = client.get(url("changelist")).content.decode()
    assert engineer.email in body
    assert stranger.email in body
    for page in pages(stranger, stranger.account):
        assert client.get(page).status_code == 200, page


def test_suggestions_hold_the_own_people_only(client_of, admin_user, engineer, stranger):
    field = {"app_label": "psa", "model_name": "membermapping", "field_name": "user"}

    answer = client_of(admin_user).get(reverse("admin:autocomplete"), {**field, "term": ""})

    if answer.status_code == 200:
        assert stranger.name not in [row["text"] for row in json.loads(answer.content)["results"]]
    else:
        assert answer.status_code == 403


def test_bulk_deletion_stays_inside_the_account(client_of, owner, stranger):
    action = {"action": "delete_selected", "_selected_action": [stranger.pk], "post": "yes"}

    client_of(owner).post(url("changelist"), action)

    assert User.objects.filter(pk=stranger.pk).exists()


# --- Passwords and addresses --------------------------------------------------------------------


@pytest.mark.parametrize("person", ["owner", "admin_user", "super_admin"])
def test_people_are_invited_and_not_added(client_of, request, person, account):
    client = client_of(request.getfixturevalue(person))
    before = User.objects.count()

    assert client.get(url("add")).status_code == 403
    new = {**CHOSEN, "name": "New", "role": "engineer", "account": account.pk}
    assert client.post(url("add"), new).status_code == 403
    assert User.objects.count() == before
    page = client.get(url("changelist")).content.decode()
    assert '<a href="/account/admin/team/" class="addlink">Invite somebody</a>' in page


@pytest.mark.parametrize("person", ["owner", "admin_user", "super_admin"])
def test_nobody_chooses_anybodys_password_or_address(client_of, request, person, engineer):
    client = client_of(request.getfixturevalue(person))
    password = reverse("admin:auth_user_password_change", args=[engineer.pk])
    page = client.get(url("change", engineer.pk)).content.decode()
    assert 'name="email"' not in page
    assert f'href="/account/admin/team/{engineer.pk}/"' in page

    client.post(url("change", engineer.pk), change(engineer, **CHOSEN))
    for answer in (client.get(password), client.post(password, CHOSEN)):
        assert (answer.status_code, answer["Location"]) == (
            302,
            f"/account/admin/team/{engineer.pk}/",
        )

    engineer.refresh_from_db()
    assert engineer.email == "erin@example.com"
    assert engineer.check_password(PASSWORD)


def test_logging_out_is_ours(client_of, owner, account):
    client = client_of(owner)

    answer = client.post(reverse("admin:logout"), follow=True)

    assert answer.redirect_chain == [("/logout/", 307), ("/login/", 302)]
    assert client.get("/admin/").status_code == 302
    assert [entry.action for entry in AuditEntry.objects.all()] == ["user.logged_out"]


def test_the_own_password_is_changed_on_our_page(client_of, owner):
    client = client_of(owner)
    for name in ("password_change", "password_change_done"):
        answer = client.post(reverse(f"admin:{name}"), {"old_password": PASSWORD, **CHOSEN})
        assert answer["Location"] == "/account/me/password/"
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


# --- Owners, admins and what they may do to each other --------------------------------


def test_an_admin_changes_people_below_and_beside(client_of, admin_user, engineer):
    client = client_of(admin_user)

    response = client.post(url("change", engineer.pk), change(engineer, role="viewer"))

    assert response.status_code == 302
    engineer.refresh_from_db()
    assert engineer.role == Role.VIEWER


def test_an_admin_sees_owners_and_cannot_touch_them(client_of, admin_user, owner):
    client = client_of(admin_user)
    assert client.get(url("change", owner.pk)).status_code == 200
    password = reverse("admin:auth_user_password_change", args=[owner.pk])

    assert client.post(url("change", owner.pk), change(owner, name="Taken")).status_code == 403
    assert client.get(password).status_code == 403
    assert client.post(password, CHOSEN).status_code == 403
    assert client.get(url("delete", owner.pk)).status_code == 403
    assert client.post(url("delete", owner.pk), {"post": "yes"}).status_code == 403
    owner.refresh_from_db()
    assert owner.name == "Olive"


@pytest.mark.parametrize("target", ["engineer", "admin_user"])
def test_an_admin_makes_nobody_an_owner(client_of, request, admin_user, owner, target):
    user = request.getfixturevalue(target)
    client = client_of(admin_user)

    client.post(url("change", user.pk), change(user, role="owner", is_superuser="on"))

    assert list(User.objects.filter(role=Role.OWNER)) == [owner]
    assert not User.objects.filter(is_superuser=True).exists()


def test_an_owner_may_make_another_owner(client_of, owner, engineer):
    client_of(owner).post(url("change", engineer.pk), change(engineer, role="owner"))

    engineer.refresh_from_db()
    assert engineer.role == Role.OWNER


@pytest.mark.parametrize("fields", [{"role": "admin"}, {"is_active": None}])
def test_the_last_owner_stays_one(client_of, owner, super_admin, fields):
    for person in (owner, super_admin):
        response = client_of(person).post(url("change", owner.pk), change(owner, **fields))
        assert "no owner" in response.content.decode() or response.status_code == 200

    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == (Role.OWNER, True)


def test_another_owner_may_take_the_role_away(client_of, owner, make_user, account):
    other = make_user("Otto", account, Role.OWNER)
    own = client_of(other).post(url("change", other.pk), change(other, role="admin"))
    assert "This is your own log-in" in own.content.decode()

    response = client_of(other).post(url("change", owner.pk), change(owner, role="admin"))

    assert response.status_code == 302
    owner.refresh_from_db()
    assert owner.role == Role.ADMIN


def test_what_is_changed_here_stands_in_the_audit(client_of, owner, engineer, viewer):
    client = client_of(owner)
    changed = change(engineer, role="admin", name="Erin Ruiz")
    client.post(url("change", engineer.pk), changed)
    del changed["is_active"]
    client.post(url("change", engineer.pk), changed)
    client.post(url("delete", viewer.pk), {"post": "yes"})
    client.post(url("change", owner.account.pk, model="account"), {"name": "Northwind Systems"})

    entries = AuditEntry.objects.order_by("number")
    assert [(each.action, each.target, each.before, each.after) for each in entries] == [
        ("user.role_changed", "Erin", {"role": "Engineer"}, {"role": "Admin"}),
        ("user.changed", "Erin Ruiz", {"name": "Erin"}, {"name": "Erin Ruiz"}),
        ("user.deactivated", "Erin Ruiz", {"active": "yes"}, {"active": "no"}),
        ("user.deleted", "Vera", {}, {}),
        (
            "account.changed",
            "Northwind Systems",
            {"name": "Northwind IT"},
            {"name": "Northwind Systems"},
        ),
    ]


def test_somebody_who_is_deactivated_here_is_logged_out_and_unmapped(
    client_of, owner, engineer, connection
):
    map_member(engineer, connection)
    browser = client_of(engineer)
    client_of(owner).post(url("change", engineer.pk), change(engineer, is_active=None))

    assert browser.get("/").status_code == 302
    assert not MemberMapping.objects.exists()
    client_of(owner).post(url("change", engineer.pk), change(engineer))
    assert browser.get("/").status_code == 302


def test_not_even_a_super_admin_deletes_the_last_owner(client_of, super_admin, owner):
    client = client_of(super_admin)
    assert client.post(url("delete", owner.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [owner.pk], "post": "yes"}
    client.post(url("changelist"), chosen)
    assert User.objects.filter(pk=owner.pk).exists()


def test_a_person_stays_with_the_account(client_of, super_admin, engineer, other_account):
    moved = change(engineer, account=other_account.pk)
    client_of(super_admin).post(url("change", engineer.pk), moved)
    engineer.refresh_from_db()
    assert engineer.account != other_account


def test_nobody_deletes_the_own_log_in(client_of, owner, super_admin):
    for person in (owner, super_admin):
        response = client_of(person).post(url("delete", person.pk), {"post": "yes"})
        assert response.status_code == 403


def test_an_owner_deletes_somebody_who_left_no_trace(client_of, owner, viewer):
    response = client_of(owner).post(url("delete", viewer.pk), {"post": "yes"})

    assert response.status_code == 302
    assert not User.objects.filter(pk=viewer.pk).exists()


def test_neither_groups_nor_permissions_are_shown(client_of, owner, super_admin, engineer):
    for person in (owner, super_admin):
        body = client_of(person).get(url("change", engineer.pk)).content.decode()
        assert 'name="groups"' not in body
        assert 'name="user_permissions"' not in body
    assert "/admin/auth/group/" not in client_of(super_admin).get("/admin/").content.decode()


def test_of_a_password_nothing_is_shown(client_of, owner, engineer):
    page = client_of(owner).get(url("change", engineer.pk)).content.decode()
    assert "Make a link to a new one" in page
    assert "algorithm" not in page
    assert engineer.password.split("$")[1][:6] not in page


# --- The account itself ---------------------------------------------------------------


def test_the_owner_renames_the_account_and_an_admin_does_not(
    client_of, owner, admin_user, account, other_account
):
    page = url("change", account.pk, model="account")
    assert client_of(admin_user).post(page, {"name": "Taken"}).status_code == 403
    assert client_of(owner).post(page, {"name": "Northwind Systems"}).status_code == 302
    again = client_of(owner).post(page, {"name": "SOUTHSIDE msp"}).content.decode()

    account.refresh_from_db()
    assert account.name == "Northwind Systems"
    assert "An account with this name exists already." in again


@pytest.mark.parametrize("person", ["owner", "admin_user"])
def test_accounts_come_and_go_by_super_admins_only(client_of, request, person, account):
    client = client_of(request.getfixturevalue(person))

    assert client.get(url("add", model="account")).status_code == 403
    assert client.get(url("delete", account.pk, model="account")).status_code == 403


@pytest.mark.parametrize("person", ["owner", "super_admin"])
@pytest.mark.parametrize(
    "query",
    [
        "accounts/user/?password__startswith=md5",
        "psa/psaconnection/?credentials_encrypted__startswith=gAAAA",
        "psa/psaconnection/?next_credentials_encrypted__startswith=gAAAA",
        "psa/psaconnection/?former_credentials_encrypted__startswith=gAAAA",
        "psa/psaconnection/?account__users__password__startswith=md5",
        "psa/membermapping/?connection__credentials_encrypted__startswith=gAAAA",
    ],
)
def test_secrets_cannot_be_searched_for(client_of, request, person, query):
    client = client_of(request.getfixturevalue(person))

    assert client.get(f"/admin/{query}").status_code == 400


@pytest.mark.parametrize("year", ["9999", "99999", "0", "-1", "9" * 5000, "nan", ""])
def test_a_year_that_no_calendar_has_leads_back_to_the_list(client_of, owner, year):
    answer = client_of(owner).get(f"/admin/psa/post/?created_at__year={year}")

    assert (answer.status_code, answer.get("Location")) == (302, "/admin/psa/post/?e=1")
    assert client_of(owner).get("/admin/psa/post/?created_at__year=2026").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "psa/post/?content__regex=(a%2B)%2B$",
        "psa/post/?state__iregex=(",
        "accounts/user/?role__range=1",
        "accounts/user/?account__name__icontains=x",
    ],
)
def test_lists_are_filtered_only_as_their_filters_do(client_of, super_admin, query):
    assert client_of(super_admin).get(f"/admin/{query}").status_code == 400


@pytest.mark.parametrize("query", ["?role__exact=%00", "?name=a%00b", "%00/change/", "%1B/"])
def test_a_control_character_in_an_address_is_refused(client_of, super_admin, query):
    browser = client_of(super_admin)

    assert browser.get(f"/admin/accounts/user/{query}").status_code == 400
    assert browser.get("/admin/accounts/user/?q=s%00ue").status_code == 200


def test_a_search_that_is_too_long_finds_nothing_and_says_so(client_of, owner, engineer):
    answer = client_of(owner).get("/admin/accounts/user/", {"q": "er " * 2_000})

    assert answer.context["cl"].result_count == 0
    assert "Use at most 200 characters" in answer.content.decode()
    assert client_of(owner).get("/admin/psa/post/", {"q": "x" * 200}).status_code == 200


def test_a_form_comes_again_with_a_choice_that_is_none(client_of, owner, connection):
    sent = {"user": "Erin", "connection": "x", "external_member_id": "1"}
    answer = client_of(owner).post("/admin/psa/membermapping/add/", sent)

    assert answer.status_code == 200
    assert set(answer.context["adminform"].form.errors) >= {"user", "connection"}


def test_a_field_without_a_name_names_the_row_by_its_key(client_of, owner, engineer):
    assert client_of(owner).get(url("delete", engineer.pk) + "?_to_field=").status_code == 200
