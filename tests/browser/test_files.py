"""Pictures and files in a real browser: pasted, dropped, chosen, described, and taken out again."""

from base64 import b64encode

import pytest
from playwright.sync_api import expect

from tests.browser.ticket import NEW_SESSION, start_session
from tests.pictures import picture

pytestmark = pytest.mark.browser

TITLE = "What did you ask, check or do?"
# A person's paste or drop of a file, with whatever else the clipboard holds.
GIVE = """([kind, data, name, also]) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const given = new DataTransfer();
  given.items.add(new File([bytes], name));
  for (const [type, text] of Object.entries(also)) given.setData(type, text);
  const options = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: given })
    : new DragEvent(kind, { ...options, dataTransfer: given });
  (document.activeElement ?? document.body).dispatchEvent(event);
}"""

PASTED = """(field, text) => {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def page(new_page, log_in):
    """Return the page of a new session."""
    page = new_page()
    log_in(page, "sam", at=NEW_SESSION)
    start_session(page, "With pictures")
    return page


def give(page, kind="paste", data=b"", name="image.png", **also):
    """Paste or drop a file where the cursor is; a picture where no bytes say otherwise."""
    also = {key.replace("_", "/"): text for key, text in also.items()}
    page.evaluate(GIVE, [kind, b64encode(data or picture()).decode(), name, also])


def rows(page):
    return page.locator("#composer [data-files-list] li")


def test_a_picture_is_pasted_described_and_added_by_keys_alone(page, assert_accessible):
    page.get_by_label(TITLE).fill("What the client shows")
    give(page)
    expect(rows(page)).to_have_count(1)
    expect(rows(page).locator("canvas")).to_be_visible()
    expect(rows(page).get_by_role("textbox")).to_be_focused()
    assert_accessible(page)
    page.keyboard.type("The error of the client")
    page.keyboard.press("Control+Enter")
    shown = page.locator("#step-list").get_by_role("img", name="The error of the client")
    expect(shown).to_be_visible()
    expect(page.locator("#record-text")).to_contain_text("Picture: The error of the client")
    expect(rows(page)).to_have_count(0)
    expect(page.get_by_label(TITLE)).to_be_focused()
    assert_accessible(page)
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 60


def test_a_refused_form_keeps_its_files_and_words(page):
    give(page)
    page.keyboard.type("Described")
    give(page, data=b"2026 ERROR", name="app.log")
    expect(rows(page)).to_have_count(2)
    page.get_by_label(TITLE).fill("Two files")
    page.get_by_role("button", name="Add step").click()
    said = page.locator("#composer").get_by_text("app.log: Say in a few words what it shows")
    expect(said).to_be_visible()
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first.get_by_role("textbox")).to_have_value("Described")
    blank = rows(page).nth(1).get_by_role("textbox")
    expect(blank).to_have_attribute("aria-invalid", "true")
    blank.fill("The log")
    page.get_by_role("button", name="Add step").click()
    expect(page.locator("#step-list .step-files li")).to_have_count(2)
    expect(rows(page)).to_have_count(0)


def test_what_is_dropped_beside_the_form_is_for_the_next_step(page):
    page.get_by_role("heading", name="Steps").click()
    give(page, "dragover")
    expect(page.locator("#composer [data-files]")).to_have_attribute("data-files-over", "")
    give(page, "drop", name="dropped.png")
    expect(rows(page)).to_contain_text("dropped.png")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # on Remove
    expect(rows(page)).to_have_count(0)
    expect(page.locator("#composer [data-files-choose]")).to_be_focused()


def test_office_puts_a_picture_beside_the_text_which_is_meant(page):
    page.get_by_label(TITLE).focus()
    give(page, text_plain="a cell", text_html="<td>a cell</td>")
    expect(rows(page)).to_have_count(0)


def test_too_many_and_too_large_ones_are_said_at_once(page):
    chosen = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"x"} for n in range(11)]
    page.locator("#composer [data-files-choose]").set_input_files(chosen)
    expect(rows(page)).to_have_count(10)
    expect(page.get_by_text("Up to 10 files go with a step.")).to_be_visible()


def test_files_are_taken_out_of_a_step_and_others_added(page):
    page.get_by_label(TITLE).fill("Shown")
    give(page)
    page.keyboard.type("First")
    page.keyboard.press("Control+Enter")
    page.locator("#step-list").get_by_role("link", name="Edit", exact=True).click()
    editor = page.locator(".step-editing")
    editor.get_by_label("Remove First").check()
    editor.get_by_label(TITLE).focus()
    give(page, data=b"2026 ERROR", name="app.log")
    page.keyboard.type("Second")
    editor.get_by_role("button", name="Save step").click()
    expect(page.locator("#step-list .step-files li")).to_have_count(1)
    expect(page.locator("#step-list")).to_contain_text("Second · app.log")


def test_a_text_that_is_too_long_goes_as_a_file_with_one_click(page):
    page.get_by_label(TITLE).fill("Read the log")
    offer = page.locator("#composer [data-as-file]")
    expect(offer).to_be_hidden()
    page.get_by_text("Notes and command output").click()
    # Not by `fill`, which takes minutes for as much.
    page.get_by_label("Command output").evaluate(PASTED, f"{'x' * 99}\n" * 2_200)
    expect(offer).to_be_visible()
    offer.click()
    file = page.locator("#step-list").get_by_role("link", name="Command output, as a text file")
    expect(file).to_contain_text("command-output.txt · 220 KB")
    expect(page.locator("#composer").get_by_label("Command output")).to_have_value("")


def test_without_scripts_a_file_goes_with_a_step(new_page, log_in):
    page = new_page(javascript=False)
    log_in(page, "sam", at=NEW_SESSION)
    start_session(page, "Plain")
    page.get_by_label(TITLE).fill("What the client shows")
    page.get_by_text("Pictures and files").click()
    sent = {"name": "shot.png", "mimeType": "image/png", "buffer": picture()}
    page.get_by_label("Picture or file").set_input_files(sent)
    page.get_by_role("button", name="Add step").click()
    expect(page.get_by_text("shot.png: Say in a few words")).to_be_visible()
    expect(page.get_by_label(TITLE)).to_have_value("What the client shows")
    page.get_by_label("Picture or file").set_input_files(sent)
    page.get_by_label("What it shows").fill("The error")
    page.get_by_role("button", name="Add step").click()
    expect(page.locator("#step-list").get_by_role("img", name="The error")).to_be_visible()
