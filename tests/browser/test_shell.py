"""The scripts of the shell in a real browser; the answers come from the test, not a network."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.template import RequestContext, Template
from django.test import RequestFactory
from playwright.sync_api import Page, Route, expect

from tests.browser.held import Held

pytestmark = pytest.mark.browser

# A browser takes localhost for safe without TLS, which the clipboard needs.
SITE = "http://localhost:9"
LAYOUT = '{% extends "layouts/public.html" %}{% block content %}'
BAR = '<div class="error-bar" role="alert"><p>ConnectWise is down.</p></div>'
DIALOG = """<dialog data-dialog id="d" aria-labelledby="t"><h2 id="t">Update</h2>
<div class="errors" data-errors></div><form hx-post="/send" hx-target="#dialog-slot" id="f">
<input name="first" value="one"></form><button type="button" data-dialog-close>Cancel</button>
<button form="f">Send</button></dialog>"""
OPEN = '<a href="/dialog" hx-get="/dialog" hx-target="#dialog-slot">Open</a>'

Answer = tuple[int, str]


class Server:
    """Answers the browser; remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[], Answer]] = {}
        self.asked: list[tuple[str, str, str]] = []
        self.down = False

    def page(self, content: str) -> None:
        """Serve this content inside the real layout at "/"."""
        request = RequestFactory().get("/")
        request.user = AnonymousUser()
        template = Template(LAYOUT + content + "{% endblock %}")
        self.answers["GET /"] = (200, template.render(RequestContext(request)))

    def count(self, what: str) -> int:
        return sum(f"{method} {path}" == what for method, path, _ in self.asked)

    def handle(self, route: Route) -> None:
        request = route.request
        path = urlsplit(request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=Path(str(finders.find(path.removeprefix("/static/")))))
            return
        self.asked.append((request.method, path, request.post_data or ""))
        answer = self.answers.get(f"{request.method} {path}", (404, "?"))
        if self.down:
            route.abort("internetdisconnected")
            return
        status, body = answer() if callable(answer) else answer
        if status == 302:
            route.fulfill(status=302, headers={"Location": body})
            return
        route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture(scope="module")
def shell(browser):
    """Return a page of this module, for the tests whose time is everybody's."""
    yield from make_page(browser)


@pytest.fixture(scope="module")
def timed_shell(browser):
    """Return a page of this module whose clock runs as its tests say."""
    for page in make_page(browser):
        page.clock.install()
        yield page


def make_page(browser) -> Iterator[Page]:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    yield page
    context.close()


def answering(page: Page, server: Server) -> Iterator[Callable[[str], Page]]:
    """Give a function that shows a piece of page in the real layout, answered by the server."""
    page.route("**/*", server.handle)

    def open_page(content: str) -> Page:
        server.page(content)
        page.goto(SITE + "/")
        return page

    yield open_page
    # What a page sends when it is left belongs to this test, not to the next one.
    server.down = False
    page.goto(SITE + "/left")
    page.unroute_all(behavior="ignoreErrors")
    page.context.clear_cookies()


@pytest.fixture
def show(shell, server):
    yield from answering(shell, server)


@pytest.fixture
def show_timed(timed_shell, server):
    yield from answering(timed_shell, server)


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")


# Dialogs


def test_a_dialog_opens_with_the_focus_inside_and_gives_it_back(show, server):
    server.answers["GET /dialog"] = (200, DIALOG)
    page = show(OPEN)
    page.get_by_text("Open").click()
    expect(page.get_by_role("dialog", name="Update")).to_be_visible()
    assert focused(page) == "first"
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.get_by_text("Open", exact=True)).to_be_focused()


def test_cancel_closes_a_dialog(show, server):
    server.answers["GET /dialog"] = (200, DIALOG)
    page = show(OPEN)
    page.get_by_text("Open").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("dialog")).to_have_count(0)


def test_a_click_beside_a_dialog_closes_it_only_while_nothing_was_typed(show, server):
    server.answers["GET /dialog"] = (200, DIALOG)
    page = show(OPEN)
    page.get_by_text("Open").click()
    page.locator("[name=first]").fill("typed")
    page.mouse.click(2, 2)
    expect(page.locator("[name=first]")).to_have_value("typed")
    page.locator("[name=first]").fill("one")
    page.mouse.click(2, 2)
    expect(page.locator("dialog")).to_have_count(0)


def test_a_dialog_to_mend_stays_open_with_the_focus_on_what_is_wrong(show, server):
    server.answers["GET /dialog"] = (200, DIALOG)
    wrong = DIALOG.replace("</form>", '<input name="second" aria-invalid="true"></form>')
    server.answers["POST /send"] = (422, wrong)
    page = show(OPEN)
    page.get_by_text("Open").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[name=second]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Open", exact=True)).to_be_focused()


