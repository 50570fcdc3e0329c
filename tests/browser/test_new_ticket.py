"""A new ticket as an engineer makes it: by keyboard alone, and out of a session."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.ticket import fault, tickets_named

pytestmark = pytest.mark.browser


def choose(page, field: str, words: str) -> None:
    """Search in the field that has the focus, and take the one that it finds; by keyboard."""
    expect(page.locator(field)).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("#new-company-options [role=option]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def open_full_form(page) -> None:
    """Open the dialog on the tickets page, and its full form; by keyboard."""
    page.get_by_role("link", name="New ticket").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="New ticket").wait_for()
    full = page.get_by_role("tab", name="Full form")
    page.get_by_role("tab", name="Quick create").focus()
    page.keyboard.press("ArrowRight")
    expect(full).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#new_summary")).to_be_focused()


def fill(page) -> None:
    """Fill the form from one field to the next; by keyboard."""
    page.keyboard.type("Scanner sends empty mails")
    page.keyboard.press("Tab")
    choose(page, "#new_company_name", "contoso")
    expect(page.locator("#new_company_name")).to_have_value("Contoso Legal, LLP")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.locator("#new-contact-options [role=option]").first.wait_for()
    page.keyboard.press("Tab")
    page.keyboard.type("Since the update.")
    page.keyboard.press("Tab")
    expect(page.locator("#new_board")).to_be_focused()
    page.keyboard.type("Help")
    # The choices of the board come by themselves; only what fits can be chosen.
    page.locator("#new_type option", has_text="Network").wait_for(state="attached")
    expect(page.locator("#new_subtype")).to_be_disabled()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#new_type")).to_be_focused()
    page.keyboard.type("Net")
    expect(page.locator("#new_subtype")).to_be_enabled()


def test_a_ticket_is_made_by_keyboard_alone_and_survives_an_outage(
    new_page, log_in, demo, assert_accessible
):
    page = new_page()
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    log_in(page, "sam", at="/tickets/")
    open_full_form(page)
    fill(page)
    assert any(address.endswith("/tickets/new/companies/") for address in addresses)
    assert [each for each in addresses if re.search("contoso|Scanner", each)] == []
    fits = page.locator("#new_subtype option:not([disabled])").all_text_contents()
    assert {"VPN", "Wi-Fi", "DNS"} < set(fits)
    assert "Printer" not in fits
    assert_accessible(page)

    fault(demo, kind="rate_limited", method="POST", path="/service/tickets", retry_after=2)
    page.keyboard.press("Control+Enter")
    page.locator("[data-creation][data-state=queued]").wait_for()
    expect(page.get_by_text("created as soon as possible")).to_be_visible()
    # The demo's own worker creates it, and the dialog asks for itself.
    page.locator("[data-creation][data-state=created]").wait_for()
    (ticket,) = tickets_named(demo, "Scanner sends empty mails")
    assert (ticket["board"]["name"], ticket["type"]["name"]) == ("Help Desk", "Network")
    page.get_by_role("link", name=f"Open #{ticket['id']}").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Scanner sends empty mails").first.wait_for()
    page.wait_for_url(f"**/tickets/{ticket['id']}/")


def test_a_second_problem_becomes_a_ticket_without_leaving_the_session(new_page, log_in, demo):
    page = new_page()
    log_in(page, "sam", at="/sessions/new/?title=VPN%20drops&ticket_id=48291")
    page.get_by_role("button", name="Start session").click()
    page.get_by_role("link", name="Spin-off ticket").click()
    dialog = page.get_by_role("dialog", name="Spin-off ticket")
    dialog.wait_for()
    full = page.get_by_role("tab", name="Full form")
    if full.get_attribute("aria-selected") != "true":
        full.click()
    expect(page.get_by_label("Company")).to_have_value("Acme Dental Group")
    expect(dialog.get_by_text("From: “ticket #48291”").first).to_be_visible()
    dialog.get_by_label("Summary").fill("Second monitor flickers")
    page.keyboard.press("Control+Enter")
    dialog.locator("[data-creation][data-state=created]").wait_for()
    (ticket,) = tickets_named(demo, "Second monitor flickers")
    assert ticket["company"]["name"] == "Acme Dental Group"
    # The page below lists it already.
    spun = page.get_by_role("region", name="Spin-off tickets", include_hidden=True)
    expect(spun.get_by_text("Second monitor flickers")).to_be_attached()

    page.get_by_role("button", name=f"Link this session to #{ticket['id']}").click()
    page.locator("#ticket-header", has_text=f"CW #{ticket['id']}").wait_for()
    expect(spun.get_by_text("Second monitor flickers")).to_be_visible()


def test_a_late_answer_opens_nothing_over_what_was_asked_for_since(new_page, log_in):
    page = new_page()
    log_in(page, "sam", at="/sessions/new/?title=VPN%20drops&ticket_id=48291")
    held = []
    # Before the page is left: a route that is laid while one loads may miss its requests.
    page.route(re.compile(r"/tickets/new/\?session="), lambda route: held.append(route))
    page.get_by_role("button", name="Start session").click()
    page.wait_for_url("**/sessions/*-*/")
    page.wait_for_load_state()
    page.get_by_role("link", name="Spin-off ticket").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Update ticket").click()
    update = page.get_by_role("dialog", name="Update ticket #48291")
    update.get_by_label("Note", exact=True).fill("Timer restored.")
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    expect(update.get_by_label("Note", exact=True)).to_have_value("Timer restored.")


def test_a_ticket_that_an_address_tells_is_typed_beside_the_one_that_was_begun(new_page, log_in):
    page = new_page()
    log_in(page, "sam", at="/tickets/new/?fresh=1&tab=full")
    page.get_by_label("Summary").fill("Begun before")
    with page.expect_response("**/drafts/ticket/"):
        page.keyboard.press("Tab")
    page.goto("/tickets/new/?summary=Told")
    with page.expect_response(re.compile(r"/drafts/ticket-0-\d+/")):
        page.get_by_label("Description").fill("Typed since")
        page.keyboard.press("Tab")
    page.reload()
    expect(page.get_by_label("Description")).to_have_value("Typed since")
    page.goto(page.get_by_role("link", name="Go on with that one").get_attribute("href"))
    expect(page.get_by_label("Summary")).to_have_value("Begun before")
    expect(page.get_by_label("Description")).to_have_value("")
    page.goto("/tickets/new/?fresh=1")
