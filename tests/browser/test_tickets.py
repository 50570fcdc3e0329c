"""Finding tickets: the page with its filter in the address, and the picker of a session."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.held import Held
from tests.browser.ticket import NEW_SESSION, fault, no_more_faults, start_session

pytestmark = pytest.mark.browser

DEMO_TICKET = "48291"


@pytest.fixture
def page(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at="/tickets/")
    page.locator("[data-ticket]").first.wait_for()
    return page


def rows(page):
    return page.locator("#results [data-ticket]")


def texts(page) -> list[str]:
    """Return what each row says, once no answer is under way."""
    expect(page.locator("#results.htmx-request")).to_have_count(0)
    return rows(page).all_inner_texts()


def test_the_rail_leads_to_the_tickets(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    page.get_by_role("link", name="Tickets", exact=True).click()
    expect(rows(page)).to_have_count(25)
    expect(page.get_by_role("link", name="Tickets", exact=True)).to_have_attribute(
        "aria-current", "page"
    )


def test_tickets_are_found_by_words_and_by_number(page):
    search = page.get_by_label("Search")
    search.fill("vpn")
    search.press("Enter")
    page.wait_for_url("**/tickets/?q=vpn**")
    assert texts(page)
    assert all("vpn" in text.lower() for text in texts(page))

    search.fill(f"#{DEMO_TICKET}")
    page.get_by_role("button", name="Search").click()
    expect(rows(page)).to_have_count(1)
    assert "VPN drops after five minutes" in texts(page)[0]


def test_board_and_status_filter_at_once_and_stand_in_the_address(page):
    page.get_by_label("Board").select_option(label="Help Desk")
    page.wait_for_url(re.compile(r"board=\d+"))
    assert all("Help Desk" in text for text in texts(page))
    page.get_by_label("Status").select_option(label="In Progress")
    page.wait_for_url("**status=In*Progress**")
    assert texts(page)
    assert all("Help Desk" in text and "In Progress" in text for text in texts(page))


def test_a_company_is_chosen_by_typing_and_with_the_keyboard(page):
    company = page.get_by_role("combobox", name="Company")
    company.fill("acme")
    page.get_by_role("option", name="Acme Dental Group").wait_for()
    company.press("ArrowDown")
    company.press("Enter")
    page.wait_for_url(re.compile(r"company=\d+"))
    assert "company_name" not in page.url
    assert texts(page)
    assert all("Acme Dental Group" in text for text in texts(page))
    expect(company).to_have_value("Acme Dental Group")

    company.fill("")
    company.press("Tab")
    page.wait_for_url(lambda url: "company=&" in url or url.endswith("company="))
    assert any("Acme Dental Group" not in text for text in texts(page))


def test_a_member_is_found_by_the_name(page):
    assigned = page.get_by_role("combobox", name="Assigned to")
    expect(assigned).to_have_value("Everyone")
    assigned.fill("ruiz")
    people = page.get_by_role("listbox", name="Assigned to").get_by_role("option")
    expect(people).to_have_text(["Dana Ruiz", "Erin Ruiz"])
    people.last.click()
    page.wait_for_url("**assigned=ERuiz**")
    expect(assigned).to_have_value("Erin Ruiz")
    assert texts(page)

    assigned.fill("unass")
    assigned.press("ArrowDown")
    assigned.press("Enter")
    page.wait_for_url("**assigned=unassigned**")
    assert all("Unassigned" in text for text in texts(page))


def test_enter_takes_what_was_typed(page):
    assigned = page.get_by_role("combobox", name="Assigned to")
    assigned.fill("adam kow")
    assigned.press("Enter")
    page.wait_for_url("**assigned=AKowalski**")
    expect(assigned).to_have_value("Adam Kowalski")
    assigned.fill("")
    assigned.press("Enter")
    page.wait_for_url("**assigned=all**")
    expect(assigned).to_have_value("Everyone")

    company = page.get_by_role("combobox", name="Company")
    company.fill("Fourth C")
    company.press("Enter")
    page.wait_for_url(re.compile(r"company=\d+"))
    expect(company).to_have_value("Fourth Coffee")
    assert all("Fourth Coffee" in text for text in texts(page))


def test_enter_among_several_chooses_the_first_before_it_takes(page):
    assigned = page.get_by_role("combobox", name="Assigned to")
    assigned.fill("ruiz")
    assigned.press("Enter")
    first = page.get_by_role("option", name="Dana Ruiz")
    expect(first).to_have_attribute("aria-selected", "true")
    assigned.press("Enter")
    page.wait_for_url("**assigned=DRuiz**")


def test_escape_leaves_the_choice_as_it_was(page):
    assigned = page.get_by_role("combobox", name="Assigned to")
    assigned.fill("erin")
    assigned.press("Escape")
    expect(page.get_by_role("listbox", name="Assigned to")).to_be_hidden()
    assigned.press("Tab")
    expect(assigned).to_have_value("Everyone")
    page.wait_for_url("**/tickets/")


def test_the_address_restores_everything_also_back_and_forward(page, new_page, log_in):
    page.get_by_label("Board").select_option(label="Help Desk")
    page.wait_for_url(re.compile(r"board=\d+"))
    page.get_by_label("State").select_option(label="Open and closed")
    page.wait_for_url("**closed=all**")
    both, address = texts(page), page.url

    page.go_back()
    page.wait_for_url(lambda url: "closed=all" not in url)
    expect(page.get_by_label("State")).to_have_value("0")
    expect(page.get_by_label("Board").locator("option:checked")).to_have_text("Help Desk")
    expect(rows(page).first).to_be_visible()
    assert texts(page) != both
    page.go_forward()
    page.wait_for_url(address)
    expect(page.get_by_label("State")).to_have_value("all")
    assert texts(page) == both

    other = new_page()
    log_in(other, "sam", at=address)
    assert texts(other) == both
    assert other.get_by_label("Board").locator("option:checked").inner_text() == "Help Desk"


def test_pages_are_turned_within_the_filter(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at="/tickets/?closed=all")
    first = texts(page)
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**closed=all&page=2")
    assert not set(first) & set(texts(page))


def test_a_session_starts_from_a_row(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at=f"/tickets/?q={DEMO_TICKET}")
    page.get_by_role("button", name=f"Session for ticket {DEMO_TICKET}").click()
    page.wait_for_url("**/sessions/*-*/")
    page.get_by_text(f"CW #{DEMO_TICKET}").wait_for()


def test_the_list_works_without_javascript(new_page, log_in):
    page = new_page(javascript=False)
    log_in(page, "erin", at="/tickets/")
    page.get_by_label("Board").select_option(label="Help Desk")
    page.get_by_label("Assigned to").select_option(label="Erin Ruiz")
    page.get_by_label("Company").fill("acme dental")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url(re.compile(r"/tickets/\?.*company=\d+.*assigned=ERuiz"))
    assert all("Acme Dental Group" in text and "Erin Ruiz" in text for text in texts(page))


# --- The picker ----------------------------------------------------------------------


@pytest.fixture
def open_picker(new_page, log_in):
    """Return a function that starts a session with this title and opens the picker in it."""
    page = new_page()

    def open_it(title: str):
        log_in(page, "erin", at=NEW_SESSION)
        start_session(page, title)
        return picker(page)

    return open_it


def picker(page):
    """Open the picker of the session's page and return its dialog."""
    page.get_by_role("link", name="Link ticket").click()
    dialog = page.get_by_role("dialog")
    options(dialog).first.wait_for()
    return dialog


