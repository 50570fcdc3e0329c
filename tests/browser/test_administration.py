"""An administrator from an empty account to the export of the first note, in the browser."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from psa.simulators.connectwise.store import DEMO_CLIENT_ID

pytestmark = pytest.mark.browser
SONJA, STAN = "sonja@southside.example", "stan@southside.example"


@pytest.fixture
def crippled(demo):
    """Let the API key see no members, until it is called or the test is over."""
    faults = f"{demo.simulator}/__simulator__/faults"
    fault = {"kind": "forbidden", "path": "/system/members", "times": 50}
    httpx.post(faults, json={"add": fault}).raise_for_status()

    def heal() -> None:
        httpx.delete(faults).raise_for_status()

    yield heal
    heal()


@pytest.fixture
def admin(new_page, log_in) -> Page:
    page: Page = new_page()
    log_in(page, SONJA, at="/account/admin/")
    return page


def connect(page: Page, site: str, private_key: str) -> None:
    """Fill the connection form as somebody does who reads the guide, and send it."""
    values = {
        "Name": "Our ConnectWise",
        "Site": site,
        "Company id": "southside",
        "Public key": "southPublicKey01",
        "Private key": private_key,
        "Client id": DEMO_CLIENT_ID,
    }
    for label, value in values.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Test and connect").click()


def post_a_note(page: Page, text: str) -> None:
    """Write on the newest ticket, signed as the person is mapped."""
    page.goto("/tickets/")
    page.locator("[data-ticket] a").first.click()
    page.get_by_text("Add a note").click()
    expect(page.get_by_text("Signed as Stan Morgan (ConnectWise member)")).to_be_visible()
    page.get_by_label("Note", exact=True).fill(text)
    page.get_by_role("button", name="Post to ticket").click()
    expect(page.locator("[data-entry]", has_text=text).first).to_contain_text("Stan Morgan")


def find_and_export(page: Page, word: str) -> str:
    """Search the post history, and return the file of what it found."""
    page.get_by_role("link", name="Post history").click()
    page.get_by_role("searchbox").fill(word)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("[data-post]")).to_have_attribute("data-state", "posted")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    return Path(download.value.path()).read_text()


def test_from_an_empty_account_to_the_export_of_a_note(
    admin, demo, crippled, new_page, log_in, assert_accessible
):
    expect(admin.get_by_text("Not connected")).to_be_visible()
    admin.get_by_role("link", name="Integrations").click()
    admin.get_by_role("link", name="Member mapping").click()
    expect(admin.get_by_text("Set up a connection first")).to_be_visible()
    admin.get_by_role("link", name="Go to the connection").click()
    expect(admin.get_by_label("Site", exact=True)).to_be_visible()
    assert_accessible(admin)

    connect(admin, demo.simulator, "not-the-private-key")
    expect(admin.get_by_text("Check the public key, the private key")).to_be_visible()
    expect(admin.get_by_label("Site", exact=True)).to_have_value(demo.simulator)
    connect(admin, demo.simulator, "southPrivateKey01")
    expect(admin.get_by_text("Connected. ConnectWise accepted the credentials.")).to_be_visible()

    rights = admin.get_by_role("row").filter(has_text="Signing notes as the engineer")
    expect(rights).to_contain_text("System › Member Maintenance")
    expect(rights).to_contain_text("Missing")
    admin.get_by_role("link", name="Member mapping").click()
    expect(admin.get_by_role("note")).to_contain_text("Member Maintenance")
    crippled()

    admin.get_by_role("button", name="Auto-match").click()
    results = admin.locator("[data-match-results]")
    expect(results).to_contain_text("Mapped to Stan Morgan (SMorgan)")
    expect(results.get_by_role("listitem").filter(has_text=SONJA)).to_contain_text(
        "No active member has this address"
    )
    field = admin.get_by_role("combobox", name="ConnectWise member of Sonja Sand")
    field.fill("kl")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("Ida Klein (IKlein)")
    assert_accessible(admin)
    admin.get_by_role("button", name="Save").click()
    expect(admin.get_by_text("Saved. 1 person was changed.")).to_be_visible()
    expect(field).to_have_value("Ida Klein (IKlein)")

    engineer = new_page(width=390, scheme="light")
    log_in(engineer, STAN, at="/account/me/")
    expect(engineer.get_by_role("main")).to_contain_text("You are Stan Morgan (SMorgan)")
    assert_accessible(engineer)
    post_a_note(engineer, "Replaced the toner.")
    export = find_and_export(admin, "toner")
    assert "Stan Stone" in export
    assert "Replaced the toner." in export


def test_without_scripts_people_are_mapped_by_the_browsers_own_list(new_page, log_in):
    page = new_page(javascript=False)
    log_in(page, "adam", at="/account/admin/integrations/?tab=members")
    field = page.get_by_label("ConnectWise member of Vera Vogt")
    field.fill("Harriet Smith (HSmith)")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("ConnectWise member of Vera Vogt")).to_have_value(
        "Harriet Smith (HSmith)"
    )
