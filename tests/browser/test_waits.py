"""What a person sees while something is under way: a frame, a word on the button, a row."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.held import Held
from tests.browser.looks import NARROW, WIDE
from tests.browser.ticket import fault, link_ticket, no_more_faults, notes_on, start_session

pytestmark = pytest.mark.browser
TICKET = "48277"
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


@pytest.fixture
def linked(new_page, log_in):
    """Return a maker of pages of a session that is linked to the ticket."""

    def make(width: int, title: str) -> Page:
        page: Page = new_page(width=width)
        log_in(page, "erin")
        start_session(page, title)
        link_ticket(page, TICKET)
        return page

    return make


def begin_post(page: Page, text: str) -> Held:
    """Write a note in the dialog, send it, and keep the request back."""
    page.get_by_role("link", name="Update ticket").click()
    note = page.get_by_role("dialog").get_by_label("Note", exact=True)
    note.fill(text)
    held = Held(page, "**/psa-post/")
    with page.expect_request("**/psa-post/"):
        page.get_by_role("button", name="Post to ticket").click()
    return held


def rows(page: Page, state: str):
    return page.locator(f"#posts li[data-state={state}]")


@WIDTHS
def test_a_dialog_shows_its_frame_before_its_content(linked, width):
    page = linked(width, "A dialog that takes its time")
    held = Held(page, "**/psa-post/preview/")
    link = page.get_by_role("link", name="Update ticket")
    link.press("Enter")
    frame = page.get_by_role("dialog", name="Update ticket")
    expect(frame.get_by_role("status")).to_have_text("Loading…")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link).to_be_focused()
    held.next()  # The page has given this one up.

    page.keyboard.press("Enter")
    expect(frame).to_be_visible()
    held.next().continue_()

    dialog = page.get_by_role("dialog", name=f"Update ticket #{TICKET}")
    expect(dialog.get_by_label("Note", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    # An answer that is an error leaves no frame behind.
    page.keyboard.press("Enter")
    expect(frame).to_be_visible()
    held.next().fulfill(
        status=502, body='<div class="error-bar" role="alert"><p>It is down.</p></div>'
    )
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("main [data-errors]")).to_contain_text("It is down.")


def test_a_post_goes_on_when_its_dialog_is_closed(linked, demo):
    page = linked(WIDE, "A post that takes its time")
    text = "Written meanwhile."
    held = begin_post(page, text)

    expect(page.get_by_role("button", name="Posting…")).to_be_disabled()
    expect(page.get_by_role("dialog").get_by_label("Note", exact=True)).not_to_be_editable()
    expect(rows(page, "sending")).to_contain_text(f"#{TICKET} Internal analysis")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("The note is still being posted.")
    expect(rows(page, "sending")).to_be_visible()
    held.next().continue_()

    expect(rows(page, "posted")).to_have_count(1)
    expect(rows(page, "sending")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert sum(text in note["text"] for note in notes_on(demo, TICKET)) == 1


def test_a_refusal_of_a_post_whose_dialog_is_closed_is_told(linked, demo):
    page = linked(NARROW, "A post that is refused")
    held = begin_post(page, "Typed, and to be kept.")
    page.keyboard.press("Escape")
    fault(demo, kind="forbidden", method="POST", path=f"{TICKET}/notes", times=2)
    held.next().continue_()

    expect(page.locator("#toasts")).to_contain_text("The note was not posted.")
    expect(rows(page, "failed")).to_have_count(1)
    expect(rows(page, "sending")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Update ticket").click()
    note = page.get_by_role("dialog").get_by_label("Note", exact=True)
    expect(note).to_have_value("Typed, and to be kept.")


def test_a_tickets_head_follows_its_people(new_page, log_in):
    page = new_page(width=NARROW)
    log_in(page, "sam", at=f"/tickets/?q={TICKET}&closed=all")
    page.get_by_role("link", name=re.compile(f"^Ticket {TICKET}")).click()
    owner = page.locator("[data-owner-of]")
    people = page.locator("#region-resources")
    people.locator(".with-script").wait_for(state="detached")
    while people.get_by_role("button", name=re.compile("^Take ")).count():
        people.get_by_role("button", name=re.compile("^Take ")).first.click()
        people.locator("form[aria-busy]").wait_for(state="detached")
    expect(owner).to_have_text("Nobody")

    people.get_by_role("button", name="Assign me").click()

    expect(owner).to_have_text("Sam Fischer")


def test_a_test_of_the_connection_that_fails_is_what_its_card_says(new_page, log_in, demo):
    page = new_page()
    log_in(page, "adam", at="/account/admin/integrations/")
    fault(demo, kind="unauthorized", path="/system/info", times=20)
    page.get_by_role("button", name="Test", exact=True).click()

    card = page.get_by_role("region", name="ConnectWise (simulated)")
    expect(card).to_contain_text("Last test failed")
    expect(card.get_by_role("alert")).to_contain_text("private key")
    no_more_faults(demo)
    page.reload()
    expect(card).to_contain_text("Last test failed")
