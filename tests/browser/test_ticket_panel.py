"""A ticket in its panel, as an engineer uses it: read, change, add people and notes, go on."""

import json
import re
from base64 import b64encode
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Route, expect

from tests.browser.ticket import fault, notes_on, status_of

pytestmark = pytest.mark.browser


def found(number: str) -> str:
    """Return the address of the list with this ticket alone."""
    return f"/tickets/?q={number}&closed=all"


def open_panel(page, number: str) -> None:
    """Open the ticket in the list that shows it; every part of it has loaded then."""
    page.get_by_role("link", name=re.compile(f"^Ticket {number}")).click()
    wait_for_parts(page)


def wait_for_parts(page) -> None:
    page.locator("#ticket-head .ticket-summary").wait_for()
    for part in ("notes", "resources", "configurations", "related"):
        page.locator(f"#region-{part} > .with-script").wait_for(state="detached")


def close_panel(page, number: str) -> None:
    """Close the panel by keyboard. The address steps back on its own time, after the panel."""
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.wait_for_url(f"**/tickets/?q={number}*")


def entries_of(demo, number: str) -> list[str]:
    """Return whom the simulated ConnectWise has on the ticket, as it writes them."""
    with urlopen(f"{demo.simulator}/__simulator__/dump", timeout=10) as answer:  # noqa: S310
        tickets = json.load(answer)["northwind"]["tickets"]
    ticket = next(each for each in tickets if str(each["id"]) == number)
    return [name for name in ticket.get("resources", "").split(", ") if name]


def delete_ticket(demo, number: str) -> None:
    """Delete the ticket in the simulated ConnectWise, as somebody does there."""
    keys = b64encode(b"northwind+demoPublicKey01:demoPrivateKey01").decode()
    request = Request(  # noqa: S310
        f"{demo.simulator}/v4_6_release/apis/3.0/service/tickets/{number}",
        method="DELETE",
        headers={
            "Authorization": f"Basic {keys}",
            "clientId": "00000000-0000-4000-8000-000000000001",
        },
    )
    urlopen(request, timeout=10).close()  # noqa: S310


def test_the_panel_opens_over_the_list_and_the_address_follows(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at=found("48291"))
    open_panel(page, "48291")
    panel = page.get_by_role("dialog")
    page.wait_for_url("**/tickets/48291/")
    expect(panel).to_contain_text("VPN drops after five minutes")
    expect(panel.locator("#region-notes")).to_contain_text("Since the new firewall was installed")

    close_panel(page, "48291")
    page.locator("a:focus", has_text="#48291").wait_for()

    page.go_forward()
    wait_for_parts(page)
    page.wait_for_url("**/tickets/48291/")
    page.go_back()
    panel.wait_for(state="detached")
    assert "q=48291" in page.url

    page.goto("/tickets/48291/")
    page.get_by_role("heading", name="VPN drops after five minutes", level=1).wait_for()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_no_address_has_words_of_a_ticket_and_the_row_spares_a_reading(new_page, log_in):
    page = new_page()
    sent = []
    page.on("request", lambda request: sent.append(request))
    log_in(page, "erin", at=found("48291"))
    open_panel(page, "48291")
    page.go_back()
    page.get_by_role("dialog").wait_for(state="detached")
    page.go_forward()
    wait_for_parts(page)

    said = [each.url + each.headers.get("referer", "") for each in sent]
    assert [each for each in said if re.search("VPN|drops|Contoso", each)] == []
    assert not re.search("VPN|drops", page.evaluate("JSON.stringify(history.state)"))
    related = [each for each in sent if each.url.endswith("/tickets/48291/related/")]
    assert len(related) == 2
    for each in related:
        assert each.headers["x-ticket-about"].startswith("summary=VPN+drops")
        assert each.headers["x-csrftoken"]


def test_a_related_ticket_takes_its_place_and_closing_leads_to_the_list(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at=found("48291"))
    open_panel(page, "48291")
    about = page.locator("#region-configurations summary").first
    about.press("Enter")
    page.locator("#region-configurations .ticket-about .with-script").wait_for(state="detached")
    assert re.search(r"#\d+|No other ticket", page.locator(".ticket-about[open]").inner_text())
    link = page.locator("#region-related a").first
    number = link.inner_text().removeprefix("#")
    link.click()
    page.wait_for_url(f"**/tickets/{number}/")
    page.get_by_text(f"Ticket #{number}", exact=True).wait_for()
    wait_for_parts(page)
    page.go_back()
    page.get_by_text("Ticket #48291", exact=True).wait_for()
    wait_for_parts(page)
    page.go_forward()
    page.get_by_text(f"Ticket #{number}", exact=True).wait_for()
    page.get_by_role("button", name="Close").click()
    page.wait_for_url("**/tickets/?q=48291*")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_after_a_reload_back_leads_to_the_list(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at=found("48291"))
    open_panel(page, "48291")
    page.reload()
    page.get_by_role("heading", level=1, name="VPN drops").wait_for()
    page.go_back()
    page.get_by_role("heading", level=1, name="Tickets").wait_for()


