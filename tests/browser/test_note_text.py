"""The text of a note in Update Ticket: for each reader, previewed, with snippets by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.ticket import NEW_SESSION, link_ticket, notes_on, work_session

pytestmark = pytest.mark.browser


def open_dialog(page, title, ticket):
    """Start a session on this ticket and return its dialog and the note's field."""
    work_session(page, title)
    link_ticket(page, ticket)
    page.get_by_role("link", name="Update ticket").click()
    dialog = page.get_by_role("dialog")
    return dialog, dialog.get_by_label("Note", exact=True)


def test_each_reader_has_a_text_and_an_edited_one_is_kept(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at=NEW_SESSION)
    dialog, note = open_dialog(page, "Three readers", "48261")
    expect(note).to_have_value(re.compile("Session Analysis — Three readers"))
    note.press("Control+End")
    note.press_sequentially(" Mine")
    # By arrows, and the focus stays there.
    dialog.get_by_role("radio", name="Internal analysis").focus()
    page.keyboard.press("ArrowRight")
    expect(note).to_have_value(re.compile("^..Resolution — Three readers"))
    expect(dialog.get_by_role("radio", name="Resolution")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(note).to_have_value(re.compile("^Hello"))
    expect(dialog.get_by_role("radio", name="Description")).to_be_focused()
    dialog.get_by_role("radio", name="Internal analysis").check()
    expect(note).to_have_value(re.compile("Mine$"))


def test_the_preview_shows_the_note_as_its_reader_gets_it(new_page, log_in, assert_accessible):
    page = new_page()
    log_in(page, "erin", at=NEW_SESSION)
    dialog, note = open_dialog(page, "Looked at before", "48262")
    note.fill("**Bold** words\n- one")
    dialog.get_by_role("tab", name="Write").focus()
    page.keyboard.press("ArrowRight")
    rendered = dialog.get_by_role("region", name="Preview of the note")
    expect(rendered.locator("strong")).to_have_text("Bold")
    expect(note).to_be_hidden()
    assert_accessible(page)
    page.keyboard.press("ArrowLeft")
    expect(note).to_have_value("**Bold** words\n- one")


def test_a_snippet_is_inserted_by_its_name(new_page, log_in, demo, assert_accessible):
    page = new_page()
    log_in(page, "adam", at="/account/admin/snippets/")
    page.get_by_role("textbox", name="Name").fill("thanks")
    page.get_by_role("textbox", name="Text").fill("Thank you, {contact}. {engineer}")
    page.get_by_role("button", name="Add snippet").click()
    page.get_by_text("thanks was added").wait_for()
    assert_accessible(page)
    page.goto("/sessions/new/")
    dialog, note = open_dialog(page, "Said by name", "48263")
    note.press("Control+End")
    note.press_sequentially("\n/tha")
    option = dialog.get_by_role("option", name="/thanks")
    expect(option).to_have_attribute("aria-selected", "true")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    expect(dialog).to_be_visible()
    note.press_sequentially("n")
    expect(option).to_be_visible()
    page.keyboard.press("Enter")
    expect(note).to_have_value(re.compile(r"Thank you, .+\. Adam Adler$"))
    expect(dialog.get_by_text("Adam Adler: your name")).to_be_visible()
    before = len(notes_on(demo, "48263"))
    page.keyboard.press("Control+Enter")
    page.locator("[data-post][data-state=posted]").first.wait_for()
    assert len(notes_on(demo, "48263")) == before + 1


def test_an_account_s_own_template_fills_the_dialog(new_page, log_in, assert_accessible):
    page = new_page()
    log_in(page, "adam", at="/account/admin/templates/")
    page.get_by_role("textbox", name="Name").fill("Short words")
    page.get_by_label("Steps taken").check()
    page.get_by_label("Intro").fill("In short:")
    page.get_by_role("button", name="Add template").click()
    page.get_by_text("Short words was added").wait_for()
    assert_accessible(page)
    page.goto("/sessions/new/")
    dialog, note = open_dialog(page, "By our template", "48264")
    dialog.get_by_label("Template").select_option(label="Short words")
    expect(note).to_have_value(re.compile("Short words — By our template.*\n\nIn short:"))
