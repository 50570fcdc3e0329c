"""Where a note is written it says as whom it will be signed."""

import pytest
from django.urls import reverse

from sessions_app import linking
from tests.psa.members.conftest import shown


@pytest.fixture
def places(session, connection, engineer) -> dict[str, str]:
    """Return the addresses of the Update Ticket dialog and of a ticket's panel."""
    linking.link(session, "48291", engineer)
    return {
        "dialog": reverse("sessions:post-preview", args=[session.pk]),
        "panel": reverse("tickets:detail", args=["48291"]),
    }


@pytest.mark.parametrize("place", ["dialog", "panel"])
def test_it_is_the_mapped_member_or_the_api_member_and_how_to_mend_that(
    client_of, engineer, places, members, map_to, place
):
    browser = client_of(engineer)
    page = shown(browser.get(places[place]))
    assert "Signed as the API member — your ConnectWise member is not mapped yet" in page
    assert 'href="/account/me/"' in page
    row = map_to(engineer, members["ERuiz"])
    assert "Signed as Erin Ruiz (ConnectWise member)" in shown(browser.get(places[place]))
    row.external_member_name = "Dana Ruiz"
    row.save()
    assert "Signed as Dana Ruiz (ConnectWise member)" in shown(browser.get(places[place]))


def test_a_super_admin_is_not_asked_who_they_are(client_of, super_admin, places):
    page = shown(client_of(super_admin).get(places["dialog"]))
    assert "Signed as the API member" in page
    assert 'href="/account/me/"' not in page
