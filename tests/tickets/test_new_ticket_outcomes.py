"""What becomes of a new ticket that was sent, and what its fields ask for."""

import pytest
from django.urls import reverse

from psa.models import TicketCreation
from psa.outbox import worker
from psa.outbox.kinds import TICKET
from psa.providers.types import Reference
from sessions_app import drafts
from tests.house.fuzz.parameters import Page
from tests.new_tickets import NEW, autosaves, newest, pairs, words

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


# --- What goes wrong -------------------------------------------------------------------


def test_a_refusal_keeps_the_form_and_create_sends_it_again_once(browser, tenant, simulator, sent):
    before = len(tenant.tickets)
    simulator.faults.add("forbidden", method="POST", path="/service/tickets")
    answer = browser.post(NEW, sent, headers=HTMX)
    assert answer.status_code == 502
    assert "Service Desk › Service Tickets: Add" in words(answer)
    assert 'value="Printer jams again"' in words(answer)
    mended = browser.post(NEW, {**sent, "summary": "Printer burns"}, headers=HTMX)
    assert mended.status_code == 200
    assert len(tenant.tickets) == before + 1
    assert newest(tenant)["summary"] == "Printer burns"


def test_values_that_connectwise_refuses_are_422(browser, simulator, tenant, sent, monkeypatch):
    from psa.simulators.connectwise import errors
    from psa.simulators.connectwise.records import tickets as records

    def refuse(*_):
        raise errors.reference_not_found("ticket", "company/id", "company 7 not found")

    monkeypatch.setattr(records, "_with_defaults", refuse)
    answer = browser.post(NEW, sent)
    assert answer.status_code == 422
    assert "does not accept the company" in words(answer)


def test_an_answer_that_was_lost_is_being_checked_and_found(
    browser, tenant, simulator, sent, settings
):
    before = len(tenant.tickets)
    simulator.faults.add("cut_after", method="POST", path="/service/tickets")
    answer = browser.post(NEW, sent, headers=HTMX)
    text = words(answer)
    assert answer.status_code == 202
    assert 'data-state="unknown"' in text
    assert 'hx-trigger="every 3s"' in text
    row = TicketCreation.objects.get()
    assert browser.post(NEW, sent)["Location"] == reverse("tickets:new-one", args=[row.pk])
    TicketCreation.objects.update(next_attempt_at=row.created_at)
    worker.run_batch(TICKET)
    found = browser.get(reverse("tickets:new-one", args=[row.pk]), headers=HTMX)
    assert found.status_code == 200
    assert f"Open #{max(tenant.tickets)}" in words(found)
    assert len(tenant.tickets) == before + 1


def test_what_could_not_be_sent_waits_and_says_so(browser, simulator, sent):
    simulator.faults.add("refuse", method="POST", path="/service/tickets")
    answer = browser.post(NEW, sent, headers=HTMX)
    assert answer.status_code == 202
    assert "created as soon as possible" in words(answer)


def test_too_many_keep_the_form(browser, sent, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "post": "0/m"}
    answer = browser.post(NEW, sent, headers=HTMX)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert 'value="Printer jams again"' in words(answer)
    assert TicketCreation.objects.count() == 0


def test_a_company_that_cannot_be_looked_up_is_502_with_the_form(browser, simulator, sent):
    browser.get(NEW, {"board": "20"})  # the lists are remembered from here on
    simulator.faults.add("refuse", times=None, path="/company/companies")
    answer = browser.post(NEW, sent)
    assert answer.status_code == 502
    assert 'value="Printer jams again"' in words(answer)


# --- How one stands --------------------------------------------------------------------


def test_a_failed_ticket_says_why_and_is_retried_once(browser, tenant, failed):
    page = browser.get(reverse("tickets:new-one", args=[failed.pk]))
    assert page.status_code == 502
    assert "ConnectWise refused it." in words(page)
    before = len(tenant.tickets)
    retry = reverse("tickets:new-retry", args=[failed.pk])
    answer = browser.post(retry)
    assert answer["Location"] == f"/tickets/{max(tenant.tickets)}/"
    again = browser.post(retry, headers=HTMX)
    assert again.status_code == 200
    assert "retried already" in words(again)
    assert len(tenant.tickets) == before + 1


def test_a_failed_ticket_is_edited_and_stays_one(browser, tenant, failed):
    text = words(browser.get(NEW, {"again": str(failed.pk)}))
    assert str(failed.request_id) in text
    assert 'value="Printer jams again"' in text
    assert "Since Monday." in text
    sent = {
        "summary": "Printer burns",
        "company": failed.id_of("company"),
        "board": "20",
        "request_id": str(failed.request_id),
    }
    assert browser.post(NEW, sent).status_code == 302
    failed.refresh_from_db()
    assert (failed.state, failed.summary) == ("created", "Printer burns")


