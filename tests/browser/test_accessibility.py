"""axe finds nothing on the pages of the main job, in both themes and on a phone."""

import pytest

from tests.browser.ticket import NEW_SESSION, look_up_ticket, work_session

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/sessions/?who=all",
    "/sessions/new/",
    "/account/admin/integrations/",
    "/account/me/logins/",
)


def test_the_pages_have_no_violations(new_page, log_in, assert_accessible):
    page = new_page()
    page.goto("/login/")
    assert_accessible(page)
    log_in(page, "adam")
    for address in PAGES:
        page.goto(address)
        page.locator("h1").first.wait_for()
        assert_accessible(page)


def test_the_session_and_its_dialogs_have_no_violations(new_page, log_in, assert_accessible):
    page = new_page()
    log_in(page, "sam", at=NEW_SESSION)
    work_session(page, "Looked at by axe")
    assert_accessible(page)

    look_up_ticket(page, "48291")
    assert_accessible(page)

    page.get_by_role("button", name="Link #48291").click()
    page.get_by_role("link", name="Update ticket").click()
    page.get_by_role("dialog").get_by_label("Note", exact=True).wait_for()
    assert_accessible(page)

    page.get_by_role("button", name="Post to ticket").click()
    page.locator("[data-post]").first.wait_for()
    assert_accessible(page)
