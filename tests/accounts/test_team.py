"""The team: who changes whom, the last owner, and what ends when somebody leaves."""

import pytest

from accounts import audit, invitations, team
from accounts.models import Role, User
from psa.models import MemberMapping
from tests.builders import map_member, stored_post

pytestmark = pytest.mark.django_db
TEAM = "/account/admin/team/"


def of(person: User, what: str = "") -> str:
    return f"{TEAM}{person.pk}/{what}"


def shown(answer) -> str:
    return answer.content.decode()


def actions(account) -> list[str]:
    return [entry.action for entry in account.audit_entries.order_by("number")]


@pytest.fixture
def second_owner(make_user, account) -> User:
    return make_user("Oscar", account, Role.OWNER)


# --- The list ---------------------------------------------------------------------------


def test_the_team_is_listed_with_roles_and_nobody_elses(
    client_of, admin_user, engineer, viewer, stranger
):
    page = client_of(admin_user).get(TEAM)

    assert page.status_code == 200
    assert [person.name for person in page.context["page"]] == ["Adam", "Erin", "Vera"]
    assert stranger.email not in shown(page)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"q": "erin"}, ["Erin"]),
        ({"q": "EXAMPLE.com vera"}, ["Vera"]),
        ({"show": "deactivated"}, ["Vera"]),
        ({"show": "active", "q": "a"}, ["Adam", "Erin"]),
        ({"q": "nobody"}, []),
    ],
)
def test_people_are_found_by_words_and_by_state(
    client_of, admin_user, engineer, viewer, wanted, names
):
    team.deactivate(admin_user, viewer)
    page = client_of(admin_user).get(TEAM, wanted)

    assert [person.name for person in page.context["page"]] == names
    assert ("Nobody matches" in shown(page)) is (names == [])


def test_an_unknown_state_is_422(client_of, admin_user):
    assert client_of(admin_user).get(TEAM, {"show": "everywhere"}).status_code == 422


def test_htmx_gets_the_people_alone(client_of, admin_user):
    fragment = shown(client_of(admin_user).get(TEAM, headers={"HX-Request": "true"}))

    assert fragment.strip().startswith('<section class="stack" id="people"')
    assert "Invite somebody" not in fragment


# --- Roles ------------------------------------------------------------------------------


def test_an_admin_changes_a_role_and_it_counts_at_once(client_of, admin_user, engineer, account):
    browser = client_of(engineer)
    data = {"role": "viewer", "seen": "engineer"}
    answer = client_of(admin_user).post(of(engineer, "role/"), data, follow=True)

    assert answer.redirect_chain == [(of(engineer), 302)]
    assert "Erin is Viewer now." in shown(answer)
    assert browser.get("/sessions/new/").status_code == 403
    entry = account.audit_entries.get()
    assert (entry.action, entry.actor_name, entry.target) == ("user.role_changed", "Adam", "Erin")
    assert (entry.before, entry.after) == ({"role": "Engineer"}, {"role": "Viewer"})


def test_the_same_role_again_changes_nothing(client_of, admin_user, engineer, account):
    answer = client_of(admin_user).post(of(engineer, "role/"), {"role": "engineer"})

    assert answer.status_code == 302
    assert actions(account) == []


@pytest.mark.parametrize("role", ["owner", "super_admin", ""])
def test_an_admin_makes_nobody_an_owner(client_of, admin_user, engineer, role):
    answer = client_of(admin_user).post(of(engineer, "role/"), {"role": role})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["role"]
    engineer.refresh_from_db()
    assert engineer.role == Role.ENGINEER


@pytest.mark.parametrize("what", ["role/", "deactivate/", "reactivate/", "transfer/"])
def test_an_admin_does_nothing_to_an_owner(client_of, admin_user, owner, what):
    answer = client_of(admin_user).post(of(owner, what), {"role": "viewer"})

    assert answer.status_code == 403
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == (Role.OWNER, True)
    assert "Only an owner changes an owner." in shown(client_of(admin_user).get(of(owner)))


def test_an_owner_makes_another_owner_and_an_admin_of_one(client_of, owner, second_owner, engineer):
    browser = client_of(owner)

    assert browser.post(of(engineer, "role/"), {"role": "owner"}).status_code == 302
    assert browser.post(of(second_owner, "role/"), {"role": "admin"}).status_code == 302
    owners = User.objects.filter(role=Role.OWNER).order_by("name")
    assert [person.name for person in owners] == ["Erin", "Olive"]


@pytest.mark.parametrize("what", ["role/", "deactivate/", "transfer/"])
def test_nobody_changes_the_own_log_in(client_of, owner, second_owner, what):
    answer = client_of(owner).post(of(owner, what), {"role": "viewer"})

    assert answer.status_code == 409
    assert "This is your own log-in." in shown(answer)
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == (Role.OWNER, True)


def test_the_last_owner_stays_even_against_a_super_admin(client_of, super_admin, owner, account):
    browser = client_of(super_admin)

    for what in ("role/", "deactivate/"):
        answer = browser.post(of(owner, what), {"role": "admin"})
        assert answer.status_code == 409
        assert "Olive is the only owner." in shown(answer)
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == (Role.OWNER, True)
    assert actions(account) == []


