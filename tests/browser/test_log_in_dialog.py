"""A log-in ends while somebody types: the page stays, and goes on after the same person is back.

Sources of the faults: osTicket/osTicket#635, osTicket/osTicket#2139 and go-gitea/gitea#17850 (a
step, case text-10), coralproject/talk#3431 (a note in the ticket's panel, case text-11).
"""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from accounts.demo import PASSWORD
from tests.browser.held import Held
from tests.browser.looks import NARROW, WIDE
from tests.browser.ticket import link_ticket, notes_on, start_session

pytestmark = pytest.mark.browser
STEP = "What did you ask, check or do?"
TICKET = "48291"
WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


def end_log_in(page: Page) -> None:
    """Take the log-in from the browser, as its end does."""
    page.context.clear_cookies(name="sessionid")


def dialog_of(page: Page):
    return page.locator("dialog[data-login]")


def log_in_again(page: Page, name: str = "") -> None:
    dialog = dialog_of(page)
    expect(dialog).to_be_visible()
    if name:
        dialog.get_by_label("E-mail").fill(f"{name}@northwind.example")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()


def log_in_on_its_page(page: Page, name: str) -> None:
    page.get_by_label("E-mail").fill(f"{name}@northwind.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def kept_in(page: Page) -> list[str]:
    """Return the names under which words are kept in the browser."""
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('typed:'))")


def is_logged_in_as(page: Page, person: str) -> None:
    expect(page.locator(".rail-name")).to_have_text(person)