def test_a_status_is_changed(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=found("48287"))
    open_panel(page, "48287")
    before = status_of(demo, "48287")
    select = page.get_by_label("Status", exact=True).locator("visible=true")
    choices = select.locator("option").all_inner_texts()
    wanted = next(each for each in choices[1:] if "closes" not in each)
    row_held: list = []
    page.route("**/tickets/48287/row/", lambda route: row_held.append(route))
    select.select_option(label=wanted)
    with page.expect_request("**/tickets/48287/row/"):
        page.get_by_role("button", name="Change status").click()
    page.locator("#ticket-status .badge", has_text=re.compile(f"^{re.escape(wanted)}$")).wait_for()
    page.locator("[data-toast]", has_text=f"“{wanted}” now").wait_for()
    assert status_of(demo, "48287") == wanted != before
    # The list below follows, without being loaded again and without losing the cursor's place.
    close_panel(page, "48287")
    row = page.locator("[data-ticket='48287']")
    row.locator("a:focus").wait_for()
    expect(row.get_by_text(wanted, exact=True)).to_have_count(0)
    row_held.pop().continue_()
    row.get_by_text(wanted, exact=True).wait_for()
    row.locator("a:focus").wait_for()


def test_a_refused_status_goes_back_with_the_reason(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=found("48285"))
    open_panel(page, "48285")
    before = status_of(demo, "48285")
    fault(demo, kind="forbidden", method="PATCH", path="48285")
    page.locator("#status-select").select_option(index=1)
    page.get_by_role("button", name="Change status").click()
    page.locator("#ticket-status [role=alert]").wait_for()
    expect(page.locator("#ticket-status .badge")).to_have_text(before)
    assert status_of(demo, "48285") == before


def test_a_colleague_is_added_and_removed(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=found("48291"))
    open_panel(page, "48291")
    people = page.locator("#region-resources")
    people.get_by_role("combobox", name="Add a colleague").fill("trang")
    people.get_by_role("option", name="Trang Nguyen").click()
    people.get_by_role("button", name="Add", exact=True).click()
    people.get_by_role("button", name="Take Trang Nguyen off the ticket").wait_for()
    assert "TNguyen" in entries_of(demo, "48291")

    people.get_by_role("button", name="Take Trang Nguyen off the ticket").click()
    people.locator("[data-member]", has_text="Trang").wait_for(state="detached")
    assert "TNguyen" not in entries_of(demo, "48291")


def test_a_note_is_added(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=found("48291"))
    open_panel(page, "48291")
    before = len(notes_on(demo, "48291"))
    page.get_by_text("Add a note").click()
    page.get_by_label("Note", exact=True).fill("Router restarted, **stable** since.")
    page.get_by_role("button", name="Post to ticket").dblclick()
    line = page.locator("[data-entry]", has_text="Router restarted").first
    line.wait_for()
    expect(line.locator("strong", has_text="stable")).to_have_count(1)
    expect(line).to_contain_text("Colleagues only")
    assert len(notes_on(demo, "48291")) == before + 1
    expect(page.get_by_label("Note", exact=True)).to_have_value("")


def test_the_text_of_a_waiting_note_stays_open(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=found("48281"))
    open_panel(page, "48281")
    page.get_by_text("Add a note").click()
    page.get_by_label("Note", exact=True).fill("Waiting to be read.")
    fault(demo, kind="rate_limited", method="POST", path="48281/notes", retry_after=60)
    page.get_by_role("button", name="Post to ticket").click()
    text = page.locator("#open-posts [data-post]", has_text="Colleagues only").locator("summary")
    text.click()
    # What the list asks every five seconds while a note is on its way, asked now.
    page.evaluate(
        "htmx.ajax('GET', '/tickets/48281/posts/', {target: '#open-posts', swap: 'outerHTML'})"
    )
    expect(page.locator("#open-posts").get_by_text("Waiting to be read.")).to_be_visible()
    expect(text).to_be_focused()