def test_an_error_bar_stands_above_what_was_typed_and_leaves_with_the_next_try(show, server):
    server.answers["GET /dialog"] = (200, DIALOG)
    server.answers["POST /send"] = (502, BAR)
    page = show(OPEN)
    page.get_by_text("Open").click()
    page.locator("[name=first]").fill("typed")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("dialog [data-errors]")).to_contain_text("ConnectWise is down.")
    expect(page.locator("[name=first]")).to_have_value("typed")
    server.answers["POST /send"] = (200, "")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.get_by_text("Open", exact=True)).to_be_focused()


def test_a_dialog_that_cannot_open_says_why_on_the_page(show, server):
    server.answers["GET /dialog"] = (502, BAR)
    page = show(OPEN)
    page.get_by_text("Open").click()
    expect(page.locator("main [data-errors]")).to_contain_text("ConnectWise is down.")


def test_the_focus_comes_back_to_a_link_that_the_answer_replaced(show, server):
    server.answers["GET /dialog"] = (200, DIALOG)
    replaced = OPEN.replace("<a ", '<a id="o" hx-swap-oob="true" ').replace("Open", "Open again")
    server.answers["POST /send"] = (200, replaced)
    page = show(OPEN.replace("<a ", '<a id="o" '))
    page.get_by_text("Open").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Open again")).to_be_focused()


# Errors


def test_a_region_that_fails_says_so_in_its_own_place(show, server):
    server.answers["GET /region"] = (502, BAR)
    page = show('<section hx-get="/region" hx-trigger="load" id="r">Loading</section>')
    expect(page.locator("#r")).to_contain_text("ConnectWise is down.")


def test_a_breakdown_becomes_a_toast_and_the_form_stays(show, server):
    server.answers["POST /send"] = (500, BAR.replace("ConnectWise is down", "Tell number 7"))
    page = show('<form hx-post="/send"><input name="a"><button>Go</button></form>')
    page.locator("[name=a]").fill("typed")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("#toasts .tone-danger")).to_contain_text("Tell number 7.")
    expect(page.locator("[name=a]")).to_have_value("typed")


def test_no_network_is_said_and_nothing_is_lost(show, server):
    page = show('<form hx-post="/send"><input name="a"><button>Go</button></form>')
    page.locator("[name=a]").fill("typed")
    server.down = True
    page.get_by_role("button", name="Go").click()
    expect(page.locator("#toasts .tone-danger")).to_contain_text("You are offline")
    expect(page.locator("[name=a]")).to_have_value("typed")


def test_inside_a_dialog_the_toast_is_said_inside(show, server):
    server.answers["GET /dialog"] = (200, DIALOG)
    page = show(OPEN)
    page.get_by_text("Open").click()
    expect(page.locator("dialog")).to_be_visible()
    server.down = True
    page.get_by_role("button", name="Send").click()
    expect(page.locator("dialog .toast")).to_contain_text("You are offline")


def test_the_page_of_a_proxy_never_takes_the_place_of_a_form(show, server):
    server.answers["POST /send"] = (502, "<html><body>Bad gateway</body></html>")
    page = show('<form hx-post="/send" id="f"><input name="a"><button>Go</button></form>')
    page.locator("[name=a]").fill("typed")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("#toasts .tone-danger")).to_contain_text("an error (502)")
    expect(page.locator("[name=a]")).to_have_value("typed")


@pytest.mark.parametrize("code", [408, 413, 429, 502])
def test_a_page_of_our_proxies_becomes_its_sentence(show, server, code):
    page_of_proxy = (settings.BASE_DIR / "deploy" / "errors" / f"{code}.html").read_text()
    server.answers["POST /send"] = (code, page_of_proxy)
    page = show('<form hx-post="/send" id="f"><input name="a"><button>Go</button></form>')
    page.locator("[name=a]").fill("typed")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("#toasts .tone-danger")).to_contain_text("What you typed is not lost")
    expect(page.locator("[name=a]")).to_have_value("typed")


# Toasts


def toast(page: Page, tone: str) -> None:
    page.evaluate(
        "tone => document.dispatchEvent("
        "new CustomEvent('toast', { detail: { message: 'Hello', tone } }))",
        tone,
    )


def test_a_success_leaves_by_itself_and_a_warning_stays(show_timed):
    page = show_timed("")
    toast(page, "success")
    toast(page, "warning")
    page.clock.run_for(7000)
    expect(page.locator(".toast")).to_have_count(1)
    page.get_by_label("Dismiss").click()
    expect(page.locator(".toast")).to_have_count(0)


