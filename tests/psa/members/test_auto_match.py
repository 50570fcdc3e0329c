"""Auto-match: who was mapped by e-mail, and whom it would not guess."""

import pytest

from accounts.models import AuditEntry, User
from psa import catalog
from psa.models import MemberMapping, PsaConnection
from psa.providers.types import Member
from tests.psa.members.conftest import AUTO_MATCH, pairs, shown

HTMX = {"HX-Request": "true"}


@pytest.fixture
def people(account, make_user) -> dict[str, User]:
    """Return people with the addresses that the simulator's members have."""
    found = {}
    for name in ("Erin", "Maya", "Frank", "ResolutionFlow", "Nobody"):
        user = make_user(name, account)
        user.email = f"{name}@Northwind.example"
        user.save()
        found[name] = user
    return found


def test_people_are_mapped_by_their_address_and_the_rest_is_said(browser, people, members):
    answer = browser.post(AUTO_MATCH)
    assert answer.status_code == 200
    # Maya's address is the one that defaultEmail names; Frank left; the integration is no person.
    assert pairs() == {"Erin": "Erin Ruiz", "Maya": "Maya Haddad"}
    assert set(MemberMapping.objects.values_list("matched_by", flat=True)) == {"auto_email"}
    assert "Mapped to Maya Haddad (MHaddad)" in shown(answer)
    assert shown(answer).count("No active member has this address") == 4
    entry = AuditEntry.objects.get(target="Erin")
    assert (entry.action, entry.actor_email) == ("mapping.changed", "adam@example.com")


def test_what_is_mapped_already_stays(browser, people, members, map_to):
    map_to(people["Erin"], members["DRuiz"])
    map_to(people["Nobody"], members["MHaddad"])
    answer = browser.post(AUTO_MATCH, headers=HTMX)
    assert "<html" not in shown(answer)
    assert "Maya Haddad has this address, but is mapped to Nobody" in shown(answer)
    assert pairs() == {"Erin": "Dana Ruiz", "Nobody": "Maya Haddad"}


def test_an_address_of_several_members_is_listed_and_not_guessed(
    browser, people, members, simulator
):
    double = simulator.tenants["northwind"].members[int(members["DRuiz"].id)]
    double["primaryEmail"] = "ERIN@northwind.example"
    answer = browser.post(AUTO_MATCH)
    assert "Not sure: Dana Ruiz (DRuiz), Erin Ruiz (ERuiz). Choose below." in shown(answer)
    assert pairs() == {"Maya": "Maya Haddad"}


def test_members_are_read_anew(browser, people, members, simulator, connection):
    catalog.members(connection)
    record = simulator.tenants["northwind"].members[int(members["KTanaka"].id)]
    record["primaryEmail"] = "nobody@northwind.example"
    browser.post(AUTO_MATCH)
    assert pairs()["Nobody"] == "Kenji Tanaka"


def test_when_everybody_is_mapped_it_says_so(browser, admin_user, members, map_to):
    map_to(admin_user, members["AKowalski"])
    assert "Everybody was mapped already" in shown(browser.post(AUTO_MATCH))


def test_without_the_right_or_the_psa_it_says_why(browser, people, connection, simulator):
    simulator.faults.add("forbidden", path="/system/members", times=50)
    answer = browser.post(AUTO_MATCH)
    assert answer.status_code == 502
    assert "Member Maintenance" in shown(answer)
    assert not MemberMapping.objects.exists()


def test_without_a_connection_there_is_nothing_to_match(browser):
    assert browser.post(AUTO_MATCH).status_code == 404


def test_a_connection_removed_meanwhile_is_said(browser, people, members, connection, monkeypatch):
    def remove_meanwhile(_asked: PsaConnection) -> tuple[Member, ...]:
        PsaConnection.objects.all().delete()
        return tuple(members.values())

    monkeypatch.setattr(catalog, "members", remove_meanwhile)
    answer = browser.post(AUTO_MATCH)
    assert answer.status_code == 404
    assert "Set up a connection first" in shown(answer)
