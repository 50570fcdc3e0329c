"""The member mapping tab: shown, saved as a batch, and everything that can go wrong there."""

from dataclasses import replace

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.models import AuditEntry
from psa import catalog, connections
from psa.models import MemberMapping, PsaConnection
from tests.psa.members.conftest import SAVE, TAB, label, pairs, shown

HTMX = {"HX-Request": "true"}


def test_without_a_connection_the_tab_says_what_comes_first(browser):
    page = browser.get(TAB)
    assert page.status_code == 200
    assert "Set up a connection first" in shown(page)


def test_everybody_is_listed_with_their_member_or_as_unmapped(
    browser, engineer, viewer, members, map_to, make_user, account, stranger
):
    make_user("Ingo", account, is_active=False)
    map_to(engineer, members["ERuiz"], "auto_email")
    page = browser.get(TAB)
    assert page.status_code == 200
    rows = {row.user.name: (row.words, row.badge) for row in page.context["listing"].rows}
    assert rows == {
        "Adam": ("", "Unmapped"),
        "Erin": ("Erin Ruiz (ERuiz)", "Matched by e-mail"),
        "Vera": ("", "Unmapped"),
    }
    assert "2 not mapped" in shown(page)
    assert 'aria-current="page">Member mapping' in shown(page)


def test_only_people_who_work_there_are_offered(browser, members):
    offered = [words for _, words in browser.get(TAB).context["listing"].choosable]
    assert "Erin Ruiz (ERuiz)" in offered
    assert not {"Frank Oldman (FOldman)", "ResolutionFlow Integration (RFlowAPI)"} & set(offered)


def test_a_batch_is_saved_recorded_and_signed_for(
    browser, form, engineer, viewer, members, admin_user
):
    sent = form() | {
        f"member-{engineer.pk}": members["ERuiz"].id,
        f"member-{viewer.pk}": members["VChen"].id,
    }
    answer = browser.post(SAVE, sent, follow=True)
    assert answer.redirect_chain == [(TAB, 302)]
    assert "Saved. 2 people were changed." in shown(answer)
    assert pairs() == {"Erin": "Erin Ruiz", "Vera": "Vera Chen"}
    assert set(MemberMapping.objects.values_list("matched_by", flat=True)) == {"manual_admin"}
    entry = AuditEntry.objects.get(target="Erin")
    assert (entry.action, entry.actor_email) == ("mapping.changed", admin_user.email)
    assert (entry.before, entry.after) == ({}, {"member": f"Erin Ruiz ({members['ERuiz'].id})"})


@pytest.mark.parametrize("written", ["label", "identifier", "id"])
def test_a_member_is_named_as_the_page_writes_them_too(browser, engineer, members, written):
    member = members["ERuiz"]
    text = {"label": label(member).upper(), "identifier": "eruiz", "id": member.id}[written]
    assert browser.post(SAVE, {f"member-{engineer.pk}": f" {text} "}).status_code == 302
    assert pairs() == {"Erin": "Erin Ruiz"}


def test_an_empty_field_unmaps(browser, form, engineer, members, map_to):
    map_to(engineer, members["ERuiz"])
    browser.post(SAVE, form() | {f"member-{engineer.pk}": ""})
    assert pairs() == {}
    assert AuditEntry.objects.get().action == "mapping.cleared"


def test_rows_left_as_they_were_are_not_touched(browser, form, engineer, members, map_to):
    row = map_to(engineer, members["ERuiz"], "auto_email")
    answer = browser.post(SAVE, form(), headers=HTMX, follow=True)
    assert answer["HX-Redirect"] == TAB
    row.refresh_from_db()
    assert row.matched_by == "auto_email"
    assert not AuditEntry.objects.exists()
    assert "Nothing changed" in shown(browser.get(TAB))


def test_two_people_can_change_places(browser, form, engineer, viewer, members, map_to):
    map_to(engineer, members["VChen"])
    map_to(viewer, members["ERuiz"])
    sent = form() | {
        f"member-{engineer.pk}": members["ERuiz"].id,
        f"member-{viewer.pk}": members["VChen"].id,
    }
    assert browser.post(SAVE, sent).status_code == 302
    assert pairs() == {"Erin": "Erin Ruiz", "Vera": "Vera Chen"}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_member_of_somebody_else_is_refused_with_their_name(
    browser, form, engineer, viewer, members, map_to, headers
):
    map_to(engineer, members["ERuiz"])
    sent = form() | {f"member-{viewer.pk}": members["ERuiz"].id}
    answer = browser.post(SAVE, sent, headers=headers)
    assert answer.status_code == 422
    assert "Erin Ruiz is mapped to Erin already." in shown(answer)
    assert f'id="member-{viewer.pk}-problem"' in shown(answer)
    assert 'value="Erin Ruiz (ERuiz)"' in shown(answer)
    assert ("<html" in shown(answer)) is (headers == {})
    assert pairs() == {"Erin": "Erin Ruiz"}