def test_a_step_is_added_after_the_same_person_has_logged_in(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "The log-in ends at the first step")
    page.get_by_label(STEP).fill("Restore the timer")
    page.get_by_label("Outcome").first.fill("stable")
    end_log_in(page)

    page.get_by_label(STEP).press("Control+Enter")

    dialog = dialog_of(page)
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("E-mail")).to_have_value("erin@northwind.example")
    expect(dialog.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("do not match")
    expect(dialog.get_by_label("Password", exact=True)).to_be_focused()
    expect(page.get_by_label(STEP)).to_have_value("Restore the timer")
    log_in_again(page)

    expect(dialog).to_have_count(0)
    expect(page.locator("#step-list").get_by_text("Restore the timer")).to_have_count(1)
    expect(page.get_by_label(STEP)).to_have_value("")
    page.get_by_label(STEP).fill("One more, with the new token")
    page.get_by_role("button", name="Add step").click()
    expect(page.locator("#step-list > li")).to_have_count(2)
    page.reload()
    expect(page.locator("#step-list > li")).to_have_count(2)


def test_another_person_finds_nothing_of_what_was_typed(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "Somebody else logs in")
    page.get_by_label(STEP).fill("Words of Erin alone")
    end_log_in(page)
    page.get_by_role("button", name="Add step").click()

    with page.expect_navigation():
        log_in_again(page, "sam")

    is_logged_in_as(page, "Sam Sato")
    expect(page.get_by_label(STEP)).to_have_value("")
    expect(page.locator("#step-list > li")).to_have_count(0)
    page.reload()
    expect(page.get_by_label(STEP)).to_have_value("")


def test_a_note_is_posted_once_from_below_the_log_in(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "The log-in ends in the dialog of the note")
    link_ticket(page, TICKET)
    before = len(notes_on(demo, TICKET))
    page.get_by_role("link", name="Update ticket").click()
    note = page.get_by_role("dialog").get_by_label("Note", exact=True)
    note.fill("Typed before the log-in ended.")
    end_log_in(page)

    page.get_by_role("button", name="Post to ticket").click()
    log_in_again(page)

    page.get_by_role("status").filter(has_text="ConnectWise").first.wait_for()
    texts = [each["text"] for each in notes_on(demo, TICKET)]
    assert len(texts) == before + 1
    assert sum("Typed before the log-in ended." in text for text in texts) == 1


def test_a_draft_takes_the_keys_from_nobody_who_types(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "The log-in ends between two words")
    end_log_in(page)
    with page.expect_response(lambda answer: answer.status == 401):
        page.get_by_label(STEP).press_sequentially("Typed while nobody")

    expect(page.locator("#toasts")).to_contain_text("Your log-in has ended.")
    expect(dialog_of(page)).to_have_count(0)
    page.keyboard.type(" is logged in")
    page.keyboard.press("Control+Enter")
    log_in_again(page)
    expect(page.locator("#step-list").get_by_text("nobody is logged in")).to_have_count(1)


def test_who_closes_the_dialog_keeps_the_page_and_is_asked_again_by_hand_alone(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "The dialog is closed")
    end_log_in(page)
    drafts = Held(page, "**/drafts/step/")
    page.get_by_label(STEP).fill("Restore the timer")
    page.get_by_role("button", name="Add step").click()
    expect(dialog_of(page)).to_be_visible()

    page.keyboard.press("Escape")

    expect(dialog_of(page)).to_have_count(0)
    expect(page.get_by_label(STEP)).to_have_value("Restore the timer")
    drafts.next().continue_()
    expect(page.locator("#toasts")).to_contain_text("Your log-in has ended.")
    expect(dialog_of(page)).to_have_count(0)
    page.get_by_label(STEP).press("End")
    page.keyboard.type("!")
    page.get_by_role("button", name="Add step").click()
    log_in_again(page)
    expect(page.locator("#step-list").get_by_text("Restore the timer!")).to_have_count(1)


def test_a_part_that_loads_by_itself_comes_after_the_log_in(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    page.goto("/tickets/")
    page.get_by_role("link", name=re.compile("VPN")).first.wait_for()
    end_log_in(page)

    page.get_by_role("link", name=re.compile("VPN")).first.click()
    log_in_again(page)

    expect(page.locator("dialog[data-panel]")).to_be_visible()
    expect(dialog_of(page)).to_have_count(0)


def test_who_logs_in_in_another_tab_takes_over_no_words(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "Two tabs, two people")
    page.get_by_label(STEP).fill("Words of Erin alone")
    other = page.context.new_page()
    end_log_in(page)
    other.goto(f"/login/?next={quote('/sessions/')}")
    other.get_by_label("E-mail").fill("sam@northwind.example")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Log in").click()
    is_logged_in_as(other, "Sam Sato")

    page.bring_to_front()
    add = page.get_by_role("button", name="Add step")
    add.hover()
    # The draft is saved where the field is left, and refused before the button is let go.
    with page.expect_response(lambda answer: answer.status == 401):
        page.mouse.down()
    page.mouse.up()

    dialog = dialog_of(page)
    expect(dialog).to_contain_text("Sam Sato is logged in now")
    log_in_again(page, "erin")
    expect(page.locator("#step-list").get_by_text("Words of Erin alone")).to_have_count(1)


def test_a_token_that_another_tab_made_stale_stops_nobody(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "The token is too old")
    page.get_by_label(STEP).fill("Restore the timer")
    page.context.add_cookies([{"name": "csrftoken", "value": "a" * 32, "url": demo.url}])

    page.get_by_role("button", name="Add step").click()

    expect(page.locator("#step-list").get_by_text("Restore the timer")).to_have_count(1)
    expect(page.locator("#step-list > li")).to_have_count(1)


def test_forms_that_leave_the_page_go_after_the_log_in(new_page, log_in, demo):
    page = new_page(width=NARROW)
    log_in(page, "erin", at="/sessions/new/")
    page.get_by_label("Title").fill("Begun without a log-in")
    page.get_by_label("Problem").fill("It ended meanwhile.")
    end_log_in(page)
    page.get_by_role("button", name="Start session").click()
    expect(page.get_by_label("Title")).to_have_value("Begun without a log-in")
    log_in_again(page)
    page.wait_for_url("**/sessions/*-*/")
    expect(page.locator("main")).to_contain_text("It ended meanwhile.")

    page.get_by_text("Complete the session").click()
    page.get_by_role("radio", name="Resolved").check(force=True)
    page.get_by_role("textbox", name="Resolution").fill("Logged in again.")
    end_log_in(page)
    page.get_by_role("textbox", name="Resolution").press("Control+Enter")
    log_in_again(page)
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Logged in again.")

    text = "Typed in the ticket's panel."
    page.goto(f"/tickets/{TICKET}/")
    page.get_by_text("Add a note").click()
    page.get_by_label("Note", exact=True).fill(text)
    end_log_in(page)
    page.get_by_role("button", name="Post to ticket").click()
    log_in_again(page)
    expect(page.locator("[data-entry]", has_text=text)).to_have_count(1)
    assert sum(text in each["text"] for each in notes_on(demo, TICKET)) == 1


def test_what_was_refused_before_the_log_in_and_answered_after_it_goes_again(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at="/sessions/new/")
    page.get_by_label("Title").fill("Answered late")
    end_log_in(page)
    held = Held(page, "**/login/state/")
    # The draft is refused first and opens the dialog.
    page.get_by_role("button", name="Start session").click()
    state = held.next()
    refused = state.fetch()
    log_in_again(page)
    expect(dialog_of(page)).to_have_count(0)

    state.fulfill(response=refused)
    held.next().continue_()

    page.wait_for_url("**/sessions/*-*/")
    expect(page.locator("h1")).to_contain_text("Answered late")


def test_words_come_back_to_their_person_alone(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "Typed after the end")
    session = page.url
    page.get_by_label(STEP).fill("Saved.")
    expect(page.locator("#composer [data-autosave-state]")).to_contain_text("Saved")
    end_log_in(page)
    with page.expect_response(lambda answer: answer.status == 401):
        page.get_by_label("Outcome").first.fill("Typed after the end.")
    page.goto(session)
    log_in_on_its_page(page, "erin")
    expect(page.get_by_label(STEP)).to_have_value("Saved.")
    expect(page.get_by_label("Outcome").first).to_have_value("Typed after the end.")
    expect(page.locator("#composer [data-autosave-state]")).to_contain_text("Saved")
    assert kept_in(page) == []

    page.goto(f"/tickets/{TICKET}/")
    page.get_by_text("Add a note").click()
    page.get_by_label("Note", exact=True).fill("Half a note")
    end_log_in(page)
    page.goto(f"/tickets/{TICKET}/")
    log_in_on_its_page(page, "erin")
    expect(page.get_by_label("Note", exact=True)).to_have_value("Half a note")

    assert len(kept_in(page)) == 1
    end_log_in(page)
    page.goto(f"/tickets/{TICKET}/")
    log_in_on_its_page(page, "sam")
    page.get_by_text("Add a note").click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("")
    assert kept_in(page) == []


def test_logging_out_leaves_no_words_in_the_browser(new_page):
    page = new_page()
    page.goto(f"/login/?next=/tickets/{TICKET}/")
    log_in_on_its_page(page, "sam")
    page.get_by_text("Add a note").click()
    page.get_by_label("Note", exact=True).fill("Half a note")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login/**")
    assert kept_in(page) == []


def test_the_dialog_is_accessible_in_every_look(new_page, log_in, assert_accessible):
    page = new_page()
    log_in(page, "erin")
    start_session(page, "How the dialog looks")
    end_log_in(page)
    page.get_by_label(STEP).fill("Restore the timer")
    page.get_by_role("button", name="Add step").click()
    expect(dialog_of(page)).to_be_visible()

    assert_accessible(page)
