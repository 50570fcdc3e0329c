"""The move: from an empty session to note, status and time on the ticket, by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.ticket import (
    NEW_SESSION,
    link_ticket,
    notes_on,
    start_session,
    status_of,
    times_on,
)

pytestmark = pytest.mark.browser
TICKET = "48251"
# It was 34 before: three steps, and a post with time and status.
MOST_PRESSES = 16


class Keyboard:
    """Types texts, and counts every other press."""

    def __init__(self, page) -> None:
        self._keyboard, self.presses = page.keyboard, 0

    def press(self, key: str) -> None:
        self._keyboard.press(key)
        self.presses += 1

    def type(self, text: str) -> None:
        self._keyboard.type(text)


def test_the_move_takes_few_key_presses(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=NEW_SESSION)
    start_session(page, "The move")
    link_ticket(page, TICKET)
    page.reload()
    keys = Keyboard(page)
    record(page, keys)
    complete(page, keys)
    post(page, keys)
    assert keys.presses <= MOST_PRESSES
    (note,) = [one for one in notes_on(demo, TICKET) if "The old timer is back." in one["text"]]
    assert note["resolutionFlag"]
    assert [entry["actualHours"] for entry in times_on(demo, TICKET)] == [0.5]
    assert re.search("Complete|Resolved", status_of(demo, TICKET))

    tell_the_customer(page)
    told = [one["text"] for one in notes_on(demo, TICKET) if one["detailDescriptionFlag"]]
    assert any(text.startswith("Hello") for text in told)
    assert len(times_on(demo, TICKET)) == 1


def record(page, keys) -> None:
    title = page.get_by_label("What did you ask, check or do?")
    expect(title).to_be_focused()
    for step in ("Asked since when", "Compared the policies", "Restored the timer"):
        keys.type(step)
        keys.press("Control+Enter")
        page.locator("#step-list").get_by_text(step).wait_for()
        expect(title).to_be_focused()
        expect(title).to_have_value("")


def complete(page, keys) -> None:
    keys.press("Escape")
    keys.press("c")
    keys.press("1")
    expect(page.get_by_role("radio", name="Resolved")).to_be_checked()
    keys.press("Tab")
    keys.type("The old timer is back.")
    keys.press("Tab")
    keys.press("Tab")
    expect(page.get_by_label("Worked")).to_be_focused()
    keys.type("0.5")
    keys.press("Control+Enter")
    expect(page.locator("#update-ticket")).to_be_focused()


def post(page, keys) -> None:
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=re.compile("^Resolution"))).to_be_checked()
    expect(dialog.get_by_label("Hours")).to_have_value("0.50")
    expect(dialog.get_by_label("Status of the ticket")).not_to_have_value("")
    expect(dialog.get_by_label("Note", exact=True)).to_be_focused()
    keys.press("Control+Enter")
    page.locator("[data-post] [data-part=time][data-state=booked]").first.wait_for()
    expect(page.locator("[data-part=status][data-state=applied]").first).to_be_visible()


def tell_the_customer(page) -> None:
    page.keyboard.press("u")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name=re.compile("^Description")).check()
    expect(dialog.get_by_label("Note", exact=True)).to_have_value(re.compile("^Hello"))
    dialog.get_by_role("checkbox", name=re.compile("can read|may read")).check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-part=note][data-state=posted]")).to_have_count(2)