def test_one_member_for_two_rows_of_the_form_is_refused_at_both(
    browser, form, engineer, viewer, members
):
    member = members["ERuiz"].id
    answer = browser.post(
        SAVE, form() | {f"member-{engineer.pk}": member, f"member-{viewer.pk}": member}
    )
    assert answer.status_code == 422
    assert "Erin Ruiz is mapped to Vera already." in shown(answer)
    assert "Erin Ruiz is mapped to Erin already." in shown(answer)
    assert pairs() == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("FOldman", "Frank Oldman (FOldman) is inactive in ConnectWise."),
        ("RFlowAPI", "is an API member."),
        ("999999", "No such member."),
        ("Erin", "No such member."),
        ("<script>\x00", "No such member."),
        ("x" * 20_000, "No such member."),
    ],
)
def test_who_cannot_be_mapped_is_refused_and_stays_typed(
    browser, form, engineer, viewer, members, text, why
):
    sent = form() | {f"member-{engineer.pk}": text, f"member-{viewer.pk}": members["VChen"].id}
    answer = browser.post(SAVE, sent)
    assert answer.status_code == 422
    assert why in shown(answer)
    assert pairs() == {}
    typed = {row.user.name: row.member_id for row in answer.context["listing"].rows}
    assert typed["Erin"] == text
    assert typed["Vera"] == members["VChen"].id


def test_a_row_that_somebody_else_changed_is_shown_and_not_overwritten_unseen(
    browser, form, engineer, viewer, members, map_to
):
    sent = form() | {
        f"member-{engineer.pk}": members["ERuiz"].id,
        f"member-{viewer.pk}": members["VChen"].id,
    }
    map_to(engineer, members["DRuiz"])
    answer = browser.post(SAVE, sent)
    assert answer.status_code == 409
    assert "Somebody else changed this row: it is mapped to Dana Ruiz now." in shown(answer)
    assert pairs() == {"Erin": "Dana Ruiz"}

    again = sent | {f"seen-{row.user.pk}": row.seen for row in answer.context["listing"].rows}
    assert browser.post(SAVE, again).status_code == 302
    assert pairs() == {"Erin": "Erin Ruiz", "Vera": "Vera Chen"}


def test_a_row_that_was_cleared_meanwhile_is_shown_too(browser, form, engineer, members, map_to):
    row = map_to(engineer, members["DRuiz"])
    sent = form() | {f"member-{engineer.pk}": members["ERuiz"].id}
    row.delete()
    answer = browser.post(SAVE, sent)
    assert answer.status_code == 409
    assert "it is unmapped now" in shown(answer)


def test_a_row_that_was_only_shown_keeps_what_somebody_else_set_meanwhile(
    browser, form, engineer, viewer, members, map_to
):
    sent = form() | {f"member-{viewer.pk}": members["VChen"].id}
    map_to(engineer, members["DRuiz"])
    assert browser.post(SAVE, sent).status_code == 302
    assert pairs() == {"Erin": "Dana Ruiz", "Vera": "Vera Chen"}


def test_the_same_choice_by_two_at_once_is_no_conflict(browser, form, engineer, members, map_to):
    sent = form() | {f"member-{engineer.pk}": members["ERuiz"].id}
    map_to(engineer, members["ERuiz"])
    assert browser.post(SAVE, sent).status_code == 302
    assert pairs() == {"Erin": "Erin Ruiz"}


def test_a_form_sent_again_after_disconnecting_changes_nothing(
    browser, form, engineer, members, connection
):
    sent = form() | {f"member-{engineer.pk}": members["ERuiz"].id}
    connections.delete(connection)
    answer = browser.post(SAVE, sent)
    assert answer.status_code == 404
    assert "The connection that this form was made for is gone" in shown(answer)
    assert "Set up a connection first" in shown(answer)


def test_a_form_of_another_connection_changes_nothing(
    browser, form, engineer, members, connection, make_connection, account
):
    sent = form() | {f"member-{engineer.pk}": members["ERuiz"].id}
    connections.delete(connection)
    make_connection(account, "northwind")
    answer = browser.post(SAVE, sent)
    assert answer.status_code == 409
    assert "Nothing was saved" in shown(answer)
    assert pairs() == {}


def test_a_connection_removed_while_the_psa_answers_is_said(
    browser, form, engineer, members, connection, monkeypatch
):
    sent = form() | {f"member-{engineer.pk}": members["ERuiz"].id}
    real = catalog.members

    def remove_meanwhile(asked):
        found = real(asked)
        PsaConnection.objects.all().delete()
        return found

    monkeypatch.setattr(catalog, "members", remove_meanwhile)
    assert browser.post(SAVE, sent).status_code == 404


def test_people_of_another_account_are_not_found(browser, stranger, members):
    answer = browser.post(SAVE, {f"member-{stranger.pk}": members["ERuiz"].id})
    assert answer.status_code == 404
    assert pairs() == {}


