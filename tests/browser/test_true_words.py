"""What is posted or saved is what is true now, and nobody is overwritten unseen."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looks import NARROW, WIDE
from tests.browser.ticket import add_steps, link_ticket, start_session

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def open_dialog(page):
    """Open Update Ticket; return its dialog and the text of the note."""
    page.get_by_role("link", name="Update ticket").click()
    dialog = page.get_by_role("dialog")
    note = dialog.get_by_label("Note", exact=True)
    expect(note).to_be_visible()
    return dialog, note


def test_a_note_that_nobody_edited_follows_the_record(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "A note that waits")
    link_ticket(page, "48277")

    dialog, note = open_dialog(page)
    with page.expect_response(lambda answer: "draft" in answer.url):
        dialog.get_by_label("Status of the ticket").select_option(index=1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    add_steps(page)
    dialog, note = open_dialog(page)
    expect(note).to_have_value(re.compile("Restore the timer"))
    expect(dialog.get_by_label("Status of the ticket")).not_to_have_value("")


@WIDTHS
def test_who_saves_later_sees_both_texts_and_decides(new_page, log_in, width):
    page = new_page(width=width)
    log_in(page, "erin")
    start_session(page, f"Before, {width}")
    first, second = new_page(width=width), new_page(width=width)
    for other in (first, second):
        log_in(other, "erin", at=f"{page.url}details/")
    first.get_by_label("Title").fill("From the first tab")
    first.get_by_role("button", name="Save").click()
    first.get_by_role("heading", name="From the first tab").wait_for()
    second.get_by_label("Title").fill("From the second tab")
    second.get_by_role("button", name="Save").click()

    expect(second.get_by_text("As it stands now")).to_be_visible()
    expect(second.locator(".panel .step-title")).to_have_text("From the first tab")
    expect(second.get_by_label("Title")).to_have_value("From the second tab")
    second.get_by_role("button", name="Save").click()
    second.get_by_role("heading", name="From the second tab").wait_for()
