"""Nobody has set up Claude: an engineer does the whole job, and is told what is missing."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import expect

from resolutionflow.lib.processes import Processes, free_port
from sessions_app.management.commands.demo import demo_environment
from tests.browser.conftest import NO_LIMITS
from tests.browser.ticket import add_steps, notes_on, tickets_named

pytestmark = pytest.mark.browser

NO_CLAUDE = {"ANTHROPIC_API_KEY": "", "ANTHROPIC_BASE_URL": ""}


@pytest.fixture
def keyless(demo, demo_database, monkeypatch):
    """Serve the demo's data by an application without a key, and return its address."""
    for name, value in {**demo_database, **NO_LIMITS, **NO_CLAUDE}.items():
        monkeypatch.setenv(name, value)
    port, simulator_port = free_port(), urlsplit(demo.simulator).port
    env = demo_environment(demo.directory, simulator_port)
    with Processes(env, settings.BASE_DIR) as processes:
        processes.start_web(port)
        processes.wait_for_port(port)
        yield f"http://127.0.0.1:{port}"


def test_a_session_is_worked_spun_off_from_and_posted(
    new_page, log_in, demo, keyless, assert_accessible
):
    page = new_page()
    log_in(page, "erin")
    page.goto(f"{keyless}/sessions/new/?title=VPN%20drops&ticket_id=48291")
    page.get_by_role("button", name="Start session").click()
    page.wait_for_url("**/sessions/*-*/")
    add_steps(page)
    assist = page.locator("#assist")
    expect(assist).to_contain_text("Claude is not set up here")
    expect(assist.get_by_role("button")).to_have_count(0)
    assert_accessible(page)

    page.get_by_role("link", name="Spin-off ticket").click()
    page.get_by_role("tab", name="Quick create").click()
    page.get_by_label("What is it about?").fill(
        "Badge reader at Contoso beeps all night, high, help desk board, for Sam"
    )
    expect(page.get_by_text("the built-in matcher reads it")).to_be_visible()
    page.get_by_role("button", name="Fill the form").click()
    expect(page.locator("#new-parsed")).to_contain_text("Filled in by the built-in matcher.")
    expect(page.get_by_label("Company")).to_have_value("Contoso Legal, LLP")
    page.get_by_role("button", name="Create ticket").click()
    expect(page.locator("dialog [data-creation]")).to_have_attribute("data-state", "created")
    (ticket,) = tickets_named(demo, "Badge reader at Contoso beeps all night")
    assert (ticket["board"]["name"], ticket["owner"]["name"]) == ("Help Desk", "Sam Fischer")
    page.get_by_role("button", name=f"Link this session to #{ticket['id']}").click()
    page.locator("#ticket-header", has_text=f"CW #{ticket['id']}").wait_for()

    page.get_by_role("link", name="Update ticket").click()
    page.get_by_role("dialog").get_by_role("button", name="Post to ticket").click()
    expect(page.locator("[data-post]").first).to_have_attribute("data-state", "posted")
    (note,) = [n for n in notes_on(demo, str(ticket["id"])) if "Restore the timer" in n["text"]]
    assert note["internalAnalysisFlag"]