def test_a_deactivated_owner_does_not_count_as_one(owner, second_owner, super_admin):
    team.deactivate(owner, second_owner)

    with pytest.raises(team.TeamRefused, match="the only owner"):
        team.change_role(super_admin, owner, Role.ADMIN, "owner")


def test_a_role_that_was_changed_meanwhile_is_shown_and_not_overwritten(
    client_of, owner, admin_user, engineer
):
    team.change_role(owner, engineer, Role.ADMIN, "engineer")
    data = {"role": "viewer", "seen": "engineer"}
    answer = client_of(admin_user).post(of(engineer, "role/"), data)

    assert answer.status_code == 409
    assert "Somebody made Erin Admin meanwhile." in shown(answer)
    engineer.refresh_from_db()
    assert engineer.role == Role.ADMIN


def test_who_lost_the_right_meanwhile_changes_nothing(admin_user, engineer, viewer, owner):
    team.change_role(owner, admin_user, Role.ENGINEER, "admin")
    admin_user.role = Role.ADMIN  # as a request that began before still sees it

    with pytest.raises(team.TeamRefused, match="not change Vera any more"):
        team.deactivate(admin_user, viewer)
    with pytest.raises(team.TeamRefused, match="Only an owner makes somebody Owner"):
        team.change_role(make_admin(owner, engineer), viewer, Role.OWNER, "viewer")


def make_admin(owner: User, person: User) -> User:
    team.change_role(owner, person, Role.ADMIN, person.role)
    return person


# --- Leaving and coming back ------------------------------------------------------------


def test_who_is_deactivated_is_logged_out_at_the_next_click(client_of, admin_user, engineer):
    browser = client_of(engineer)
    assert browser.get("/").status_code == 200
    answer = client_of(admin_user).post(of(engineer, "deactivate/"), follow=True)

    assert "Erin is logged out everywhere" in shown(answer)
    assert browser.get("/")["Location"] == "/login/?next=/"


def test_coming_back_does_not_bring_old_log_ins_back(client_of, admin_user, engineer):
    browser = client_of(engineer)
    client_of(admin_user).post(of(engineer, "deactivate/"))
    answer = client_of(admin_user).post(of(engineer, "reactivate/"), follow=True)

    assert "Erin can log in again" in shown(answer)
    assert browser.get("/").status_code == 302
    engineer.refresh_from_db()
    assert client_of(engineer).get("/").status_code == 200


def test_twice_is_as_once(admin_user, engineer, account):
    for change in (team.deactivate, team.deactivate, team.reactivate, team.reactivate):
        change(admin_user, engineer)

    assert actions(account) == ["user.deactivated", "user.reactivated"]
    assert audit.verify(account).is_whole


def test_leaving_removes_the_mapping_and_keeps_the_posts(admin_user, engineer, connection, account):
    map_member(engineer, connection)
    post = stored_post(engineer, connection)

    team.deactivate(admin_user, engineer)

    assert not MemberMapping.objects.exists()
    post.refresh_from_db()
    assert post.posted_by == engineer


def test_invitations_end_with_the_right_to_make_them(owner, second_owner, admin_user, account):
    by_admin = invitations.invite(account, admin_user, "a@x.example", Role.VIEWER)
    by_owner = invitations.invite(account, second_owner, "o@x.example", Role.OWNER)
    also = invitations.invite(account, second_owner, "v@x.example", Role.VIEWER)

    team.deactivate(owner, admin_user)
    team.change_role(owner, second_owner, Role.ADMIN, "owner")

    for ended in (by_admin, by_owner):
        with pytest.raises(invitations.InvitationOver, match="withdrawn"):
            invitations.opened_by(ended.token)
    assert invitations.opened_by(also.token) == also


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_it_is_asked_first_what_stays_and_what_goes(client_of, admin_user, engineer, headers):
    answer = client_of(admin_user).get(of(engineer, "deactivate/"), headers=headers)

    assert answer.status_code == 200
    assert "Stays:" in shown(answer)
    assert ("<html" in shown(answer)) is (headers == {})
    engineer.refresh_from_db()
    assert engineer.is_active


# --- Transfer ---------------------------------------------------------------------------


def test_an_owner_transfers_the_account_and_stays_as_an_admin(client_of, owner, engineer, account):
    browser = client_of(owner)
    assert "You become an admin" in shown(browser.get(of(engineer, "transfer/")))
    answer = browser.post(of(engineer, "transfer/"), follow=True)

    assert "Erin owns Northwind IT now." in shown(answer)
    owner.refresh_from_db()
    engineer.refresh_from_db()
    assert (owner.role, engineer.role) == (Role.ADMIN, Role.OWNER)
    entry = account.audit_entries.get()
    assert entry.action == "account.transferred"
    assert (entry.before, entry.after) == ({"owner": "Olive"}, {"owner": "Erin"})


def test_nobody_else_transfers_it_and_nobody_inactive_gets_it(
    client_of, super_admin, owner, engineer, viewer
):
    assert client_of(super_admin).post(of(engineer, "transfer/")).status_code == 409
    team.deactivate(owner, viewer)
    answer = client_of(owner).post(of(viewer, "transfer/"))

    assert answer.status_code == 409
    assert "Vera is deactivated." in shown(answer)
    owner.refresh_from_db()
    assert owner.role == Role.OWNER
