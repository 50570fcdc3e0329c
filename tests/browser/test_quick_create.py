"""Quick create in a real browser: from a sentence to a ticket, without a mouse."""

import httpx
import pytest
from playwright.sync_api import Route, expect

from resolutionflow.simulators.messages import Script
from resolutionflow.simulators.messages.app import as_json

pytestmark = pytest.mark.browser

TEXT = "Scanner on floor 3 of Contoso sends empty mails, high, help desk board, give it to Sam"


@pytest.fixture
def claude(demo):
    """Return what tells the demo's stand-in how to answer next."""

    def will(*scripts):
        told = httpx.post(f"{demo.claude}/__stand_in__/scripts", content=as_json(*scripts))
        assert told.status_code == 204

    return will


def press_until(page, key, label):
    """Go on by this key until the one of this name has the focus, as people do."""
    wanted = page.get_by_role("link", name=label).or_(page.get_by_role("button", name=label))
    for _ in range(40):
        page.keyboard.press(key)
        if wanted.first.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{label} is not reached")


def test_from_a_sentence_to_a_ticket_by_keyboard_alone(new_page, log_in, claude, assert_accessible):
    # As without a key: the built-in matcher does it.
    claude(Script(status=401, error="authentication_error"))
    page = new_page()
    log_in(page, "erin", at="/tickets/")
    press_until(page, "Tab", "New ticket")

    page.keyboard.press("Enter")
    expect(page.get_by_label("What is it about?")).to_be_focused()
    assert_accessible(page)
    page.keyboard.type(TEXT)
    page.keyboard.press("Control+Enter")

    form = page.locator("#new-ticket-form")
    expect(form.get_by_label("Summary")).to_be_focused()
    expect(form.get_by_label("Summary")).to_have_value(
        "Scanner on floor 3 of Contoso sends empty mails"
    )
    expect(form.get_by_label("Company")).to_have_value("Contoso Legal, LLP")
    expect(form.locator("#new_board option:checked")).to_have_text("Help Desk")
    expect(form.locator("#new_priority option:checked")).to_have_text("Priority 2 - High")
    expect(form.get_by_text("From: “help desk”")).to_be_visible()
    expect(page.locator("#new-parsed")).to_contain_text("Filled in by the built-in matcher.")
    expect(page.locator("#new-parsed")).to_contain_text("does not accept the key")

    press_until(page, "Tab", "Create ticket")
    page.keyboard.press("Enter")

    expect(page.locator("[data-creation]")).to_have_attribute("data-state", "created")
    expect(page.get_by_role("link", name="Open #")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_contain_text("Scanner on floor 3 of Contoso")
    expect(page.locator("dialog")).to_contain_text("Sam Fischer")


def test_the_stand_in_is_never_taken_for_claude_and_html_is_shown(new_page, log_in, claude):
    page = new_page(javascript=False)
    log_in(page, "erin", at="/tickets/new/")
    expect(page.get_by_text("The demo's stand-in reads it, not Claude.")).to_be_visible()

    page.get_by_label("What is it about?").fill("<b>Toner</b> is empty at Fabrikam, Priya")
    page.get_by_role("button", name="Fill the form").click()

    expect(page.get_by_label("Company")).to_have_value("Fabrikam Manufacturing")
    expect(page.get_by_label("Summary")).to_have_value("<b>Toner</b> is empty at Fabrikam")
    expect(page.locator("#new-parsed")).to_contain_text(
        "Answered by the demo's stand-in, not by Claude."
    )


def test_a_filled_form_is_kept_and_takes_no_words_while_it_is_filled(new_page, log_in, claude):
    claude(Script(status=401, error="authentication_error"))
    page = new_page()
    log_in(page, "sam", at="/tickets/new/?fresh=1")
    asked: list[Route] = []
    page.route("**/tickets/new/parse/", lambda route: asked.append(route))
    page.get_by_role("tab", name="Quick create").click()
    page.get_by_label("What is it about?").fill(TEXT)
    with page.expect_request("**/tickets/new/parse/"):
        page.get_by_role("button", name="Fill the form").click()
    expect(page.locator("#new-full-panel")).to_have_js_property("inert", True)
    with page.expect_response("**/drafts/ticket/"):
        asked[0].continue_()
    expect(page.locator("#new-full-panel")).to_have_js_property("inert", False)
    page.goto("/tickets/new/")
    expect(page.get_by_text("Your text from last time is back.")).to_be_visible()
    expect(page.get_by_label("Summary")).to_have_value(
        "Scanner on floor 3 of Contoso sends empty mails"
    )
    page.goto("/tickets/new/?fresh=1")
