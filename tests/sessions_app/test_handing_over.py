"""Sessions go on with a colleague, with all that was typed, and the posts keep their author."""

import pytest

from accounts import team
from sessions_app import drafts, lifecycle
from sessions_app.models import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client_of, admin_user):
    return client_of(admin_user)


@pytest.fixture
def colleague(make_user, account):
    return make_user("Sam", account)


def shown(answer) -> str:
    return answer.content.decode()


def test_an_admin_hands_a_session_over(browser, session, colleague, account, engineer):
    address = f"/sessions/{session.pk}/hand-over/"
    assert address in shown(browser.get(session.get_absolute_url()))
    drafts.save(engineer, session, Draft.Form.STEP, {"title": "Half a sent"})

    answer = browser.post(address, {"engineer": colleague.pk}, follow=True)

    assert answer.redirect_chain == [(session.get_absolute_url(), 302)]
    assert "Sam goes on with this session." in shown(answer)
    session.refresh_from_db()
    assert session.engineer == colleague
    assert drafts.load(colleague, session, Draft.Form.STEP)["title"] == "Half a sent"
    entry = account.audit_entries.get()
    assert entry.action == "session.handed_over"
    assert (entry.before, entry.after) == ({"engineer": "Erin"}, {"engineer": "Sam"})


def test_what_the_colleague_typed_there_is_not_replaced(session, colleague, engineer, admin_user):
    drafts.save(engineer, session, Draft.Form.STEP, {"title": "hers"})
    drafts.save(colleague, session, Draft.Form.STEP, {"title": "his"})

    lifecycle.hand_over(session, colleague, admin_user)

    assert drafts.load(colleague, session, Draft.Form.STEP)["title"] == "his"
    assert drafts.load(engineer, session, Draft.Form.STEP)["title"] == "hers"


def test_to_the_same_engineer_nothing_happens(session, engineer, admin_user, account):
    lifecycle.hand_over(session, engineer, admin_user)
    lifecycle.hand_over_all(engineer, engineer, admin_user)

    assert not account.audit_entries.exists()


@pytest.mark.parametrize("who", ["viewer", "stranger", "engineer", "left"])
def test_only_an_active_colleague_who_may_work_takes_over(
    browser, session, request, make_user, account, admin_user, who
):
    person = make_user("Left", account) if who == "left" else request.getfixturevalue(who)
    if who == "left":
        team.deactivate(admin_user, person)

    for address in (
        f"/sessions/{session.pk}/hand-over/",
        f"/sessions/hand-over/{session.engineer.pk}/",
    ):
        answer = browser.post(address, {"engineer": person.pk})
        assert answer.status_code == 422
        assert "Choose an active colleague" in shown(answer)
    session.refresh_from_db()
    assert session.engineer.name == "Erin"


def test_a_completed_record_keeps_the_name_of_who_did_the_work(browser, session, colleague):
    lifecycle.complete(session, outcome="resolved", resolution="x", next_steps="")
    answer = browser.post(f"/sessions/{session.pk}/hand-over/", {"engineer": colleague.pk})

    assert answer.status_code == 409
    assert "This session is completed." in shown(answer)
    assert "hand-over" not in shown(browser.get(session.get_absolute_url()))
    session.refresh_from_db()
    assert session.engineer.name == "Erin"


def test_engineers_see_no_way_to_do_it(client_of, engineer, session):
    assert "hand-over" not in shown(client_of(engineer).get(session.get_absolute_url()))


def test_all_open_sessions_of_who_left_go_on(browser, session, colleague, engineer, account):
    done = lifecycle.start(account, engineer, title="Done", client_name="", problem="")
    lifecycle.complete(done, outcome="resolved", resolution="x", next_steps="")
    lifecycle.start(account, engineer, title="Another", client_name="", problem="")
    address = f"/sessions/hand-over/{engineer.pk}/"
    assert "<strong>2 open sessions</strong>" in shown(browser.get(address))

    answer = browser.post(address, {"engineer": colleague.pk}, follow=True)

    assert answer.redirect_chain == [(f"/account/admin/team/{engineer.pk}/", 302)]
    assert "Sam goes on with 2 sessions of Erin." in shown(answer)
    assert {each.title for each in colleague.work_sessions.all()} == {session.title, "Another"}
    done.refresh_from_db()
    assert done.engineer == engineer
    assert account.audit_entries.get().target == "2 open sessions"
    assert "nothing to hand over" in shown(browser.get(address))
    assert lifecycle.hand_over_all(engineer, colleague, colleague) == 0
