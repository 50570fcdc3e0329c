"""A long session in a real browser: its earlier steps, links to them, and how much a step takes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.ticket import NEW_SESSION, start_session

pytestmark = pytest.mark.browser

ADD = """async (count) => {
  const form = document.getElementById("composer");
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
  for (let place = 1; place <= count; place++) {
    const body = new URLSearchParams({ kind: "note", title: `Noted ${place}.` });
    await fetch(form.action, { method: "POST", body, headers });
  }
}"""


@pytest.fixture
def page(new_page, log_in):
    """Return the page of a new session."""
    page = new_page()
    log_in(page, "sam", at=NEW_SESSION)
    start_session(page, "A long one")
    return page


@pytest.fixture
def long_page(page):
    """Return the page of a session of 60 steps."""
    page.evaluate(ADD, 60)
    page.reload()
    return page


def test_earlier_steps_come_above_and_links_lead_to_them(long_page):
    page = long_page
    address = page.url
    steps = page.locator("#step-list .step")
    expect(steps).to_have_count(50)
    expect(page.locator("#composer")).to_be_visible()
    page.get_by_role("link", name="Show earlier steps").focus()
    page.keyboard.press("Enter")
    expect(steps).to_have_count(60)
    expect(steps.first).to_be_focused()
    expect(page.get_by_role("link", name="Show earlier steps")).to_have_count(0)
    titles = steps.locator(".step-title").all_text_contents()
    assert titles == [f"Noted {place}." for place in range(1, 61)]

    old = steps.nth(4).get_attribute("id")
    page.goto(address)
    expect(steps).to_have_count(50)
    page.goto(f"{address}#{old}")
    page.wait_for_url(f"**/?step=*#{old}")
    expect(page.locator(f"#{old}")).to_be_in_viewport()
    expect(steps).to_have_count(55)


def test_a_step_that_moves_past_one_that_is_not_shown_is_followed(long_page):
    page = long_page
    steps = page.locator("#step-list .step")
    moved = steps.first.get_attribute("id")
    steps.first.get_by_role("button", name="Move up").click()
    page.wait_for_url(f"**/?step=*#{moved}")
    expect(page.locator(f"#{moved}")).to_be_visible()
    # Within what is shown rows change places, and nothing is loaded.
    last = steps.last.get_attribute("id")
    steps.last.get_by_role("button", name="Move up").click()
    expect(steps.nth(-2)).to_have_attribute("id", last)
    expect(page).to_have_url(re.compile(rf"#{moved}$"))


def test_the_form_says_how_much_of_a_step_is_used(page):
    page.get_by_text("Notes and command output").first.click()
    output = page.locator("#composer").get_by_label("Command output")
    size = page.locator("#composer [data-size-most]")
    expect(size).to_be_hidden()
    output.fill("x" * 120_000)
    expect(size).to_have_text("120 KB of 200 KB")
    output.fill("é" * 150_000)
    expect(size).to_have_text("300 KB of 200 KB: too much to save, shorten it")
    # Its draft is too large as well, and the form says so.
    expect(page.locator("#composer [data-autosave-state]")).to_contain_text("Not saved. This is")
    page.get_by_label("What did you ask, check or do?").fill("Read the log")
    page.get_by_role("button", name="Add step").click()
    expect(page.locator("#id_command_output_error")).to_contain_text("up to 200 KB go")
    expect(output).to_have_value("é" * 150_000)
