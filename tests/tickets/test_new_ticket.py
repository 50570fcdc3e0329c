"""The dialog of a new ticket, through the whole stack, against the simulated ConnectWise."""

from uuid import uuid4

import pytest
from django.urls import reverse

from psa.models import TicketCreation
from sessions_app import drafts
from sessions_app.models import Draft
from tests.new_tickets import NEW, autosaves, newest, pairs, words

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def tenant(simulator):
    return simulator.tenants["northwind"]


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
