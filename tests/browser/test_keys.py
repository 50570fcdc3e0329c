"""New keys looked at before they are used, and the Django admin of one account, in the browser."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_new_keys_show_what_they_lack_before_they_are_used(new_page, log_in, assert_accessible):
    page = new_page(width=390, scheme="light")
    log_in(page, "adam", at="/account/admin/integrations/?tab=connection")
    expect(page.get_by_role("row").filter(has_text="Finding, showing")).to_contain_text("Works")
    assert_accessible(page)

    page.get_by_role("link", name="Replace the keys").click()
    page.get_by_label("New public key").fill("publicKey02")
    page.get_by_label("New private key").fill("privateKey02")
    page.get_by_role("button", name="Keep beside the ones in use").click()
    page.get_by_role("link", name="See what they may do").click()
    lacking = page.get_by_role("row").filter(has_text="Signing notes as the engineer")
    expect(lacking).to_contain_text("Grant System › Member Maintenance, Inquire Level: All")
    assert_accessible(page)
    page.get_by_role("button", name="Throw them away").click()
    expect(page.get_by_text("The waiting keys are thrown away.")).to_be_visible()


def test_the_django_admin_shows_an_accounts_admin_the_own_rows(new_page, log_in):
    page = new_page()
    log_in(page, "adam", at="/admin/")
    page.get_by_role("link", name="Users", exact=True).first.click()
    rows = page.locator("#result_list tbody tr")
    expect(rows.filter(has_text="erin@northwind.example")).to_have_count(1)
    expect(page.get_by_role("main")).not_to_contain_text("southside")
    page.get_by_role("link", name="PSA connections").first.click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Back to ResolutionFlow").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
