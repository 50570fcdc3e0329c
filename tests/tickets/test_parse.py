"""Quick create: a request in plain words fills the form, and creates nothing."""

import html
import json
import re

import pytest

from psa.models import TicketCreation
from resolutionflow.simulators.messages import Script
from tickets.parsing import gathering

pytestmark = pytest.mark.django_db
URL = "/tickets/new/parse/"
HTMX = {"HX-Request": "true"}
TEXT = "Printer on the 2nd floor of Contoso is jamming again, high, give it to Sam"


@pytest.fixture
def parse(erin, connection):
    def send(text, *, htmx=True, **more):
        return erin.post(URL, {"text": text, **more}, headers=HTMX if htmx else {})

    return send


def value(page, name):
    """Return what a field of the full form holds: of a select the words of its choice."""
    page = page.content.decode().split('id="new-full-panel"')[1]
    select = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
    if select:
        chosen = re.search(r'<option value="\d+" selected>([^<]*)', select[0])
        return html.unescape(chosen[1]) if chosen else ""
    field = re.search(rf'name="{name}"(?: id="[^"]*")? value="([^"]*)"', page)
    return html.unescape(field[1]) if field else ""


def said(page):
    return html.unescape(page.content.decode())


def test_the_form_is_filled_and_says_from_what(parse):
    page = parse(TEXT)

    assert page.status_code == 200
    assert value(page, "summary") == "Printer on the 2nd floor of Contoso is jamming again"
    assert value(page, "company_name") == "Contoso Legal, LLP"
    assert value(page, "priority") == "Priority 2 - High"
    assert value(page, "owner") == "Sam Fischer (SFischer)"
    assert "From: “high”" in said(page)
    assert value(page, "board") == ""
    assert "Not found in your text." in said(page)


def test_nothing_is_created(parse, simulator):
    tickets = len(simulator.tenants["northwind"].tickets)

    parse(TEXT)

    assert TicketCreation.objects.count() == 0
    assert len(simulator.tenants["northwind"].tickets) == tickets


def test_a_browser_without_a_script_gets_the_whole_page(parse):
    page = parse(TEXT, htmx=False)

    assert "<!doctype html>" in said(page)
    assert value(page, "company_name") == "Contoso Legal, LLP"


def test_board_status_and_contact_are_found_in_what_the_psa_offers(parse, simulator):
    contact = next(iter(simulator.tenants["northwind"].tables["contacts"].values()))
    name = f"{contact['firstName']} {contact['lastName']}"

    page = parse(f"{name} at Acme Dental cannot print, help desk board, status In Progress")

    assert value(page, "board") == "Help Desk"
    assert value(page, "status") == "In Progress"
    assert value(page, "contact_name") == name


def test_me_is_the_member_of_whoever_writes(parse, mapped):
    assert value(parse("Toner at Contoso, assign to me"), "owner") == "Erin Ruiz (ERuiz)"


def test_its_cost_in_sql_is_pinned(parse, remembered, django_assert_num_queries):
    # The log-in's session and person, the account, its connection, the person's mapping.
    with django_assert_num_queries(5):
        parse(TEXT)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (" \n ", "Write what the ticket is about"),
        ("x" * 20_001, "The text has 20001 characters"),
    ],
)
def test_a_text_that_cannot_be_read_is_kept_and_refused(parse, text, sentence):
    page = parse(text)

    assert page.status_code == 422
    assert sentence in said(page)
    assert text.strip() in said(page)


def test_20000_characters_are_read(parse):
    page = parse(("The scanner at Contoso is dead. " + "It blinks. " * 2000)[:20_000])

    assert value(page, "company_name") == "Contoso Legal, LLP"


def test_what_the_form_held_stays_where_the_text_names_nothing(parse, account, session):
    held = {"company": "255", "company_name": "Contoso Legal, LLP", "board": "20"}

    page = parse("Monitor flickers", session=str(session.pk), **held)

    assert value(page, "company") == "255"
    assert value(page, "board") == "Help Desk"
    assert "it stood in the form before" in said(page)
    assert value(page, "session") == str(session.pk)


@pytest.mark.parametrize(
    ("named", "kept"),
    [("ticket-7-0", "ticket-7-0"), ("", "ticket"), ("ticket-7", "ticket"), ("step", "ticket")],
)
def test_the_text_is_kept_under_the_name_of_its_form(parse, named, kept):
    for text in (TEXT, ""):
        page = said(parse(text, draft=named))
        assert f'data-autosave="/drafts/{kept}/"' in page
        assert page.count(f'name="draft" value="{kept}"') == 2


def test_html_that_was_typed_is_shown_and_not_run(parse):
    page = parse("<script>alert(1)</script> at <b>Contoso</b>, give it to <i>Sam</i>")

    assert "<script>alert" not in page.content.decode()
    assert "<b>Contoso" not in page.content.decode()