def options(dialog):
    return dialog.get_by_role("listbox", name="Tickets").get_by_role("option")


def test_a_ticket_is_picked_by_keyboard(open_picker):
    dialog = open_picker("Picked by keyboard")
    page = dialog.page
    field = dialog.get_by_role("combobox", name="Words or ticket number")
    expect(field).to_be_focused()
    expect(dialog.get_by_role("status")).to_contain_text("yours first")
    expect(options(dialog).first).to_contain_text(DEMO_TICKET)

    page.keyboard.type("vpn drops")
    expect(options(dialog)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    option = options(dialog).and_(page.get_by_role("option", selected=True))
    assert option.get_attribute("id") == field.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    page.get_by_text(f"CW #{DEMO_TICKET}").wait_for()
    expect(dialog).to_have_count(0)


def test_arrows_go_round_and_escape_closes(open_picker):
    dialog = open_picker("Closed by keyboard")
    page = dialog.page
    page.keyboard.press("ArrowUp")
    expect(options(dialog).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options(dialog).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="Link ticket")).to_be_focused()


def test_the_picker_narrows_down_by_board_and_status(open_picker):
    dialog = open_picker("Narrowed down")
    dialog.get_by_label("Board").select_option(label="Help Desk")
    expect(options(dialog).filter(has_text="Onboarding")).to_have_count(0)
    dialog.get_by_label("Status").select_option(label="New")
    expect(options(dialog).filter(has_text="In Progress")).to_have_count(0)
    found = options(dialog).all_inner_texts()
    assert found
    assert all("Help Desk · New" in text for text in found)


