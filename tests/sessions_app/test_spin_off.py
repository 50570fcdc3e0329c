"""A ticket that a session spins off, and what waits on the dashboard."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from psa.models import TicketCreation
from sessions_app import drafts, linking
from sessions_app.models import Draft, SessionTicket, WorkSession
from tests.new_tickets import NEW, words

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def linked(session, connection, engineer):
    linking.link(session, "48291", engineer)
    return session


def test_a_spin_off_starts_with_what_the_linked_ticket_says_now(browser, tenant, linked):
    tenant.tickets[48291]["board"] = {"id": 21, "name": "Network Operations"}
    text = words(browser.get(NEW, {"session": str(linked.pk)}))
    company = tenant.tickets[48291]["company"]
    assert f'name="company" id="new_company" value="{company["id"]}"' in text
    assert 'value="21" selected' in text
    assert "From: “ticket #48291”" in text
    assert "Came up while working on #48291: VPN drops after five minutes" in text
    assert "Monitoring" in text  # a status of that board
    said = {"session": str(linked.pk), "board": "20", "description": "Mine"}
    text = words(browser.get(NEW, said))
    assert 'value="20" selected' in text
    assert "Came up while" not in text


def test_a_spin_off_is_tied_to_its_session_and_linking_is_an_offer(
    browser, tenant, linked, sent, engineer
):
    browser.post(f"/sessions/{linked.pk}/drafts/ticket/", {"summary": "Half"})
    assert 'value="Half"' in words(browser.get(NEW, {"session": str(linked.pk)}))
    text = words(browser.post(NEW, {**sent, "session": str(linked.pk)}, headers=HTMX))
    number = str(max(tenant.tickets))
    assert f"Link this session to #{number}" in text
    linked.refresh_from_db()
    assert linked.psa_ticket_id == "48291"
    (tie,) = SessionTicket.objects.all()
    assert (tie.session, tie.creation.ticket_id) == (linked, number)
    assert str(tie).startswith(linked.reference)
    assert drafts.load(engineer, linked, Draft.Form.TICKET) == {}
    page = words(browser.get(linked.get_absolute_url()))
    assert f"#{number}" in page
    assert "Printer jams again" in page


@pytest.mark.usefixtures("no_claude")
def test_quick_create_in_a_spin_off_stays_with_its_session(browser, linked, sent, engineer):
    dialog = words(browser.get(NEW, {"session": str(linked.pk), "tab": "quick"}))
    context = "Came up while working on #48291: VPN drops after five minutes"
    assert f'name="context" value="{context}"' in dialog
    asked = {"text": "Second switch at Contoso flaps", "session": linked.pk, "context": context}
    page = words(browser.post(reverse("tickets:new-parse"), asked, headers=HTMX))
    kept = reverse("sessions:draft", args=[linked.pk, "ticket"])
    assert f'data-autosave="{kept}" data-autosave-now' in page
    assert page.count(context) == 2  # in the description, and for the next time
    drafts.save(engineer, None, "ticket", {"summary": sent["summary"]})
    browser.post(NEW, {**sent, "session": str(linked.pk)}, headers=HTMX)
    assert not Draft.objects.exists()


def test_a_ticket_that_was_sent_leaves_other_drafts_alone(browser, linked, sent, engineer):
    drafts.save(engineer, None, "ticket", {"summary": "Something else"})
    drafts.save(engineer, linked, "ticket-7-0", {"summary": "Of a card"})
    browser.post(NEW, {**sent, "session": str(linked.pk)}, headers=HTMX)
    assert Draft.objects.count() == 2
    of_card = {**sent, "request_id": str(uuid4()), "draft": "ticket-7-0"}
    browser.post(NEW, {**of_card, "session": str(linked.pk)}, headers=HTMX)
    assert [draft.values["summary"] for draft in Draft.objects.all()] == ["Something else"]


@pytest.mark.parametrize(
    ("kept", "is_gone"),
    [
        ({"summary": "Printer  jams again "}, True),
        ({"summary": "Printer jams again", "description": "Since Mon"}, True),
        ({"summary": "Printer jams again", "description": "At the other client"}, False),
        ({"summary": "Printer jams"}, False),
        ({"description": "Since Monday."}, False),
    ],
)
def test_the_text_that_was_sent_goes_outside_of_the_session_too(
    browser, linked, sent, engineer, kept, is_gone
):
    drafts.save(engineer, None, "ticket", kept)
    spun = {**sent, "description": "Since\r\nMonday.", "session": str(linked.pk)}
    browser.post(NEW, spun, headers=HTMX)
    assert Draft.objects.exists() is not is_gone


def test_the_session_below_the_dialog_lists_its_spin_off_at_once(browser, tenant, linked, sent):
    here = {**HTMX, "HX-Current-URL": f"http://testserver{linked.get_absolute_url()}"}
    listed = 'id="spin-offs" aria-labelledby="spin-offs-title" hx-swap-oob="true">'
    text = words(browser.post(NEW, {**sent, "session": str(linked.pk)}, headers=here))
    number = str(max(tenant.tickets))
    assert f"#{number}</a>" in text.partition(listed)[2]
    tie = SessionTicket.objects.get()
    one = reverse("tickets:new-one", args=[tie.creation_id])
    elsewhere = {**HTMX, "HX-Current-URL": "http://testserver/tickets/"}
    assert listed not in words(browser.get(one, headers=elsewhere))


def test_a_spin_off_whose_ticket_cannot_be_read_opens_all_the_same(browser, simulator, linked):
    simulator.faults.add("refuse", times=None, path="/service/tickets/48291")
    answer = browser.get(NEW, {"session": str(linked.pk)})
    assert answer.status_code == 200
    assert "Ticket #48291 could not be read" in words(answer)
    assert "Help Desk" in words(answer)


def test_a_session_without_a_ticket_spins_off_too(browser, session, connection):
    text = words(browser.get(NEW, {"session": str(session.pk)}))
    assert f'For <span class="mono">{session.reference}</span>, which has no ticket yet' in text
    assert 'value="VPN drops after five minutes"' in text
    assert 'name="company_name" value="Contoso"' in text
    assert f"From: “session {session.reference}”" in text
    assert 'value="20" selected' not in text


def test_a_strangers_session_is_not_found(
    client_of, stranger, other_connection, linked, sent, viewer
):
    for ask in (
        lambda client: client.get(NEW, {"session": str(linked.pk)}),
        lambda client: client.post(NEW, {**sent, "session": str(linked.pk)}),
    ):
        assert ask(client_of(stranger)).status_code == 404
        assert ask(client_of(viewer)).status_code == 403
    assert WorkSession.objects.count() == 1


def test_tickets_that_are_not_there_yet_wait_on_the_dashboard(browser, failed):
    assert "Printer jams again" in words(browser.get("/"))
    TicketCreation.objects.update(queued_at=failed.queued_at - timedelta(days=8))
    assert "Printer jams again" not in words(browser.get("/"))
    TicketCreation.objects.update(state="unknown")
    assert "Printer jams again" in words(browser.get("/"))
    TicketCreation.objects.update(state="created")
    assert "Printer jams again" not in words(browser.get("/"))