def test_a_psa_out_of_reach_leaves_the_text_in_the_form(parse, simulator):
    simulator.faults.add(kind="refuse", times=None)

    page = parse(TEXT)

    assert page.status_code == 200
    assert value(page, "summary").startswith("Printer on the 2nd floor")
    assert "error-bar" in said(page)


def test_without_a_connection_it_says_so(erin):
    page = erin.post(URL, {"text": TEXT})

    assert page.status_code == 200
    assert "No PSA connection" in said(page)


# --- With Claude ---------------------------------------------------------------------


def answer(**fields):
    nothing = dict.fromkeys(("summary", "company", "board", "status", "priority", "owner"))
    return Script(text=json.dumps(nothing | fields))


def reader(page):
    return re.findall(r'data-reader="([^"]+)"', page.content.decode())[0]


def test_with_claude_its_answer_fills_the_form(parse, claude_service, simulator):
    claude_service.will(
        answer(
            summary="Printer on the 2nd floor",
            company={"id": "255", "words": "Contoso"},
            board={"id": "20", "words": "Printer"},
            status={"id": "In Progress", "words": "jamming again"},
        )
    )

    page = parse(TEXT)

    assert reader(page) == "stand-in"
    assert "Answered by the demo's stand-in, not by Claude." in said(page)
    assert value(page, "summary") == "Printer on the 2nd floor"
    assert value(page, "board") == "Help Desk"
    assert value(page, "status") == "In Progress"
    assert value(page, "owner") == ""


def test_a_model_is_called_by_its_name(parse, claude_service, monkeypatch):
    monkeypatch.setattr("resolutionflow.simulators.messages.app.MODEL", "claude-sonnet-5-5")
    claude_service.will(answer())

    page = parse(TEXT)

    assert reader(page) == "claude"
    assert "Filled in by Claude." in said(page)


def test_where_two_fit_alike_claude_does_not_decide(parse, claude_service):
    claude_service.will(answer(owner={"id": "154", "words": "Ruiz"}))

    page = parse("Toner at Contoso, give it to Ruiz")

    assert value(page, "owner") == ""
    assert "Your text fits several: “Dana Ruiz”, “Erin Ruiz”." in said(page)


def test_what_only_the_matcher_does_not_know_is_left_to_claude(parse, claude_service):
    claude_service.will(
        answer(
            board={"id": "20", "words": "the desk for help"},
            status={"id": "In Progress", "words": "in progress"},
            owner={"id": "155", "words": "Shivaun"},
        )
    )
    page = parse("Contoso toner, the desk for help, status in progress, assign it to Shivaun")
    assert (value(page, "board"), value(page, "status")) == ("Help Desk", "In Progress")
    assert value(page, "owner") != ""
    for untrue in ("No active member of ConnectWise is called", "Choose the board first"):
        assert untrue not in said(page)


def test_words_that_stand_in_no_field_stay_in_the_description(parse, claude_service):
    claude_service.will(answer(summary="Toner at Contoso"))
    page = parse("Toner at Contoso, give it to Sam")
    assert value(page, "owner") == ""
    assert ">Toner at Contoso, give it to Sam</textarea>" in said(page).replace("\n", "")


def test_a_contact_with_the_whole_name_is_kept_for_claudes_company(
    parse, claude_service, simulator
):
    tenant = simulator.tenants["northwind"]
    contact = next(iter(tenant.tables["contacts"].values()))
    company = contact["company"]
    name = f"{contact['firstName']} {contact['lastName']}"
    claude_service.will(answer(company={"id": str(company["id"]), "words": "Acme Dental"}))

    page = parse(f"{name} at Acme Dental cannot print")

    assert value(page, "contact_name") == name


FAILURES = {
    "refusal": (Script(text="No.", stop_reason="refusal"), "Claude declined to answer this."),
    "overload": (Script(status=529, error="overloaded_error"), "Claude is overloaded"),
    "late": (Script(text="{}", wait=60), "Claude took too long"),
    "nonsense": (Script(text="Certainly!"), "Claude's answer could not be used."),
    "wrong key": (Script(status=401, error="authentication_error"), "does not accept the key"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_when_claude_fails_the_matcher_works_and_the_page_says_why(parse, claude_service, name):
    script, sentence = FAILURES[name]
    claude_service.will(script)

    page = parse(TEXT)

    assert page.status_code == 200
    assert reader(page) == "matcher"
    assert sentence in said(page)
    assert value(page, "owner") == "Sam Fischer (SFischer)"


def test_at_the_daily_cap_claude_is_not_asked(parse, claude_service, settings):
    settings.AI_DAILY_TOKENS = 100

    page = parse(TEXT)

    assert claude_service.requests == []
    assert "used up today's share of Claude" in said(page)
    assert value(page, "company_name") == "Contoso Legal, LLP"


# --- Companies by search -------------------------------------------------------------


def test_of_many_companies_those_are_searched_that_begin_like_telling_words(parse, monkeypatch):
    monkeypatch.setattr(gathering, "_ALL", 1)

    page = parse("Printer at Contosso is jamming")

    assert value(page, "company_name") == "Contoso Legal, LLP"