def test_a_success_waits_while_the_pointer_is_on_it(show_timed):
    page = show_timed("")
    toast(page, "success")
    page.locator(".toast").hover()
    page.clock.run_for(7000)
    expect(page.locator(".toast")).to_have_count(1)
    page.mouse.move(0, 0)
    page.clock.run_for(7000)
    expect(page.locator(".toast")).to_have_count(0)


# Drafts

FORM = (
    '<form action="/send" method="post" data-autosave="/draft"><input name="a">'
    "<span data-autosave-state></span><button>Go</button></form>"
)


def test_what_is_typed_is_saved_once_after_a_pause(show_timed, server):
    server.answers["POST /draft"] = (204, "")
    page = show_timed(FORM)
    page.locator("[name=a]").press_sequentially("word")
    expect(page.locator("[data-autosave-state]")).to_have_text("Saving…")
    assert server.count("POST /draft") == 0
    page.clock.run_for(700)
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved")
    assert server.count("POST /draft") == 1
    assert "word" in server.asked[-1][2]


def test_leaving_the_field_saves_at_once(show_timed, server):
    server.answers["POST /draft"] = (204, "")
    page = show_timed(FORM)
    page.locator("[name=a]").fill("word")
    page.locator("[name=a]").blur()
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved")


@pytest.mark.parametrize("refusal", [(500, "?"), (302, "/login/")])
def test_a_draft_that_was_not_kept_is_said_and_tried_again(show_timed, server, refusal):
    server.answers["POST /draft"] = refusal
    server.answers["GET /login/"] = (200, "Log in")
    page = show_timed(FORM)
    page.locator("[name=a]").fill("word")
    page.clock.run_for(700)
    expect(page.locator("[data-autosave-state]")).to_have_text("Not saved yet")
    server.answers["POST /draft"] = (204, "")
    page.clock.run_for(5100)
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved")


def test_leaving_the_page_saves_the_last_words(show_timed, server):
    server.answers["POST /draft"] = (204, "")
    page = show_timed(FORM)
    page.locator("[name=a]").fill("word")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved")
    assert server.count("POST /draft") == 1


def test_what_is_submitted_leaves_no_draft_behind(show_timed, server):
    server.answers["POST /draft"] = (204, "")
    server.answers["POST /send"] = (200, "Sent")
    page = show_timed(FORM)
    page.locator("[name=a]").fill("word")
    page.locator("[name=a]").press("Enter")
    expect(page.locator("body")).to_have_text("Sent")
    assert server.count("POST /draft") == 0


def test_what_could_not_be_submitted_is_kept_as_a_draft(show_timed, server):
    server.answers["POST /draft"] = (204, "")
    server.answers["POST /send"] = (502, BAR)
    page = show_timed(FORM.replace('action="/send" method="post"', 'hx-post="/send"'))
    page.locator("[name=a]").fill("word")
    page.locator("[name=a]").press("Enter")
    expect(page.locator("main [data-errors]")).to_contain_text("ConnectWise is down.")
    page.clock.run_for(700)
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved")


# Small things


def test_a_log_in_in_another_tab_does_not_make_this_form_stale(show, server):
    server.answers["POST /send"] = (200, "Sent")
    page = show('<form action="/send" method="post">{% csrf_token %}<button>Go</button></form>')
    page.context.add_cookies([{"name": "csrftoken", "value": "new", "url": SITE}])
    page.evaluate("dispatchEvent(new FocusEvent('focus'))")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("body")).to_have_text("Sent")
    assert server.asked[-1][2] == "csrfmiddlewaretoken=new"


def test_copy_takes_the_text_and_says_so(show):
    page = show('<textarea id="n">Idle timeout</textarea><button data-copy="#n">Copy</button>')
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "Idle timeout"


def test_characters_are_counted_and_long_texts_are_pointed_out(show):
    page = show('<textarea id="n">ab</textarea><p data-count="#n" data-count-warn="5" id="c"></p>')
    expect(page.locator("#c")).to_have_text("2 characters")
    page.locator("#n").fill("😀2345")
    expect(page.locator("#c")).to_contain_text("5 characters: long for a ticket")


def test_control_enter_submits_from_a_text(show, server):
    server.answers["POST /send"] = (200, "Sent")
    page = show('<form action="/send" method="post" data-submit-keys><textarea></textarea></form>')
    page.locator("textarea").press("Enter")
    page.locator("textarea").press("Control+Enter")
    expect(page.locator("body")).to_have_text("Sent")


def test_a_double_click_sends_once_and_an_error_frees_the_button(show, server):
    server.answers["POST /send"] = (500, "?")
    page = show('<form hx-post="/send" data-disable-once><button>Go</button></form>')
    page.evaluate(
        "() => { const f = document.querySelector('form'); f.requestSubmit(); f.requestSubmit(); }"
    )
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.get_by_role("button", name="Go")).to_be_enabled()
    assert server.count("POST /send") == 1


