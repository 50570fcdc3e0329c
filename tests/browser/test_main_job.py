"""The main job, as an engineer does it: from a blank session to a note on the ticket, once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.held import Held
from tests.browser.ticket import (
    NEW_SESSION,
    link_ticket,
    notes_on,
    start_session,
    status_of,
    work_session,
)

pytestmark = pytest.mark.browser

TICKET = "48291"


def test_the_note_of_a_session_arrives_on_the_ticket_once(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=NEW_SESSION)
    work_session(page, "Idle timeout cuts the tunnel")
    link_ticket(page, TICKET)
    before = len(notes_on(demo, TICKET))

    page.get_by_role("link", name="Update ticket").click()
    dialog = page.get_by_role("dialog")
    note = dialog.get_by_label("Note", exact=True)
    assert "2. Restore the timer → stable" in note.input_value()
    dialog.get_by_role("radio", name=re.compile("^Resolution")).check()
    expect(note).to_have_value(re.compile("Resolution — Idle timeout"))
    note.fill(f"{note.input_value()}\nstable for 20 minutes")
    dialog.get_by_label("Status").select_option(label="Waiting on Customer")
    dialog.get_by_role("button", name="Post to ticket").dblclick()

    page.get_by_role("status").filter(has_text="ConnectWise").first.wait_for()
    row = page.locator("[data-post]").first
    expect(row).to_have_attribute("data-state", "posted")
    expect(row).to_have_attribute("data-status-state", "applied")
    notes = notes_on(demo, TICKET)
    assert len(notes) == before + 1
    posted = next(each for each in notes if "Idle timeout cuts the tunnel" in each["text"])
    assert "stable for 20 minutes" in posted["text"]
    assert (posted["resolutionFlag"], posted["detailDescriptionFlag"]) == (True, False)
    assert status_of(demo, TICKET) == "Waiting on Customer"
    expect(page.locator("#ticket-header")).to_contain_text("Waiting on Customer")


def test_a_note_that_the_customer_reads_is_confirmed_first(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=NEW_SESSION)
    work_session(page, "Words for the customer")
    link_ticket(page, "48292")
    before = len(notes_on(demo, "48292"))

    page.get_by_role("link", name="Update ticket").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("^Description")).check()
    dialog.get_by_role("button", name="Post to ticket").click()
    confirmation = dialog.get_by_role("checkbox", name="Trey Research can read this note")
    page.locator("#id_confirm_visible_error").wait_for()
    assert len(notes_on(demo, "48292")) == before

    confirmation.check()
    dialog.get_by_role("button", name="Post to ticket").click()
    page.locator("[data-post][data-state=posted]").first.wait_for()
    assert len(notes_on(demo, "48292")) == before + 1


def test_typing_goes_on_while_a_step_is_being_added(new_page, log_in):
    page = new_page()
    log_in(page, "sam", at=NEW_SESSION)
    start_session(page, "Typed on")
    held = Held(page, "**/steps/")
    page.get_by_label("What did you ask, check or do?").fill("Restart the router")
    with page.expect_request("**/steps/"):
        page.keyboard.press("Control+Enter")
    page.get_by_label("Outcome").first.press_sequentially("It blinks")
    held.next().continue_()
    page.locator("#step-list").get_by_text("Restart the router").wait_for()
    expect(page.get_by_label("Outcome").first).to_be_focused()
    with page.expect_request_finished(lambda request: "twice" in (request.post_data or "")):
        page.keyboard.type(" twice")
    page.reload()
    expect(page.get_by_label("Outcome").first).to_have_value("It blinks twice")
    expect(page.get_by_label("What did you ask, check or do?")).to_have_value("")


def test_what_was_typed_survives_the_browser(new_page, log_in):
    page = new_page()
    log_in(page, "sam", at=NEW_SESSION)
    work_session(page, "Typed but not sent")
    address = page.url
    with page.expect_response(lambda answer: "/drafts/" in answer.url):
        page.get_by_label("What did you ask, check or do?").fill("Half a thought")

    other = new_page()
    log_in(other, "sam", at=address)
    expect(other.get_by_label("What did you ask, check or do?")).to_have_value("Half a thought")


def test_the_whole_job_works_without_javascript(new_page, log_in, demo):
    page = new_page(javascript=False)
    log_in(page, "erin", at=NEW_SESSION)
    work_session(page, "Without a script")
    link_ticket(page, "48297")
    before = len(notes_on(demo, "48297"))
    page.get_by_role("link", name="Update ticket").click()
    page.get_by_role("button", name="Post to ticket").click()
    page.get_by_text("Posted").first.wait_for()
    assert len(notes_on(demo, "48297")) == before + 1


def test_the_whole_job_is_done_by_keyboard(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=NEW_SESSION)
    work_session(page, "Hands on the keyboard")
    press = page.keyboard.press
    page.get_by_role("link", name="Link ticket").focus()
    press("Enter")
    expect(page.get_by_label("Words or ticket number")).to_be_focused()
    # As fast as people type: the search that was about to start must not undo the look-up.
    page.keyboard.type("48288")
    press("Enter")
    page.get_by_role("button", name="Link #48288").wait_for()
    page.locator("button:focus", has_text="Link #48288").wait_for()
    press("Enter")
    page.get_by_text("CW #48288").wait_for()
    before = len(notes_on(demo, "48288"))

    page.get_by_role("link", name="Update ticket").focus()
    press("Enter")
    page.get_by_role("dialog").get_by_label("Note", exact=True).focus()
    press("Control+Enter")
    page.locator("[data-post][data-state=posted]").first.wait_for()
    assert len(notes_on(demo, "48288")) == before + 1


def test_escape_closes_the_dialog_and_keeps_the_text(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at=NEW_SESSION)
    work_session(page, "Interrupted in the dialog")
    link_ticket(page, "48271")
    opener = page.get_by_role("link", name="Update ticket")
    opener.click()
    note = page.get_by_role("dialog").get_by_label("Note", exact=True)
    with page.expect_response(lambda answer: "/drafts/" in answer.url):
        note.fill("My own words")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    opener.click()
    expect(note).to_have_value("My own words")
