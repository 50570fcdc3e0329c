"""The dialog of a new ticket, through the whole stack, against the simulated ConnectWise."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from psa.models import TicketCreation
from psa.outbox import worker
from psa.outbox.kinds import TICKET
from psa.providers.types import Reference
from sessions_app import drafts, linking
from sessions_app.models import Draft, SessionTicket, WorkSession
from tests.house.fuzz.parameters import Page

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEW = "/tickets/new/"


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


@pytest.fixture
def browser(client_of, engineer, connection):
    return client_of(engineer)


@pytest.fixture
def company(tenant):
    return next(c for c in tenant.companies.values() if c["identifier"] == "Contoso")


@pytest.fixture
def sent(company):
    """Return what the form sends for the shortest ticket."""
    return {
        "summary": "Printer jams again",
        "company": str(company["id"]),
        "company_name": company["name"],
        "board": "20",
        "request_id": str(uuid4()),
    }


def newest(tenant):
    return tenant.tickets[max(tenant.tickets)]


def words(answer):
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def pairs(tenant, board=20):
    """Return a type, a subtype of it, and an item of both."""
    ties = tenant.tables["associations"].values()
    tie = next(tie for tie in ties if tie["board"]["id"] == board)
    return {
        name: str(tie[key]["id"])
        for name, key in (("type", "type"), ("subtype", "subType"), ("item", "item"))
    }


# --- Opening ---------------------------------------------------------------------------


def test_the_page_and_the_dialog_offer_what_connectwise_has(browser, tenant):
    page = browser.get(NEW)
    assert page.status_code == 200
    text = words(page)
    assert "<!doctype html>" in text
    assert "Help Desk" in text
    assert "Legacy Dispatch" not in text
    assert "Priority 1 - Critical" in text
    assert "Adam Kowalski (AKowalski)" in text
    assert "Frank Oldman" not in text
    assert "RFlowAPI" not in text
    dialog = words(browser.get(NEW, headers=HTMX))
    assert dialog.startswith("<dialog data-dialog")
    assert 'id="new-ticket"' in dialog


def test_an_address_fills_the_form_in(browser, company):
    query = {"summary": "Down", "company": str(company["id"]), "company_name": "Contoso Legal, LLP"}
    text = words(browser.get(NEW, {**query, "board": "20", "priority": "2", "nonsense": "x"}))
    assert 'value="Down"' in text
    assert 'value="Contoso Legal, LLP"' in text
    assert '<option value="2" selected>' in text
    assert "In Progress" in text  # a status of the board


def test_without_a_connection_the_page_says_how_to_get_one(client_of, engineer):
    answer = client_of(engineer).get(NEW)
    assert answer.status_code == 200
    assert "No PSA connection" in words(answer)
    assert "No PSA connection" in words(client_of(engineer).get(reverse("tickets:new-choices")))
    for route in ("companies", "contacts", "alike"):
        answer = client_of(engineer).post(reverse(f"tickets:new-{route}"))
        assert "No PSA connection" in words(answer)


def test_what_was_typed_last_is_back_until_it_is_started_afresh(browser, engineer):
    browser.post("/drafts/ticket/", {"summary": "Half a sent", "board": "20", "nonsense": "x"})
    assert 'value="Half a sent"' in words(browser.get(NEW))
    assert "from last time is back" in words(browser.get(NEW))
    assert "from last time is back" not in words(browser.get(NEW, {"summary": "Other"}))
    assert "Half a sent" not in words(browser.get(NEW, {"fresh": "1"}))
    assert drafts.load(engineer, None, Draft.Form.TICKET) == {}


def autosaves(answer):
    """Return the name under which the form keeps its text."""
    text = words(answer)
    return text.partition('data-autosave="')[2].partition('"')[0].split("/")[-2]


def test_a_ticket_that_an_address_tells_leaves_the_one_that_was_begun(browser, engineer, sent):
    begun = {"summary": "Half a sent", "priority": "1", "sources": '{"priority": "urgent"}'}
    drafts.save(engineer, None, "ticket", begun)
    told = browser.get(NEW, {"summary": "Told"})
    text = words(told)
    assert 'value="Told"' in text
    assert '<option value="1" selected' not in text
    assert "urgent" not in text
    assert "Another ticket that you began here is kept." in text
    kept = autosaves(told)
    assert f'name="draft" value="{kept}"' in text
    browser.post(f"/drafts/{kept}/", {"summary": "Told, and more"})
    assert 'value="Told, and more"' in words(browser.get(NEW, {"summary": "Told"}))
    assert 'value="Half a sent"' in words(browser.get(NEW))
    # Another one that is told does not come upon the first.
    assert "Told" not in words(browser.get(NEW, {"description": "Else"}))
    browser.post(NEW, {**sent, "draft": kept}, headers=HTMX)
    assert Draft.objects.get().values == begun


def test_a_told_ticket_is_kept_as_usual_where_none_was_begun(browser):
    told = {"summary": "Told", "board": "20"}
    assert autosaves(browser.get(NEW, told)) == "ticket"
    browser.post("/drafts/ticket/", {"summary": "Told", "board": "20", "description": "Mine"})
    again = browser.get(NEW, told)
    assert autosaves(again) == "ticket"
    assert "from last time is back" in words(again)
    assert "Mine" in words(again)


@pytest.mark.parametrize("name", ["nonsense", "ticket-7", "ticket-٧-0", "edit-7", "step"])
def test_a_form_without_a_name_of_its_own_is_kept_as_usual(browser, sent, name):
    refused = browser.post(NEW, {**sent, "board": "", "draft": name})
    assert refused.status_code == 422
    assert autosaves(refused) == "ticket"


def test_a_key_that_may_not_list_members_is_told_which_right_it_lacks(
    client_of, engineer, make_connection, account, tenant
):
    from psa.credentials import seal
    from psa.opened import credentials_of

    connection = make_connection(account, "northwind")
    public, private = tenant.add_key(without=["Member Maintenance"])
    keys = type(credentials_of(connection))
    old = credentials_of(connection)
    connection.credentials_encrypted = seal(
        keys(
            site_url=old.site_url,
            company_id=old.company_id,
            public_key=public,
            private_key=private,
            client_id=old.client_id,
        )
    )
    connection.save()
    text = words(client_of(engineer).get(NEW))
    assert "System › Member Maintenance: Inquire" in text
    assert "Help Desk" in text


def test_with_connectwise_down_the_form_opens_and_keeps_what_is_typed(browser, simulator, sent):
    simulator.faults.add("refuse", times=None)
    opened = browser.get(NEW, {"summary": "Printer jams again"})
    assert opened.status_code == 200
    # Or that it has not answered for a while: how many calls it takes until then is no matter.
    assert 'role="alert"' in words(opened)
    answer = browser.post(NEW, sent)
    assert answer.status_code == 502
    assert 'value="Printer jams again"' in words(answer)
    assert 'value="20" selected' in words(answer)
    assert TicketCreation.objects.count() == 0


# --- Creating --------------------------------------------------------------------------


def test_a_ticket_is_created_as_it_was_confirmed(browser, tenant, sent, company, engineer):
    contact = next(
        c
        for c in tenant.tables["contacts"].values()
        if c["company"]["id"] == company["id"] and not c["inactiveFlag"]
    )
    status = next(
        s for s in tenant.statuses.values() if s["name"] == "Assigned" and s["board"]["id"] == 20
    )
    chosen = {
        **pairs(tenant),
        "status": str(status["id"]),
        "priority": "1",
        "owner": "153",
        "contact": str(contact["id"]),
        "description": "Since Monday.\r\nSmoke, too.",
    }
    answer = browser.post(NEW, {**sent, **chosen})
    ticket = newest(tenant)
    assert (answer.status_code, answer["Location"]) == (302, f"/tickets/{ticket['id']}/")
    assert ticket["summary"] == "Printer jams again"
    got = [ticket[n]["id"] for n in ("company", "board", "status", "type", "subType", "item")]
    assert [str(one) for one in got] == [
        sent["company"],
        "20",
        chosen["status"],
        chosen["type"],
        chosen["subtype"],
        chosen["item"],
    ]
    assert (ticket["priority"]["id"], ticket["owner"]["id"]) == (1, 153)
    assert ticket["contact"]["id"] == contact["id"]
    (note,) = tenant.notes_of(ticket["id"])
    assert note["text"] == "Since Monday.\nSmoke, too."
    row = TicketCreation.objects.get()
    assert (row.ticket_id, row.made_by, row.warning) == (str(ticket["id"]), engineer, "")
    assert ticket["externalXRef"] == row.reference
    told = words(browser.get(answer["Location"]))
    assert f"#{ticket['id']} is created." in told


def test_the_dialog_answers_with_what_can_be_done_next(browser, tenant, sent):
    answer = browser.post(NEW, sent, headers=HTMX)
    number = max(tenant.tickets)
    text = words(answer)
    assert answer.status_code == 200
    assert text.startswith('<div class="new-ticket" id="new-ticket">')
    assert f"Open #{number}" in text
    assert "Start a session" in text
    assert "View in ConnectWise" in text
    assert 'data-state="created"' in text
    assert "Link this session" not in text


def test_a_double_click_and_a_replay_create_one_ticket(browser, tenant, sent):
    before = len(tenant.tickets)
    first = browser.post(NEW, sent)
    assert browser.post(NEW, sent)["Location"] == first["Location"]
    assert len(tenant.tickets) == before + 1


def test_the_same_form_with_other_words_is_refused_and_can_be_sent_as_another(
    browser, tenant, sent
):
    browser.post(NEW, sent)
    before = len(tenant.tickets)
    answer = browser.post(NEW, {**sent, "summary": "Another"})
    assert answer.status_code == 422
    assert "made “Printer jams again”" in words(answer)
    assert sent["request_id"] not in words(answer)
    assert len(tenant.tickets) == before


def test_what_connectwise_stored_otherwise_is_said(browser, tenant, sent, monkeypatch):
    from psa.simulators.connectwise.records import tickets as records

    real = records._with_defaults
    monkeypatch.setattr(records, "_with_defaults", lambda t, s: real(t, {**s, "board": {"id": 21}}))
    text = words(browser.post(NEW, sent, headers=HTMX))
    assert "The board is “Network Operations”, not “Help Desk”." in text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"summary": " "}, "Say in a few words what is wrong"),
        ({"summary": "x" * 101}, "The summary has 101 characters; ConnectWise takes 100."),
        ({"description": "x" * 50_001}, "which is more than a ticket should hold"),
        ({"board": ""}, "Choose the board."),
        ({"board": "999"}, "This is not in the list (any more)."),
        ({"board": "inactive"}, "This is not in the list (any more)."),
        ({"board": "20 OR 1=1"}, "This is not in the list (any more)."),
        ({"status": "1"}, "This is not in the list (any more)."),
        ({"priority": "77"}, "This is not in the list (any more)."),
        ({"owner": "150"}, "This is not in the list (any more)."),
        ({"type": "999"}, "This is not in the list (any more)."),
        ({"subtype": "1"}, "This does not go with the type. Leave it empty."),
        ({"company": "", "company_name": ""}, "Choose the company that the ticket is for."),
        ({"company": "99999", "company_name": ""}, "Choose the company from the list."),
        ({"company": "", "company_name": "No such"}, "No company is called “No such”."),
        ({"company": "abc"}, "Choose the company from the list."),
        ({"contact": "1"}, "Choose the contact from the list."),
        ({"contact": "", "contact_name": "Nobody"}, "No contact is called “Nobody”."),
        ({"request_id": "x"}, "This form is out of date."),
        ({"session": "x"}, "The session of this spin-off cannot be read."),
    ],
)
def test_what_does_not_hold_is_refused_with_the_form_and_what_to_mend(
    browser, tenant, sent, wrong, says
):
    before = len(tenant.tickets)
    if wrong.get("board") == "inactive":
        wrong = {"board": str(next(b["id"] for b in tenant.boards.values() if b["inactiveFlag"]))}
    answer = browser.post(NEW, {**sent, **wrong}, headers=HTMX)
    assert answer.status_code == 422
    assert says in words(answer)
    assert 'name="request_id"' in words(answer)
    assert len(tenant.tickets) == before
    assert TicketCreation.objects.count() == 0


def test_what_fits_in_place_of_a_wrong_combination_is_named(browser, tenant, sent):
    right = pairs(tenant)
    other = next(
        s
        for s in tenant.tables["subtypes"].values()
        if s["board"]["id"] == 20 and int(right["type"]) not in s["typeAssociationIds"]
    )
    answer = words(browser.post(NEW, {**sent, **right, "subtype": str(other["id"])}))
    assert "This does not go with the type. Choose one of: “" in answer


def test_a_company_that_was_typed_is_looked_for(browser, tenant, sent):
    typed = {**sent, "company": "", "company_name": "contoso legal, llp"}
    assert browser.post(NEW, typed).status_code == 302
    assert newest(tenant)["company"]["name"] == "Contoso Legal, LLP"
    # Without a script the words may have changed after the choice.
    changed = {**sent, "company_name": "Fabrikam", "request_id": str(uuid4())}
    assert browser.post(NEW, changed).status_code == 302
    assert newest(tenant)["company"]["name"] == "Fabrikam Manufacturing"


def test_of_several_companies_a_person_chooses(browser, tenant, sent):
    answer = browser.post(NEW, {**sent, "company": "", "company_name": "Toys"})
    text = words(answer)
    assert answer.status_code == 422
    assert "Several match “Toys”. Choose one." in text
    assert "Tailspin Toys</option>" in text
    assert "Wingtip Toys (Warehouse)</option>" in text


def test_a_contact_that_was_typed_is_looked_for_in_the_company(browser, tenant, sent, company):
    theirs = [
        f"{c['firstName']} {c['lastName']}"
        for c in tenant.tables["contacts"].values()
        if c["company"]["id"] == company["id"] and not c["inactiveFlag"]
    ]
    assert browser.post(NEW, {**sent, "contact_name": theirs[0]}).status_code == 302
    assert newest(tenant)["contactName"] == theirs[0]
    stale = {**sent, "contact": "4100", "contact_name": theirs[1], "request_id": str(uuid4())}
    assert browser.post(NEW, stale).status_code == 302
    assert newest(tenant)["contactName"] == theirs[1]
    gone = {**sent, "contact": "99999", "contact_name": "", "request_id": str(uuid4())}
    assert browser.post(NEW, gone).status_code == 422


def test_where_its_values_came_from_survives_a_refusal(browser, sent):
    carried = {"sources": '{"priority": "high", "nonsense": "x", "board": 7}', "priority": "1"}
    text = words(browser.post(NEW, {**sent, **carried, "summary": ""}))
    assert "From: “high”" in text
    assert "nonsense" not in text.split('name="sources"')[0]
    for odd in ("[]", "{", "7"):
        assert browser.post(NEW, {**sent, "summary": "", "sources": odd}).status_code == 422


def test_choices_are_loaded_without_a_script_and_nothing_is_lost(browser, sent, tenant):
    before = len(tenant.tickets)
    answer = browser.post(NEW, {**sent, "load": "1", "description": "Kept", "summary": ""})
    assert answer.status_code == 200
    assert "In Progress" in words(answer)
    assert "Kept" in words(answer)
    assert "Say in a few words" not in words(answer)
    assert len(tenant.tickets) == before


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


@pytest.fixture
def failed(account, connection, engineer, company):
    chosen = {
        "company": {"id": str(company["id"]), "name": company["name"]},
        "board": {"id": "20", "name": "Help Desk"},
    }
    return TicketCreation.objects.create(
        account=account,
        connection=connection,
        request_id=uuid4(),
        reference="RF-TFAILED",
        summary="Printer jams again",
        description="Since Monday.",
        chosen=chosen,
        state="failed",
        error="ConnectWise refused it.",
        attempts=1,
        made_by=engineer,
        made_by_name="Erin",
    )


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


# --- Spin-offs -------------------------------------------------------------------------


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


# --- The dashboard ---------------------------------------------------------------------


def test_tickets_that_are_not_there_yet_wait_on_the_dashboard(browser, failed):
    assert "Printer jams again" in words(browser.get("/"))
    TicketCreation.objects.update(queued_at=failed.queued_at - timedelta(days=8))
    assert "Printer jams again" not in words(browser.get("/"))
    TicketCreation.objects.update(state="unknown")
    assert "Printer jams again" in words(browser.get("/"))
    TicketCreation.objects.update(state="created")
    assert "Printer jams again" not in words(browser.get("/"))


def test_what_was_chosen_is_called_by_its_name():
    row = TicketCreation(chosen={"company": {"id": "5", "name": "Contoso"}})
    assert (row.company, row.board) == ("Contoso", "")
    assert Reference(id=row.id_of("company"), name=row.company).id == "5"