def test_the_cursor_starts_where_the_page_says(show):
    page = show('<input name="a"><input name="b" data-autofocus>')
    assert focused(page) == "b"


def test_a_region_that_arrives_does_not_take_the_cursor_away(show, server):
    server.answers["GET /region"] = (200, '<input name="late" data-autofocus>')
    page = show('<input name="a"><div id="r" hx-get="/region" hx-trigger="go from:body"></div>')
    page.locator("[name=a]").focus()
    page.evaluate("htmx.trigger(document.body, 'go')")
    page.locator("[name=late]").wait_for()
    assert focused(page) == "a"


def test_on_a_phone_the_cursor_goes_only_to_what_has_to_be_mended(show):
    page = show("<p>Read me</p>")
    page.set_viewport_size({"width": 390, "height": 800})
    for mend, wanted in (("", ""), ('aria-invalid="true"', "a")):
        page = show(f'<input name="a" {mend}><input name="b" data-autofocus>')
        assert page.evaluate("document.activeElement.name ?? ''") == wanted
    page = show('<p>Undone</p><button data-autofocus>Undo</button><input name="a">')
    assert focused(page) == "Undo"


# Typing on while the answer is on its way

CARRIED = """<form id="f" hx-post="/send" hx-target="#done" hx-swap="beforeend" data-carry{oob}>
<label><input type="radio" name="kind" value="check" checked>Check</label>
<label><input type="radio" name="kind" value="note">Note</label>
<input type="hidden" name="request_id" value="{id}">
<input type="text" name="title" id="title" data-autofocus value="{title}">
<textarea name="outcome" id="outcome" data-submit-keys></textarea></form><ol id="done"></ol>"""


def send_and_type_on(page) -> Route:
    """Send the form, write on before there is an answer, and return the request."""
    held = Held(page, "**/send")
    page.locator("#title").fill("First")
    page.locator("#outcome").fill("stable")
    with page.expect_request("**/send"):
        page.locator("#f").evaluate("form => form.requestSubmit()")
    page.get_by_label("Note").check()
    page.locator("#outcome").press("End")
    page.keyboard.type(" and then")
    return held.next()


def test_what_was_typed_meanwhile_goes_on_in_the_next_form(show):
    page = show(CARRIED.format(oob="", id="1", title=""))
    request = send_and_type_on(page)
    answer = "<li>First</li>" + CARRIED.format(oob=' hx-swap-oob="true"', id="2", title="")
    request.fulfill(body=answer.partition("<ol")[0], content_type="text/html; charset=utf-8")
    page.get_by_role("listitem").wait_for()
    expect(page.locator("#outcome")).to_be_focused()
    page.keyboard.type(" go on")
    expect(page.locator("#outcome")).to_have_value(" and then go on")
    expect(page.locator("#title")).to_have_value("")
    expect(page.locator("[name=request_id]")).to_have_value("2")
    expect(page.get_by_label("Note")).to_be_checked()


def test_what_was_typed_meanwhile_stays_in_a_form_that_is_refused(show):
    page = show(CARRIED.format(oob="", id="1", title=""))
    request = send_and_type_on(page)
    answer = CARRIED.format(oob="", id="1", title="First").partition("<ol")[0]
    again = {"HX-Retarget": "#f", "HX-Reswap": "outerHTML"}
    kind = "text/html; charset=utf-8"
    request.fulfill(status=422, body=answer, headers=again, content_type=kind)
    expect(page.locator("#title")).to_have_attribute("value", "First")
    expect(page.locator("#outcome")).to_have_value("stable and then")
    expect(page.get_by_label("Note")).to_be_checked()


# Retry


def test_retry_in_a_part_loads_that_part_and_in_a_dialog_the_dialog(show, server):
    bar = BAR.replace("</div>", '<a class="button" href="{}">Retry</a></div>')
    part = bar.format("/rows")
    server.answers["GET /rows"] = lambda: (
        (502, part) if server.count("GET /rows") < 2 else (200, "Rows")
    )
    dialog = DIALOG.replace(
        "<form", '<p data-region hx-get="/rows" hx-trigger="load, reload"></p><form'
    )
    server.answers["GET /dialog"] = (200, dialog)
    page = show(OPEN)
    page.get_by_text("Open").click()
    page.get_by_role("link", name="Retry").click()
    expect(page.locator("[data-region]")).to_have_text("Rows")

    page.locator("dialog [data-errors]").evaluate(
        "(place, html) => place.innerHTML = html", bar.format("/again")
    )
    server.answers["GET /again"] = (200, dialog.replace("Update", "Once more"))
    page.get_by_role("link", name="Retry").click()
    expect(page.get_by_role("heading", name="Once more")).to_be_visible()
    assert page.url == SITE + "/"