@pytest.mark.parametrize("kind", ["taken", "forbidden"])
def test_words_typed_while_a_note_is_sent_stay_in_the_form(new_page, log_in, demo, kind):
    page = new_page()
    log_in(page, "erin", at=found("48285"))
    open_panel(page, "48285")
    page.get_by_text("Add a note").click()
    note = page.get_by_label("Note", exact=True)
    note.fill("First note.")
    sent: list[Route] = []
    page.route("**/tickets/48285/note/", lambda route: sent.append(route))
    with page.expect_request("**/tickets/48285/note/"):
        page.get_by_role("button", name="Post to ticket").click()
    note.press("End")
    page.keyboard.type(" And a second thought.")
    if kind == "forbidden":
        # Signed, and then with the API's own name.
        fault(demo, kind=kind, method="POST", path="48285/notes", times=2)
    sent[0].continue_()
    if kind == "forbidden":
        expect(page.locator("#ticket-note .error-bar")).to_be_visible()
        expect(note).to_have_value("First note. And a second thought.")
    else:
        expect(note).to_have_value(" And a second thought.")
        expect(note).to_be_visible()
        assert any("First note." in each["text"] for each in notes_on(demo, "48285"))


def test_half_a_note_survives_escape_and_reload(new_page, log_in):
    page = new_page()
    log_in(page, "erin", at=found("48291"))
    open_panel(page, "48291")
    page.get_by_text("Add a note").click()
    page.get_by_label("Note", exact=True).fill("Half a thou")
    close_panel(page, "48291")
    page.goto("/tickets/48291/")
    page.get_by_label("Note", exact=True).wait_for()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Half a thou")


def test_everything_is_done_by_keyboard(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=found("48283"))
    press, write = page.keyboard.press, page.keyboard.type
    page.get_by_role("link", name=re.compile("^Ticket 48283")).focus()
    press("Enter")
    wait_for_parts(page)
    before, notes = status_of(demo, "48283"), len(notes_on(demo, "48283"))

    page.locator("#status-select").focus()
    press("ArrowDown")
    press("Tab")
    page.locator("button:focus", has_text="Change status").wait_for()
    press("Enter")
    page.locator("[data-toast]", has_text="The status of #48283").wait_for()
    assert status_of(demo, "48283") != before
    expect(page.get_by_role("button", name="Change status")).to_be_focused()

    page.get_by_role("combobox", name="Add a colleague").focus()
    write("patel")
    press("ArrowDown")
    press("Enter")
    press("Tab")
    page.locator("button:focus", has_text="Add").wait_for()
    press("Enter")
    off = page.get_by_role("button", name="Take Priya Patel off the ticket")
    off.wait_for()
    assert "PPatel" in entries_of(demo, "48283")
    off.focus()
    press("Enter")
    off.wait_for(state="detached")
    assert "PPatel" not in entries_of(demo, "48283")
    expect(page.get_by_role("region", name="People")).to_be_focused()

    page.locator("#ticket-note > summary").focus()
    press("Enter")
    press("Tab")
    write("Done without a mouse.")
    press("Control+Enter")
    page.locator("[data-entry]", has_text="Done without a mouse.").wait_for()
    assert len(notes_on(demo, "48283")) == notes + 1
    expect(page.locator("#ticket-note > summary")).to_be_focused()
    close_panel(page, "48283")
    page.locator("a:focus", has_text="#48283").wait_for()


def test_a_part_that_fails_is_retried_alone(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=found("48281"))
    fault(demo, kind="forbidden", method="GET", path="/tickets/48281/notes")
    open_panel(page, "48281")
    notes = page.locator("#region-notes")
    notes.get_by_role("alert").wait_for()
    expect(page.locator("#region-resources").get_by_role("alert")).to_have_count(0)
    notes.get_by_role("link", name="Retry").click()
    notes.locator("[data-entry], p.quiet").first.wait_for()
    expect(page.get_by_role("dialog")).to_have_count(1)


def test_a_ticket_that_is_gone_says_so_in_the_panel(new_page, log_in, demo):
    page = new_page()
    log_in(page, "erin", at=found("48279"))
    delete_ticket(demo, "48279")
    page.get_by_role("link", name=re.compile("^Ticket 48279")).click()
    page.get_by_role("dialog").get_by_text("This ticket is not there").wait_for()
    close_panel(page, "48279")


def test_the_ticket_works_without_javascript(new_page, log_in, demo):
    page = new_page(javascript=False)
    log_in(page, "erin", at="/tickets/48277/")
    page.locator("#status-select").select_option(index=1)
    page.get_by_role("button", name="Change status").click()
    page.get_by_text("The status of #48277").wait_for()
    page.get_by_role("link", name="Show: notes").click()
    page.get_by_role("heading", name="Notes", level=1).wait_for()


def test_panel_and_page_have_no_violations(new_page, log_in, assert_accessible):
    page = new_page()
    log_in(page, "erin", at=found("48291"))
    open_panel(page, "48291")
    page.get_by_text("Add a note").click()
    assert_accessible(page)
    page.goto("/tickets/48291/")
    wait_for_parts(page)
    assert_accessible(page)
    page.goto("/tickets/48291/resources/")
    assert_accessible(page)
    page.goto("/tickets/99999/")
    page.get_by_text("This ticket is not there").wait_for()
    assert_accessible(page)
