"""ResolutionAssist in a real browser: asked, stopped, continued, made into steps."""

import json

import httpx
import pytest
from playwright.sync_api import expect

from resolutionflow.simulators.messages import Script
from resolutionflow.simulators.messages.app import as_json
from tests.browser.ticket import work_session

pytestmark = pytest.mark.browser
STEP = {"kind": "check", "title": "Compare the idle timeout", "details": "show run"}
TICKET = {"summary": "Switch in rack 2 logs CRC errors", "description": "Seen on the way."}


def will(demo, *scripts) -> None:
    told = httpx.post(f"{demo.claude}/__stand_in__/scripts", content=as_json(*scripts))
    told.raise_for_status()


def test_an_answer_is_stopped_continued_and_becomes_a_step(
    new_page, log_in, demo, assert_accessible
):
    page = new_page()
    log_in(page, "erin", at="/sessions/new/")
    work_session(page, "Tunnel drops when idle")
    assist = page.locator("#assist")

    will(demo, Script(text="It fits an **idle timeout**. " + "And so on. " * 60, pause=0.4))
    assist.get_by_label("Ask about this session").fill("What should I check next?")
    page.keyboard.press("Control+Enter")
    expect(assist.get_by_text("idle timeout")).to_be_visible()
    # Another tab sees the same answer, and cannot talk across it.
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("#assist").get_by_text("idle timeout")).to_be_visible()
    other.get_by_label("Ask about this session").fill("And now?")
    other.get_by_role("button", name="Ask", exact=True).click()
    expect(other.get_by_text("An answer is still being written")).to_be_visible()
    expect(other.get_by_label("Ask about this session")).to_have_value("And now?")
    other.close()

    assist.get_by_role("button", name="Stop").click()
    expect(assist.get_by_text("Stopped")).to_be_visible()
    calls = [{"name": "propose_step", "input": STEP}, {"name": "propose_ticket", "input": TICKET}]
    will(demo, Script(text="Compare it with the backup.", calls=calls))
    assist.get_by_role("button", name="Continue").click()
    expect(assist.locator("[data-assist][data-state=done]")).to_be_visible()
    answer = assist.locator(".assist-answer")
    expect(answer).to_contain_text("idle timeout")
    expect(answer).to_contain_text("Compare it with the backup.")
    assert_accessible(page)

    assist.get_by_role("button", name="Add step").click()
    expect(assist.get_by_text("Added", exact=True)).to_be_visible()
    expect(page.locator("#step-list").get_by_text(STEP["title"])).to_be_visible()
    expect(page.locator("#record-text")).to_contain_text(STEP["title"])
    page.reload()
    expect(assist.get_by_text("Added", exact=True)).to_be_visible()
    expect(page.locator("#step-list").get_by_text(STEP["title"])).to_have_count(1)

    assist.get_by_role("link", name="New ticket…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Summary")).to_have_value(TICKET["summary"])


def test_each_sentence_of_a_summary_leads_to_its_step(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at="/sessions/new/")
    work_session(page, "Summed up")
    said = {
        "sentences": [
            {"text": "The timeout was 300 seconds.", "steps": [1]},
            {"text": "It was the moon.", "steps": []},
        ]
    }
    will(demo, Script(text=json.dumps(said)))
    page.get_by_role("button", name="Summarise").click()
    summary = page.locator(".assist-summary")
    expect(summary.get_by_role("link", name="step 1")).to_be_visible()
    expect(summary.get_by_text("no source")).to_be_visible()


def test_without_scripts_the_conversation_is_a_page(new_page, log_in, demo):
    page = new_page(javascript=False)
    log_in(page, "erin", at="/sessions/new/")
    page.get_by_label("Title").fill("Asked without scripts")
    page.get_by_role("button", name="Start session").click()
    page.get_by_role("link", name="ResolutionAssist").click()
    will(demo, Script(text="Look at the log."))
    page.get_by_label("Ask about this session").fill("Where?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Where?")).to_be_visible()