def test_members_of_another_accounts_psa_are_nobody_here(
    browser, engineer, other_connection, members
):
    foreign = {one.id for one in catalog.members(other_connection)} - {
        one.id for one in members.values()
    }
    for member_id in foreign or {"424242"}:
        assert browser.post(SAVE, {f"member-{engineer.pk}": member_id}).status_code == 422


def test_somebody_deactivated_meanwhile_is_not_mapped(browser, form, engineer, members):
    sent = form() | {f"member-{engineer.pk}": members["ERuiz"].id}
    engineer.is_active = False
    engineer.save()
    answer = browser.post(SAVE, sent)
    assert answer.status_code == 422
    assert pairs() == {}


def test_a_member_gone_from_the_psa_is_said_and_kept_until_changed(
    browser, form, engineer, viewer, members, map_to, simulator, account
):
    map_to(engineer, members["DRuiz"])
    map_to(viewer, members["FOldman"])
    del simulator.tenants["northwind"].members[int(members["DRuiz"].id)]
    catalog.forget(account)
    page = browser.get(TAB)
    rows = {row.user.name: (row.words, row.badge) for row in page.context["listing"].rows}
    assert rows["Erin"] == ("Dana Ruiz", "No longer in ConnectWise")
    assert rows["Vera"] == ("Frank Oldman (FOldman)", "Inactive in ConnectWise")
    assert browser.post(SAVE, form()).status_code == 302
    # Without scripts the page's own words come back.
    assert browser.post(SAVE, form() | {f"member-{engineer.pk}": "Dana Ruiz"}).status_code == 302
    assert pairs() == {"Erin": "Dana Ruiz", "Vera": "Frank Oldman"}


def test_a_missing_right_is_named_and_what_stands_can_still_be_cleared(
    browser, form, engineer, viewer, members, map_to, simulator, account
):
    map_to(engineer, members["ERuiz"])
    map_to(viewer, members["VChen"])
    simulator.faults.add("forbidden", path="/system/members", times=50)
    catalog.forget(account)
    page = browser.get(TAB)
    assert page.status_code == 200
    assert "the API member lacks" in shown(page)
    assert "Member Maintenance" in shown(page)
    answer = browser.post(SAVE, form() | {f"member-{viewer.pk}": members["HSmith"].id})
    assert answer.status_code == 422
    assert "Member Maintenance" in answer.context["sentence"]
    sent = form() | {f"member-{engineer.pk}": ""}
    # As a browser without scripts sends it: by the name that the page shows.
    sent[f"member-{viewer.pk}"] = "Vera Chen"
    assert browser.post(SAVE, sent).status_code == 302
    assert pairs() == {"Vera": "Vera Chen"}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_without_the_psa_the_page_stands_and_the_form_stays_as_typed(
    browser, form, engineer, viewer, members, map_to, simulator, account, headers
):
    map_to(engineer, members["ERuiz"])
    sent = form() | {f"member-{viewer.pk}": members["VChen"].id}
    simulator.faults.add("error_before", path="/system/members", times=50)
    catalog.forget(account)
    page = browser.get(TAB)
    assert page.status_code == 200
    assert 'value="Erin Ruiz"' in shown(page)
    answer = browser.post(SAVE, sent, headers=headers)
    assert answer.status_code == 502
    assert "Nothing was saved." in shown(answer)
    assert f'value="{escape(members["VChen"].id)}"' in shown(answer)
    assert pairs() == {"Erin": "Erin Ruiz"}


def test_two_thousand_members_are_sent_once(browser, connection, monkeypatch, account, make_user):
    from tests.psa.members.test_matching import member

    everybody = tuple(member(number, "") for number in range(2_000))
    monkeypatch.setattr(catalog, "members", lambda _connection: everybody)
    make_user("Zoe", account)
    page = browser.get(TAB)
    assert shown(page).count("<option") == 2_000


def test_a_large_account_has_pages_and_each_is_saved_on_its_own(
    browser, connection, account, make_user, monkeypatch, members
):
    from psa.members import listing

    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    people = [make_user(f"Person{number}", account) for number in range(3)]
    page = browser.get(TAB + "&page=2")
    assert [row.user for row in page.context["listing"].rows] == people[1:]
    sent = {f"member-{people[2].pk}": "nobody", "page": "2"}
    answer = browser.post(SAVE, sent)
    assert answer.status_code == 422
    assert [row.user for row in answer.context["listing"].rows] == people[1:]


def test_the_page_costs_the_same_sql_however_many_people_there_are(
    browser, account, make_user, members, map_to
):
    costs = []
    for size in (3, 30):
        for number in range(account.users.count(), size):
            user = make_user(f"Person{number}", account)
            map_to(user, replace(members["ERuiz"], id=str(number)))
        with CaptureQueriesContext(database) as asked:
            assert browser.get(TAB).status_code == 200
        costs.append(len(asked))
    assert costs == [10, 10]
