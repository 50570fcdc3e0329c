"""My day in the browser: time is booked from there, and the pictures have a table behind them."""

import pytest
from playwright.sync_api import expect

from tests.browser.ticket import NEW_SESSION, link_ticket, start_session

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
def test_open_time_of_a_session_is_booked_from_the_day(
    new_page, log_in, assert_accessible, javascript
):
    page = new_page(javascript=javascript)
    log_in(page, "erin", at=NEW_SESSION)
    title = f"Booked from my day {javascript}"
    start_session(page, title)
    link_ticket(page, "48291")
    page.get_by_role("link", name="My day").click()
    line = page.locator("[data-session]", has_text=title)
    line.get_by_role("link", name="Book 0.25 h").click()
    form = page.get_by_role("region", name="Book time")
    expect(form.get_by_label("Hours")).to_have_value("0.25")
    expect(form).to_contain_text(title)
    if javascript:
        assert_accessible(page)
    form.get_by_label("Start").fill("")
    form.get_by_role("button", name="Book time").click()
    expect(line.locator("[data-part=time]")).to_have_attribute("data-state", "booked")
    expect(line.get_by_role("link", name="Book 0.25 h")).to_have_count(0)


def test_time_of_a_ticket_is_refused_beside_its_field_and_nothing_is_lost(new_page, log_in):
    page = new_page(width=390, scheme="light")
    log_in(page, "erin", at="/time/")
    form = page.get_by_role("region", name="Book time")
    form.get_by_label("Ticket number").fill("48291")
    form.get_by_label("Hours").fill("24.01")
    form.get_by_label("Text of the time entry").fill("Looked at the logs")
    form.get_by_role("button", name="Book time").click()
    expect(form.locator("#id_time_hours_error")).to_contain_text("at most 24 hours")
    expect(form.get_by_label("Text of the time entry")).to_have_value("Looked at the logs")


def test_the_sums_of_an_account_are_read_by_its_administrators(new_page, log_in, assert_accessible):
    page = new_page()
    log_in(page, "adam", at="/time/")
    page.get_by_role("link", name="Sums of the account").click()
    expect(page.get_by_role("heading", name="By client and ticket")).to_be_visible()
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.goto("/account/admin/time-rules/")
    assert_accessible(page)
    page.goto("/account/me/")
    assert_accessible(page)
