"""The account's front page says how the integration stands, and asks no PSA for it."""

import pytest

from tests.psa.members.conftest import shown

HOME = "/account/admin/"


def test_without_a_connection(browser):
    page = shown(browser.get(HOME))
    assert "Not connected" in page
    assert "not mapped" not in page


@pytest.mark.parametrize(("is_active", "state"), [(True, "Connected"), (False, "Paused")])
def test_with_one_the_unmapped_are_counted(
    browser, connection, engineer, members, map_to, simulator, is_active, state
):
    connection.is_active = is_active
    connection.save()
    simulator.journal.clear()
    page = shown(browser.get(HOME))
    assert state in page
    assert "2 not mapped" in page
    map_to(engineer, members["ERuiz"])
    assert "1 not mapped" in shown(browser.get(HOME))
    assert not simulator.journal


def test_when_everybody_is_mapped(browser, admin_user, members, map_to):
    map_to(admin_user, members["AKowalski"])
    assert "Everybody is mapped." in shown(browser.get(HOME))
