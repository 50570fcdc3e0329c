"""Who posted what, where, and did it arrive: found, opened and exported by an administrator."""

import csv
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# Posted by the demo itself: arrived, and refused because its ticket was deleted.
ARRIVED, REFUSED = "48257", "47001"


def test_an_administrator_finds_a_post_opens_it_and_exports_it(
    new_page, log_in, assert_accessible, tmp_path
):
    page = new_page()
    log_in(page, "adam")
    page.goto("/account/admin/integrations/")
    page.get_by_role("link", name="Post history").click()
    rows = page.locator("#results [data-post]")
    expect(rows.first).to_be_visible()

    page.get_by_label("Search").fill(f"outlook #{ARRIVED}")
    page.get_by_role("button", name="Search").click()
    expect(rows).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=outlook"))
    expect(rows.first).to_have_attribute("data-state", "posted")
    assert_accessible(page)

    page.get_by_role("link", name=f"Post to ticket {ARRIVED}").click()
    dialog = page.get_by_role("dialog", name=f"Post to ticket #{ARRIVED}")
    for told in ("Exactly what was sent.", "Just as the session's record made it.", "Erin"):
        expect(dialog.get_by_text(told).first).to_be_visible()
    expect(dialog.locator("[data-attempt=send]")).to_have_attribute("data-outcome", "posted")
    assert_accessible(page)
    dialog.locator("footer").get_by_role("link", name="Close").click()

    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    download.value.save_as(tmp_path / "posts.csv")
    with (tmp_path / "posts.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [(row["ticket"], row["state"]) for row in table] == [(ARRIVED, "Posted")]
    assert "Outlook asks for the password" in table[0]["text"]


def test_what_was_refused_is_found_and_retried_without_javascript(new_page, log_in):
    page = new_page(width=390, scheme="light", javascript=False)
    log_in(page, "adam")
    page.goto("/account/admin/integrations/posts/")
    page.get_by_role("link", name="Not posted").click()
    page.get_by_role("link", name=f"Post to ticket {REFUSED}").first.click()
    expect(page.get_by_role("heading", name=f"Post to ticket #{REFUSED}")).to_be_visible()
    page.wait_for_load_state()
    before = page.locator("[data-attempt=send]").count()
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("[data-attempt=send]")).to_have_count(before + 1)
