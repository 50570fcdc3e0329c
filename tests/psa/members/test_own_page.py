"""Everybody can say for themselves who they are in the PSA."""

import pytest

from accounts.models import AuditEntry
from psa import catalog
from psa.models import MemberMapping, PsaConnection
from tests.psa.members.conftest import pairs, shown

ME = "/account/me/"
SAY = "/account/me/member/"


@pytest.fixture
def mine(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def erin(engineer):
    """Return the engineer with the address that the PSA has for its Erin Ruiz."""
    engineer.email = "erin@NORTHWIND.example"
    engineer.save()
    return engineer


def test_who_is_nobody_yet_is_offered_whom_their_address_leads_to(mine, engineer, members):
    assert "Choose which ConnectWise member you are." in shown(mine.get(ME))
    engineer.email = "erin@NORTHWIND.example"
    engineer.save()
    page = shown(mine.get(ME))
    assert "has your e-mail address for <strong>Erin Ruiz (ERuiz)</strong>" in page
    assert pairs() == {}


def test_whose_email_is_the_members_maps_and_unmaps_themselves(mine, erin, members):
    answer = mine.post(SAY, {f"member-{erin.pk}": members["ERuiz"].id}, follow=True)
    assert answer.redirect_chain == [(ME, 302)]
    assert "You said that you are <strong>Erin Ruiz (ERuiz)</strong>" in shown(answer)
    assert MemberMapping.objects.get().matched_by == "manual_self"
    entry = AuditEntry.objects.get()
    assert (entry.target, entry.actor_email) == ("Erin", erin.email)

    assert mine.post(SAY, {f"member-{erin.pk}": ""}).status_code == 302
    assert pairs() == {}


def test_only_members_who_are_nobody_else_can_be_taken(mine, engineer, viewer, members, map_to):
    map_to(viewer, members["VChen"])
    offered = [words for _, words in mine.get(ME).context["own"].choosable]
    assert "Vera Chen (VChen)" not in offered
    answer = mine.post(SAY, {f"member-{engineer.pk}": members["VChen"].id})
    assert answer.status_code == 422
    assert "Vera Chen is mapped to Vera already." in shown(answer)
    assert pairs() == {"Vera": "Vera Chen"}


@pytest.mark.parametrize("matched_by", ["manual_admin", "auto_email"])
def test_what_an_administrator_decided_only_they_change(
    mine, engineer, members, map_to, matched_by
):
    map_to(engineer, members["ERuiz"], matched_by)
    page = mine.get(ME)
    assert "only they can change it" in shown(page)
    assert 'id="me-form"' not in shown(page).split("<main")[1]
    answer = mine.post(SAY, {f"member-{engineer.pk}": ""})
    assert answer.status_code == 422
    assert pairs() == {"Erin": "Erin Ruiz"}


def test_nobody_maps_anybody_else(mine, viewer, members):
    assert mine.post(SAY, {f"member-{viewer.pk}": members["VChen"].id}).status_code == 302
    assert pairs() == {}


def test_a_super_admin_and_an_account_without_connection_have_nobody_to_be(
    client_of, super_admin, engineer
):
    assert client_of(super_admin).get(ME).status_code == 404
    assert client_of(engineer).post(SAY).status_code == 404
    assert "No PSA connection yet" in shown(client_of(engineer).get(ME))


def test_without_the_psa_or_the_right_the_page_says_so(mine, engineer, members, simulator, account):
    member = members["ERuiz"].id
    catalog.forget(account)
    simulator.faults.add("error_before", path="/system/members", times=50)
    assert 'role="alert"' in shown(mine.get(ME))
    answer = mine.post(SAY, {f"member-{engineer.pk}": member})
    assert answer.status_code == 502
    assert f'value="{member}"' in shown(answer)


def test_a_missing_right_is_named(mine, engineer, connection, simulator):
    simulator.faults.add("forbidden", path="/system/members", times=50)
    assert "Member Maintenance" in shown(mine.get(ME))
    assert mine.post(SAY, {f"member-{engineer.pk}": "152"}).status_code == 422


def test_a_connection_removed_meanwhile_is_not_found(
    mine, engineer, members, connection, monkeypatch
):
    def remove_meanwhile(_asked):
        PsaConnection.objects.all().delete()
        return tuple(members.values())

    monkeypatch.setattr(catalog, "members", remove_meanwhile)
    assert mine.post(SAY, {f"member-{engineer.pk}": members["ERuiz"].id}).status_code == 404