def test_the_last_answer_wins(open_picker):
    dialog = open_picker("Typed on")
    page = dialog.page
    held = Held(page, re.compile(r"/tickets/search/\?q=vpn"))
    field = dialog.get_by_role("combobox", name="Words or ticket number")
    with page.expect_request(re.compile(r"q=vpn")):
        field.fill("vpn")
    field.fill("password")
    expect(options(dialog).first).to_contain_text("password")
    held.next().continue_()
    page.evaluate("fetch('/healthz')")
    assert all("password" in text.lower() for text in options(dialog).all_inner_texts())


def test_a_ticket_is_picked_by_pointer_also_after_a_search_that_failed(open_picker, demo):
    dialog = open_picker("Picked by pointer")
    page = dialog.page
    here = page.url
    # More often than is asked: how many requests one search makes is not this test's to know.
    fault(demo, kind="forbidden", method="GET", path="/service/tickets", times=20)
    dialog.get_by_role("combobox", name="Words or ticket number").fill("vpn")
    retry = dialog.get_by_role("link", name="Retry")
    retry.wait_for()
    no_more_faults(demo)
    retry.click()
    expect(options(dialog).first).to_contain_text(re.compile("vpn", re.IGNORECASE))
    assert page.url == here
    option = options(dialog).last
    number = option.get_attribute("data-ticket")
    option.click()
    page.get_by_text(f"CW #{number}").wait_for()


def test_skip_leaves_the_session_without_a_ticket(open_picker):
    dialog = open_picker("Skipped")
    page = dialog.page
    dialog.get_by_role("link", name="Skip").click()
    expect(dialog).to_have_count(0)
    page.get_by_text("No ticket linked.").wait_for()


# --- Everybody can use it ------------------------------------------------------------


def test_axe_finds_nothing(new_page, log_in, assert_accessible):
    page = new_page()
    log_in(page, "erin", at="/tickets/")
    for address in (
        "/tickets/",
        "/tickets/?q=no+such+words",
        "/tickets/?board=999&page=x",
        "/tickets/companies/?company_name=toys",
        "/tickets/search/?q=vpn",
    ):
        page.goto(address)
        page.locator("h1").first.wait_for()
        assert_accessible(page)
    page.goto("/tickets/")
    page.get_by_role("combobox", name="Company").fill("toys")
    page.locator("#company-options [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert_accessible(page)
    start_session(page, "Looked at by axe")
    picker(page)
    page.locator("#picker-filters select").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert_accessible(page)
