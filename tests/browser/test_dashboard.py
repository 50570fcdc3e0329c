"""The dashboard's queue, in the browser: after the page, and failing alone."""

import httpx
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ROW = "#my-queue [data-ticket]"


@pytest.fixture
def faults(demo):
    """Let the simulated ConnectWise fail, until the test is over."""
    address = f"{demo.simulator}/__simulator__/faults"

    def add(**fault):
        httpx.post(address, json={"add": fault}).raise_for_status()

    yield add
    httpx.delete(address).raise_for_status()


def test_the_queue_comes_after_the_page(new_page, log_in, assert_accessible):
    page = new_page()
    log_in(page, "erin")
    page.locator(ROW).first.wait_for()
    assert 1 <= page.locator(ROW).count() <= 5
    assert_accessible(page)

    page.get_by_role("link", name="View all").first.click()
    page.wait_for_url("**/tickets/?assigned=me")


def test_a_ticket_of_the_queue_opens_over_the_dashboard_and_closes_to_it(new_page, log_in):
    page = new_page()
    log_in(page, "erin")
    row = page.locator(ROW).first
    number = row.get_attribute("data-ticket")
    row.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.wait_for_url(f"**/tickets/{number}/")
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: url.endswith("/"))
    page.get_by_role("dialog").wait_for(state="detached")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def test_a_session_starts_at_a_row(new_page, log_in):
    page = new_page()
    log_in(page, "sam")
    row = page.locator(ROW).first
    number = row.get_attribute("data-ticket")
    row.get_by_role("button", name="Session").click()
    page.wait_for_url("**/sessions/*/")
    expect(page.locator("#ticket-header")).to_contain_text(f"#{number}")


def test_the_queue_fails_alone_says_so_and_is_loaded_again_in_its_place(
    new_page, log_in, faults, assert_accessible
):
    faults(kind="error_before", times=50, method="GET", path="/service/tickets")
    page = new_page()
    log_in(page, "erin")
    bar = page.locator("#my-queue").get_by_role("alert")
    bar.wait_for()
    expect(bar).to_contain_text("ConnectWise")
    expect(page.get_by_role("heading", name="My open sessions")).to_be_visible()
    assert_accessible(page)


def test_without_scripts_the_queue_is_a_page_of_its_own(new_page, log_in):
    page = new_page(javascript=False)
    log_in(page, "erin")
    page.get_by_role("link", name="Open my queue").click()
    page.wait_for_url("**/queue/")
    expect(page.locator("[data-ticket]").first).to_be_visible()