def test_a_failed_ticket_is_edited_beside_the_one_that_was_begun(browser, failed, engineer):
    drafts.save(engineer, None, "ticket", {"summary": "Half a sent"})
    again = browser.get(NEW, {"again": str(failed.pk)})
    assert "Half a sent" not in words(again)
    assert "Another ticket that you began here is kept." in words(again)
    browser.post(f"/drafts/{autosaves(again)}/", {"summary": "Printer burns"})
    text = words(browser.get(NEW, {"again": str(failed.pk)}))
    assert 'value="Printer burns"' in text
    assert str(failed.request_id) in text
    assert drafts.load(engineer, None, "ticket") == {"summary": "Half a sent"}


def test_without_its_connection_a_ticket_has_no_page_in_connectwise(browser, failed, connection):
    TicketCreation.objects.update(state="created", ticket_id="48291", connection=None)
    page = browser.get(reverse("tickets:new-one", args=[failed.pk]))
    assert page.status_code == 200
    assert "View in ConnectWise" not in words(page)
    TicketCreation.objects.update(connection=connection)
    connection.is_active = False
    connection.save()
    assert "View in ConnectWise" not in words(
        browser.get(reverse("tickets:new-one", args=[failed.pk]))
    )


def test_what_was_chosen_is_called_by_its_name():
    row = TicketCreation(chosen={"company": {"id": "5", "name": "Contoso"}})
    assert (row.company, row.board) == ("Contoso", "")
    assert Reference(id=row.id_of("company"), name=row.company).id == "5"


# --- Fields ----------------------------------------------------------------------------


def test_choices_are_those_of_the_board(browser, tenant):
    url = reverse("tickets:new-choices")
    text = words(browser.get(url, {"board": "20", "status": "1"}, headers=HTMX))
    assert text.startswith('<div class="new-ticket-choices" id="new-ticket-choices">')
    assert "In Progress" in text
    kind = pairs(tenant)
    assert f'data-of="{kind["type"]}"' in text
    assert f"{kind['type']}/{kind['subtype']}" in text
    assert "No. 1 (not in the list)" not in text
    other = words(browser.get(url, {"board": "21"}, headers=HTMX))
    assert "Monitoring" in other
    assert words(browser.get(url, {"board": "21"})).startswith("<!doctype html>")
    assert "In Progress" not in words(browser.get(url, {"board": "999"}, headers=HTMX))


def test_companies_and_contacts_are_offered_as_options_and_as_buttons(browser, company):
    url = reverse("tickets:new-companies")
    options = words(browser.post(url, {"company_name": "contoso"}, headers=HTMX))
    assert f'data-value="{company["id"]}"' in options
    assert 'role="option"' in options
    page = words(browser.post(url, {"company_name": "contoso", "summary": "Down"}))
    assert f'name="company" value="{company["id"]}"' in page
    assert 'name="summary" value="Down"' in page
    assert browser.post(url, {"company_name": "x" * 300}).status_code == 422
    url = reverse("tickets:new-contacts")
    options = words(browser.post(url, {"company": str(company["id"])}, headers=HTMX))
    assert options.count('role="option"') == 3
    assert "Choose the company first" in words(browser.post(url, headers=HTMX))
    assert "Choose the company first" in words(browser.post(url))
    none = {"company": str(company["id"]), "contact_name": "Nobody"}
    assert "Nothing matches" in words(browser.post(url, none))
    assert browser.post(url, {"company": "١٢"}, headers=HTMX).status_code == 422


def test_a_company_of_the_page_goes_into_the_form_that_was_begun(browser, company):
    sent = {"company_name": "contoso", "summary": "Down", "board": "20"}
    page = words(browser.post(reverse("tickets:new-companies"), sent))
    (form,) = [values for action, values in Page(page).forms if action == NEW]
    text = words(browser.post(NEW, form))
    assert 'value="Down"' in text
    assert f'name="company" id="new_company" value="{company["id"]}"' in text
    assert f'value="{company["name"]}"' in text


def test_open_tickets_that_look_alike_are_shown(browser, tenant, sent, company):
    url = reverse("tickets:new-alike")
    wanted = {"company": str(company["id"]), "summary": "the printer jams"}
    assert browser.post(url, wanted, headers=HTMX).content.strip() == b""
    browser.post(NEW, sent)
    text = words(browser.post(url, wanted, headers=HTMX))
    assert f"#{max(tenant.tickets)}" in text
    assert "Is it one of these?" in text
    page = words(browser.post(url, wanted))
    assert page.startswith("<!doctype html>")
    assert "Is it one of these?" in page
    for company_id in ("x", "١٢", "9" * 20):
        nothing = browser.post(url, {"company": company_id, "summary": "y"}, headers=HTMX)
        assert (nothing.status_code, nothing.content.strip()) == (200, b"")
