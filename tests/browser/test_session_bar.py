"""The bar of a session: it stays in sight, its clock is honest, its keys wait while one types."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.ticket import NEW_SESSION, link_ticket, start_session

pytestmark = pytest.mark.browser
TITLE = "What did you ask, check or do?"
# What the server has counted already is less than a minute.
SHORT = re.compile(r"^0:0[0-2]$")


def test_the_clock_counts_on_and_stands_still_while_paused(new_page, log_in, assert_accessible):
    page = new_page()
    page.clock.install()
    log_in(page, "erin", at=NEW_SESSION)
    start_session(page, "Counted in the bar")
    clock = page.get_by_role("timer")
    expect(clock).to_have_text(SHORT)
    page.clock.fast_forward("12:00")
    expect(clock).to_have_text(re.compile(r"^0:1[2-4]$"))

    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#clock")).to_contain_text("Paused")
    expect(clock).to_have_text(SHORT)  # The server's time, in which minutes have not passed.
    page.clock.fast_forward("12:00")
    expect(clock).to_have_text(SHORT)
    assert_accessible(page)
    # Who goes on typing goes on working.
    page.get_by_label(TITLE).press_sequentially("Look at the logs")
    page.clock.fast_forward("00:02")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_a_clock_that_rested_asks_the_server_what_counts(new_page, log_in):
    page = new_page()
    page.clock.install()
    log_in(page, "erin", at=NEW_SESSION)
    start_session(page, "Rested")
    with page.expect_request("**/clock/"):
        page.clock.fast_forward("31:00")
    expect(page.get_by_role("timer")).to_have_text(SHORT)


def test_keys_wait_while_one_types(new_page, log_in, assert_accessible):
    page = new_page()
    log_in(page, "erin", at=NEW_SESSION)
    start_session(page, "Keys")
    link_ticket(page, "48293")
    page.get_by_label(TITLE).focus()
    page.keyboard.type("up?")
    expect(page.get_by_label(TITLE)).to_have_value("up?")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.keyboard.press("Escape")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys of this page")
    expect(keys).to_contain_text("Update ticket")
    expect(keys).to_contain_text("Pause the clock")
    assert_accessible(page)
    keys.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("u")
    page.keyboard.press("?")
    keys.get_by_role("checkbox").check()
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)

    page.keyboard.press("p")
    expect(page.locator("#clock")).to_contain_text("Paused")
    page.keyboard.press("u")
    expect(page.get_by_role("dialog", name=re.compile("Update"))).to_be_visible()


def test_after_completing_the_note_of_the_resolution_is_one_key_away(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at=NEW_SESSION)
    start_session(page, "One key away")
    link_ticket(page, "48294")
    page.get_by_text("Complete the session").click()
    page.get_by_role("radio", name="Resolved").check(force=True)
    page.get_by_role("textbox", name=re.compile("^Resolution")).fill("Restarted it.")
    page.get_by_role("button", name="Complete session").click()
    expect(page.get_by_role("link", name="Update ticket")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=re.compile("^Resolution"))).to_be_checked()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_bar_stays_in_sight(new_page, log_in, width):
    page = new_page(width=width)
    log_in(page, "erin", at=NEW_SESSION)
    start_session(page, "In sight")
    page.get_by_text("No posts yet").scroll_into_view_if_needed()
    expect(page.get_by_role("timer")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Link ticket")).to_be_in_viewport()


def test_intervals_are_mended_in_a_dialog_and_without_a_script(new_page, log_in, assert_accessible):
    for javascript in (True, False):
        page = new_page(javascript=javascript)
        log_in(page, "sam", at=NEW_SESSION)
        start_session(page, f"Mended {javascript}")
        page.get_by_title("Worked time").click()
        page.get_by_role("link", name="Change the interval").click()
        start = page.get_by_label("Start")
        start.wait_for()
        if javascript:
            assert_accessible(page)
        value = start.input_value()
        start.fill(f"{value[:11]}00{value[13:]}")
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Changed. Notes and times that were posted").wait_for()
