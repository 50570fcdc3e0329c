"""Two people of one name can be told apart wherever people are shown.

Sources of the fault: grokability/snipe-it#916, owncloud/core#20391 (case text-28).
"""

import pytest

from accounts import naming
from accounts.models import Role, User
from psa.models import Post
from sessions_app import lifecycle
from sessions_app.models import SessionPost
from tests.builders import stored_post

pytestmark = pytest.mark.django_db
ONE, OTHER = "dana.one@example.com", "dana.two@example.com"


@pytest.fixture
def danas(account, connection) -> tuple[User, User]:
    """Return two engineers of one name, each with a session and a post of it."""
    people = []
    for email in (ONE, OTHER):
        person = User.objects.create_user(email, "x", name="Dana Ruiz", account=account)
        session = lifecycle.start(account, person, title="VPN", client_name="", problem="")
        post = stored_post(person, connection, state=Post.State.FAILED)
        SessionPost.objects.create(session=session, post=post)
        people.append(person)
    return people[0], people[1]


@pytest.fixture
def session(danas):
    return danas[0].work_sessions.get()


@pytest.mark.parametrize(
    "address",
    [
        "/sessions/?who=all",
        "/sessions/{session}/hand-over/",
        "/sessions/hand-over/{person}/",
        "/account/admin/integrations/posts/",
        "/account/admin/integrations/?tab=posts",
        "/account/admin/integrations/posts/?format=csv",
        "/account/admin/team/",
        "/account/admin/integrations/?tab=members",
        "/tickets/48291/posts/",
    ],
)
def test_a_list_tells_them_apart(client_of, owner, danas, session, address):
    person = User.objects.create_user("sam@example.com", "x", name="Sam", account=owner.account)
    lifecycle.start(owner.account, person, title="Printer", client_name="", problem="")
    path = address.format(session=session.pk, person=person.pk)
    answer = client_of(owner).get(path, follow=True)
    assert answer.status_code == 200
    body = b"".join(answer) if answer.streaming else answer.content
    shown = body.decode()
    assert OTHER in shown
    assert ONE in shown or "hand-over" in path  # who has it is said above the list


@pytest.mark.parametrize(
    "address",
    [
        "/sessions/{session}/",
        "/sessions/{session}/hand-over/",
        "/sessions/{session}/psa-posts/",
        "/account/admin/team/{person}/deactivate/",
        "/account/admin/team/{person}/transfer/",
        "/account/admin/team/{person}/",
        "/sessions/hand-over/{person}/",
        "/account/admin/integrations/posts/{post}/",
    ],
)
def test_a_page_about_one_of_them_says_which(client_of, owner, danas, session, address):
    post = session.session_posts.get().post
    path = address.format(session=session.pk, person=danas[0].pk, post=post.pk)
    answer = client_of(owner).get(path)
    assert answer.status_code == 200
    assert ONE in answer.content.decode()


def test_members_of_one_name_are_told_apart_on_a_ticket(client_of, engineer, connection, simulator):
    members = list(simulator.tenants["northwind"].members.values())[:4]
    for member in members:
        member["firstName"], member["lastName"] = "Dana", "Ruiz"
    browser = client_of(engineer)
    options = browser.get("/tickets/").content.decode()
    people = browser.get("/tickets/48291/resources/").content.decode()
    for member in members:
        if not member.get("inactiveFlag") and member["licenseClass"] != "A":
            assert f"Dana Ruiz ({member['identifier']})" in options + people


def test_who_has_a_name_of_their_own_is_called_by_it(account, danas, make_user):
    sam = make_user("Sam", account, Role.VIEWER)
    label = naming.labels_of(account.pk)
    assert [label(each) for each in (*danas, sam)] == [
        f"Dana Ruiz ({ONE})",
        f"Dana Ruiz ({OTHER})",
        "Sam",
    ]
    renamed = naming.told_apart(sam, frozenset(), "Samuel")
    assert renamed == "Samuel (sam@example.com)"
