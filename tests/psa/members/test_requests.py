"""Who says to be somebody else's member waits for an administrator's yes."""

import pytest

from accounts import team
from accounts.models import AuditEntry, Notice, Role
from psa.members import mapping, requests
from psa.models import MemberMapping, MemberRequest, PsaConnection
from tests.psa.members.conftest import TAB, pairs, shown

ME = "/account/me/"
SAY = "/account/me/member/"


@pytest.fixture
def asked(client_of, engineer, admin_user, owner, members) -> MemberRequest:
    """Return what the engineer asks: to be Dana, whose address is another one."""
    sent = {f"member-{engineer.pk}": members["DRuiz"].id}
    answer = client_of(engineer).post(SAY, sent, follow=True)
    assert answer.redirect_chain == [(ME, 302)]
    return MemberRequest.objects.get()


def decide(browser, request: MemberRequest, decision: str, **more):
    address = f"/account/admin/integrations/members/requests/{request.pk}/"
    return browser.post(address, {"decision": decision}, **more)


def texts_for(person) -> list[str]:
    return [notice.text for notice in Notice.objects.filter(user=person)]


def test_what_an_email_does_not_prove_is_asked_and_not_done(
    asked, client_of, engineer, admin_user, owner, viewer
):
    assert pairs() == {}
    page = shown(client_of(engineer).get(ME))
    assert "You asked to be <strong>Dana Ruiz (DRuiz)</strong>" in page
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name) == ("mapping.requested", "Erin")
    assert entry.after == {"member": f"Dana Ruiz ({asked.external_member_id})"}
    for administrator in (admin_user, owner):
        assert texts_for(administrator) == [
            "Erin asks to be Dana Ruiz (DRuiz) in ConnectWise. Say yes or no under Member mapping."
        ]
    assert texts_for(viewer) == []


def test_an_address_that_leads_to_two_members_proves_neither(
    client_of, engineer, members, monkeypatch
):
    engineer.email = "erin@northwind.example"
    engineer.save()
    twice = [*members.values()]
    twin = members["DRuiz"]
    object.__setattr__(twin, "emails", ("Erin@Northwind.example",))
    monkeypatch.setattr("psa.catalog.members", lambda _connection: tuple(twice))

    client_of(engineer).post(SAY, {f"member-{engineer.pk}": members["ERuiz"].id})

    assert pairs() == {}
    assert MemberRequest.objects.count() == 1


def test_a_yes_maps_the_person_and_tells_them(asked, browser, engineer, admin_user):
    page = shown(browser.get(TAB))
    assert "Waiting for your yes" in page
    assert f'data-request="{asked.pk}"' in page

    answer = decide(browser, asked, "accept", follow=True)

    assert answer.redirect_chain == [(TAB, 302)]
    assert "Erin is Dana Ruiz (DRuiz) now." in shown(answer)
    assert "Waiting for your yes" not in shown(answer)
    assert MemberMapping.objects.get().matched_by == "manual_admin"
    assert pairs() == {"Erin": "Dana Ruiz"}
    assert texts_for(engineer) == ["Adam confirmed that you are Dana Ruiz (DRuiz) in ConnectWise."]
    last = AuditEntry.objects.order_by("-number")[0]
    assert (last.action, last.actor_name, last.target) == ("mapping.changed", "Adam", "Erin")


def test_a_no_changes_nothing_and_tells_them(asked, browser, engineer):
    answer = decide(browser, asked, "decline", follow=True)

    assert "Erin stays as they are" in shown(answer)
    assert pairs() == {}
    assert not MemberRequest.objects.exists()
    assert "did not confirm that you are Dana Ruiz (DRuiz)" in texts_for(engineer)[0]
    assert AuditEntry.objects.order_by("-number")[0].action == "mapping.request_declined"


def test_what_stands_goes_on_until_the_yes(client_of, engineer, members, map_to):
    map_to(engineer, members["ERuiz"], "manual_self")
    mine = client_of(engineer)

    mine.post(SAY, {f"member-{engineer.pk}": members["DRuiz"].id})

    assert pairs() == {"Erin": "Erin Ruiz"}
    mine.post(SAY, {f"member-{engineer.pk}": ""})
    assert pairs() == {}
    assert not MemberRequest.objects.exists()


def test_the_last_wish_counts(asked, client_of, engineer, browser, members):
    client_of(engineer).post(SAY, {f"member-{engineer.pk}": members["VChen"].id})

    assert MemberRequest.objects.get().external_member_name == "Vera Chen (VChen)"
    with pytest.raises(requests.RequestGone):
        mapping.accept(asked, engineer)
    assert pairs() == {}


def test_a_member_who_was_given_away_meanwhile_is_refused(asked, browser, viewer, members, map_to):
    map_to(viewer, members["DRuiz"])

    answer = decide(browser, asked, "accept")

    assert answer.status_code == 422
    assert "Dana Ruiz is mapped to Vera already." in shown(answer)
    assert pairs() == {"Vera": "Dana Ruiz"}


def test_what_was_decided_already_is_said(asked, browser, admin_user, monkeypatch):
    for decision in ("accept", "decline"):
        monkeypatch.setattr(
            "psa.views.members.get_member_request", lambda request, request_id: asked
        )
        MemberRequest.objects.all().delete()
        answer = decide(browser, asked, decision)
        assert answer.status_code == 409
        assert "decided or changed meanwhile" in shown(answer)


def test_without_the_psa_a_yes_can_be_said_again(asked, browser, simulator, account):
    from psa import catalog

    catalog.forget(account)
    simulator.faults.add("error_before", path="/system/members", times=50)

    assert decide(browser, asked, "accept").status_code == 502
    assert MemberRequest.objects.count() == 1


def test_an_administrators_own_choice_ends_the_request(asked, browser, form, engineer, members):
    sent = form() | {f"member-{engineer.pk}": members["VChen"].id}
    browser.post("/account/admin/integrations/members/", sent)

    assert pairs() == {"Erin": "Vera Chen"}
    assert not MemberRequest.objects.exists()


def test_who_leaves_asks_for_nothing_any_more(asked, owner, engineer):
    team.deactivate(owner, engineer)
    assert not MemberRequest.objects.exists()


def test_requests_go_with_the_connection(asked):
    PsaConnection.objects.all().delete()
    assert not MemberRequest.objects.exists()


def test_nobody_else_decides(
    asked, client_of, engineer, make_user, other_account, other_connection
):
    assert decide(client_of(engineer), asked, "accept").status_code == 403
    elsewhere = make_user("Sonja", other_account, Role.ADMIN)
    assert decide(client_of(elsewhere), asked, "accept").status_code == 404
    assert MemberRequest.objects.count() == 1
