"""The gates: own account for everybody, any account for super admins, one where one is needed."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from accounts import access
from accounts.models import Account, Role, User
from accounts.permissions import Right, may

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of():
    def make(user):
        request = RequestFactory().get("/page/")
        request.user = user
        request.session = SessionStore()
        return request

    return make


def names(queryset) -> set[str]:
    return {str(row) for row in queryset}


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.VIEWER, {Right.READ}),
        (Role.ENGINEER, {Right.READ, Right.WORK}),
        (Role.ADMIN, {Right.READ, Right.WORK, Right.ADMINISTER}),
        (Role.OWNER, set(Right)),
    ],
)
def test_each_role_may_do_exactly_this(make_user, account, role, rights):
    user = make_user("Pat", account, role)

    assert {right for right in Right if may(user, right)} == rights


def test_super_admins_may_do_everything_until_they_leave(super_admin):
    assert all(may(super_admin, right) for right in Right)
    super_admin.is_active = False
    assert not any(may(super_admin, right) for right in Right)


def test_requires_refuses_without_calling_the_view(request_of, viewer, engineer):
    view = access.requires(Right.WORK)(lambda request, word: HttpResponse(word))

    assert view(request_of(engineer), "done").status_code == 200
    with pytest.raises(PermissionDenied):
        view(request_of(viewer), word="done")


def test_nobody_is_let_in_without_a_log_in(request_of):
    with pytest.raises(PermissionDenied):
        access.user_of(request_of(AnonymousUser()))


def test_the_account_is_the_persons_whatever_was_chosen(request_of, engineer, other_account):
    request = request_of(engineer)
    access.choose_account(request, other_account)

    assert access.account_of(request) == engineer.account


def test_a_person_without_account_and_without_rank_has_none(request_of):
    with pytest.raises(PermissionDenied):
        access.account_of(request_of(User(email="x@example.com")))


def test_a_super_admin_works_in_the_only_account(request_of, super_admin, account):
    assert access.account_of(request_of(super_admin)) == account


def test_a_super_admin_chooses_between_several(request_of, super_admin, account, other_account):
    request = request_of(super_admin)
    with pytest.raises(access.AccountNotChosen):
        access.account_of(request)

    access.choose_account(request, other_account)
    assert access.account_of(request) == other_account

    access.choose_account(request, None)
    with pytest.raises(access.AccountNotChosen):
        access.account_of(request)


def test_without_any_account_there_is_none_to_work_in(request_of, super_admin):
    with pytest.raises(access.AccountNotChosen):
        access.account_of(request_of(super_admin))


def test_a_chosen_account_that_is_gone_is_not_chosen(request_of, super_admin, account):
    request = request_of(super_admin)
    gone = Account.objects.create(name="Gone")
    access.choose_account(request, gone)
    gone.delete()

    assert access.account_of(request) == account


def test_lists_and_objects_hold_the_own_account_only(request_of, engineer, stranger):
    request = request_of(engineer)

    assert names(access.scoped(request, User.objects.all())) == {"Erin"}
    assert names(access.reachable(request, User.objects.all())) == {"Erin"}
    assert names(access.scoped(request, Account.objects.all(), "id")) == {"Northwind IT"}


def test_super_admins_list_all_or_the_chosen_and_open_any(
    request_of, super_admin, engineer, stranger, account
):
    request = request_of(super_admin)
    people = User.objects.exclude(is_superuser=True)
    assert names(access.scoped(request, people)) == {"Erin", "Stan"}

    access.choose_account(request, account)

    assert names(access.scoped(request, people)) == {"Erin"}
    assert names(access.reachable(request, people)) == {"Erin", "Stan"}


# --- The page where a super admin chooses ---------------------------------------------


def test_a_page_about_one_account_asks_a_super_admin_which(
    client_of, super_admin, account, other_account
):
    client = client_of(super_admin)
    response = client.get("/account/admin/")
    assert response.status_code == 302
    assert response["Location"] == "/account/choose/?next=%2Faccount%2Fadmin%2F"
    page = client.get(response["Location"])
    assert "Southside MSP" in page.content.decode()

    chosen = client.post(
        "/account/choose/", {"account": other_account.pk, "next": "/account/admin/"}
    )

    assert chosen["Location"] == "/account/admin/"
    assert "Southside MSP" in client.get("/account/admin/").content.decode()


def test_htmx_is_sent_to_the_choice_as_a_whole_page(client_of, super_admin, account, other_account):
    response = client_of(super_admin).get(
        "/account/admin/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/sessions/"},
    )

    assert response["HX-Redirect"] == "/account/choose/?next=%2Fsessions%2F"


def test_the_rail_says_in_which_account_people_work(client_of, super_admin, engineer):
    client = client_of(super_admin)
    assert "All accounts" in client.get("/account/choose/").content.decode()
    client.post("/account/choose/", {"account": engineer.account_id})

    for browser in (client, client_of(engineer)):
        assert 'class="rail-account">Northwind IT<' in browser.get("/").content.decode()


def test_choosing_none_shows_all_again(client_of, super_admin, account, other_account):
    client = client_of(super_admin)
    client.post("/account/choose/", {"account": account.pk})

    client.post("/account/choose/", {"account": ""})

    assert client.get("/account/admin/").status_code == 302


@pytest.mark.parametrize("choice", ["0", "999", "x", "1; drop", "9" * 30])
def test_an_account_that_is_none_is_refused(client_of, super_admin, account, choice):
    response = client_of(super_admin).post("/account/choose/", {"account": choice})

    assert response.status_code == 422
    assert "Choose another" in response.content.decode()


def test_the_choice_never_leads_to_another_site(client_of, super_admin, account):
    response = client_of(super_admin).post(
        "/account/choose/", {"account": account.pk, "next": "https://evil.example/"}
    )

    assert response["Location"] == "/"


def test_without_accounts_the_command_is_named(client_of, super_admin):
    assert "create_account" in client_of(super_admin).get("/account/choose/").content.decode()


def test_only_super_admins_choose(client_of, owner):
    assert client_of(owner).get("/account/choose/").status_code == 403
    assert client_of(owner).post("/account/choose/", {"account": "1"}).status_code == 403
