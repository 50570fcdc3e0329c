"""Linking a session to a ticket by its number."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def link_url(session):
    return reverse("sessions:ticket-link", args=[session.pk])


@pytest.fixture
def erin(client_of, engineer):
    return client_of(engineer)


@pytest.fixture
def linked(session, connection, erin):
    erin.post(link_url(session), {"ticket_id": "48291"})
    session.refresh_from_db()
    return session


HTMX = {"HX-Request": "true"}


def test_look_up_shows_the_ticket_before_it_is_linked(session, connection, erin):
    answer = erin.get(link_url(session), {"ticket_id": " #48291 "})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "VPN drops after five minutes" in text
    assert "Help Desk" in text
    assert "Link #48291" in text
    session.refresh_from_db()
    assert session.psa_ticket_id == ""


def test_the_dialog_opens_without_asking_the_psa(session, connection, erin, simulator):
    answer = erin.get(link_url(session))
    assert answer.status_code == 200
    assert "Look up" in answer.content.decode()
    assert list(simulator.journal) == []


def test_a_ticket_is_linked_with_what_the_header_shows(linked, connection, erin, simulator):
    ticket = simulator.tenants["northwind"].tickets[48291]
    assert linked.psa_ticket_id == "48291"
    assert linked.psa_connection == connection
    assert linked.psa_ticket_summary == ticket["summary"]
    assert linked.psa_ticket_status == ticket["status"]["name"]
    page = erin.get(linked.get_absolute_url()).content.decode()
    assert "CW #48291" in page
    assert ticket["summary"] in page
    assert "View in ConnectWise" in page
    assert "Update ticket" in page


def test_htmx_gets_the_new_header_and_a_toast(session, connection, erin):
    answer = erin.post(link_url(session), {"ticket_id": "48291"}, headers=HTMX)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'id="ticket-header"' in text
    assert "Linked to #48291." in text
    assert "<html" not in text


def test_without_javascript_it_comes_back_to_the_session(session, connection, erin):
    answer = erin.post(link_url(session), {"ticket_id": "48291"}, follow=True)
    assert answer.redirect_chain == [(session.get_absolute_url(), 302)]
    assert "Linked to #48291." in answer.content.decode()


@pytest.mark.parametrize(
    "number", ["", " ", "abc", "-5", "0", "00", "12345678901", "4.5", "48291; x", "٤٨", "1e3"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_malformed_number_is_refused_without_asking(
    session, connection, erin, simulator, number, method
):
    answer = getattr(erin, method)(link_url(session), {"ticket_id": number})
    assert answer.status_code == 422
    assert "number" in answer.content.decode()
    assert list(simulator.journal) == []


@pytest.mark.parametrize("number", ["48291 ", "#48291", "  #48291", "048291"])
def test_a_number_as_people_paste_it_is_fine(session, connection, erin, number):
    assert erin.post(link_url(session), {"ticket_id": number}).status_code == 302
    session.refresh_from_db()
    assert session.psa_ticket_id == "48291"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_ticket_that_does_not_exist_is_404_with_the_dialog(session, connection, erin, method):
    answer = getattr(erin, method)(link_url(session), {"ticket_id": "999999"}, headers=HTMX)
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "no such ticket" in text
    assert 'value="999999"' in text
    session.refresh_from_db()
    assert session.psa_ticket_id == ""


def test_a_number_beyond_any_ticket_is_404(session, connection, erin):
    assert erin.post(link_url(session), {"ticket_id": "9999999999"}).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_psa_that_is_down_is_502_with_the_number_kept(
    session, connection, erin, simulator, method
):
    simulator.faults.add("refuse", times=20)
    answer = getattr(erin, method)(link_url(session), {"ticket_id": "48291"})
    assert answer.status_code == 502
    assert 'value="48291"' in answer.content.decode()
    session.refresh_from_db()
    assert session.psa_ticket_id == ""


def test_a_psa_that_limits_requests_is_429(session, connection, erin, simulator):
    simulator.faults.add("rate_limited", times=20, retry_after=60)
    answer = erin.post(link_url(session), {"ticket_id": "48291"})
    assert answer.status_code == 429


def test_unlinking_keeps_the_session(linked, erin):
    answer = erin.post(reverse("sessions:ticket-unlink", args=[linked.pk]), headers=HTMX)
    assert answer.status_code == 200
    assert "Unlinked from #48291." in answer.content.decode()
    linked.refresh_from_db()
    assert (linked.psa_ticket_id, linked.psa_connection, linked.psa_ticket_summary) == (
        "",
        None,
        "",
    )


def test_unlinking_twice_is_no_error(session, connection, erin):
    answer = erin.post(reverse("sessions:ticket-unlink", args=[session.pk]), follow=True)
    assert answer.status_code == 200


def test_linking_anew_replaces_the_ticket(linked, erin, simulator):
    other = next(n for n in simulator.tenants["northwind"].tickets if n != 48291)
    erin.post(link_url(linked), {"ticket_id": str(other)})
    linked.refresh_from_db()
    assert linked.psa_ticket_id == str(other)


# --- The header's states -------------------------------------------------------------


def header(client, session):
    page = client.get(session.get_absolute_url()).content.decode()
    return page.split('id="ticket-header"')[1].split("</section>")[0]


def test_without_a_connection_engineers_have_nothing_to_link(session, erin):
    assert "Link ticket" not in header(erin, session)
    assert "Set up a connection" not in header(erin, session)


def test_without_a_connection_admins_see_the_way(session, client_of, admin_user):
    assert reverse("psa:integrations") in header(client_of(admin_user), session)


def test_not_linked_offers_to_link(session, connection, erin):
    assert "Link ticket" in header(erin, session)


def test_a_viewer_sees_the_ticket_but_no_actions(linked, client_of, viewer):
    shown = header(client_of(viewer), linked)
    assert "CW #48291" in shown
    assert "Update ticket" not in shown
    assert "Unlink" not in shown


def test_a_removed_connection_leaves_the_number_as_history(linked, connection, erin):
    connection.delete()
    shown = header(erin, linked)
    assert "Connection removed" in shown
    assert "CW #48291" in shown
    assert "Update ticket" not in shown
    assert "Link ticket" not in shown


def test_after_a_new_connection_a_removed_one_can_be_linked_anew(
    linked, connection, make_connection, account, erin
):
    connection.delete()
    make_connection(account, "northwind")
    shown = header(erin, linked)
    assert "Connection removed" in shown
    assert "Link ticket" in shown


def test_a_paused_connection_says_so(linked, connection, erin):
    type(connection).objects.update(is_active=False)
    shown = header(erin, linked)
    assert "paused" in shown
    assert "View in ConnectWise" not in shown


def test_the_page_never_waits_for_the_psa(linked, erin, simulator):
    before = len(list(simulator.journal))
    header(erin, linked)
    assert len(list(simulator.journal)) == before


def test_without_a_connection_the_dialog_says_who_sets_one_up(session, erin):
    answer = erin.get(link_url(session))
    assert answer.status_code == 200
    assert "No PSA connection" in answer.content.decode()
    assert erin.post(link_url(session), {"ticket_id": "48291"}).status_code == 422


# --- Who may -------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "status"), [("viewer", 403), ("stranger", 404)])
def test_others_link_nothing(session, connection, client_of, request, person, status):
    client = client_of(request.getfixturevalue(person))
    assert client.get(link_url(session)).status_code == status
    assert client.post(link_url(session), {"ticket_id": "48291"}).status_code == status
    unlink = reverse("sessions:ticket-unlink", args=[session.pk])
    assert client.post(unlink).status_code == status


def test_a_colleague_may_link(session, connection, client_of, make_user, account):
    sam = client_of(make_user("Sam", account))
    assert sam.post(link_url(session), {"ticket_id": "48291"}).status_code == 302
