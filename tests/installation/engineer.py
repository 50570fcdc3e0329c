"""People of the new installation, over HTTPS: in a browser for the job, by httpx for many."""

import html
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import httpx
from playwright.sync_api import sync_playwright

from tests.staging import entrance

PATIENCE = 90.0
_FIELD = r'name="{}"[^>]*value="([^"]*)"'
_NOTE = re.compile(r'<textarea[^>]*name="content"[^>]*>(.*?)</textarea>', re.S)


@dataclass(frozen=True, slots=True)
class Keys:
    """What an admin copies out of ConnectWise."""

    site: str
    company: str
    public: str
    private: str
    client_id: str


def set_up(url: str, chromium: str, owner: tuple[str, str], keys: Keys) -> None:
    """Log in as the owner and connect ConnectWise, in a browser; raises if it says otherwise."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(base_url=url, ignore_https_errors=True)
        page.goto("/login/")
        page.get_by_label("E-mail").fill(owner[0])
        page.get_by_label("Password").fill(owner[1])
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Dashboard").wait_for()
        page.goto("/account/admin/integrations/")
        values = {
            "display_name": "ConnectWise",
            "site_url": keys.site,
            "company_id": keys.company,
            "public_key": keys.public,
            "private_key": keys.private,
            "client_id": keys.client_id,
        }
        for name, value in values.items():
            page.locator(f"[name={name}]").fill(value)
        page.locator("form:has([name=private_key]) [type=submit]").first.click()
        page.get_by_text("ConnectWise accepted the credentials").first.wait_for()
        browser.close()


def _is_answer(answer: httpx.Response) -> bool:
    broken = (500, 502, 503, 504)
    return answer.status_code not in broken and not entrance.leads_to_log_in(answer)


class Engineer:
    """Works sessions and posts them; repeats what failed, as a person does."""

    def __init__(self, url: str, certificate: str, person: tuple[str, str]) -> None:
        context = ssl.create_default_context(cafile=certificate)
        self._browser = httpx.Client(
            base_url=url, verify=context, timeout=60, headers={"Referer": url}, trust_env=False
        )
        self._insist(lambda: entrance.log_in(self._browser, *person), entrance.is_logged_in)

    def write_a_note(self, ticket: str) -> tuple[str, dict[str, str]]:
        """Work a session on this ticket; return where to post its note, and the form."""
        title = f"Installed {uuid4().hex}"
        started = self._insist(
            lambda: self._send("/sessions/new/", {"title": title, "ticket_id": ticket})
        )
        session = started.headers["Location"]
        step = {"kind": "check", "title": "Did it survive?", "outcome": "Yes", "request_id": ""}
        self._insist(lambda: self._send(f"{session}steps/", step))
        dialog = self._insist(lambda: self._browser.get(f"{session}psa-post/preview/")).text
        names = ("request_id", "ticket_id", "seen_status_id")
        fields = {name: _value(name, dialog) for name in names}
        note = _NOTE.search(dialog)
        if note is None:
            raise RuntimeError("The Update Ticket dialog shows no note.")
        content = html.unescape(note[1]).removeprefix("\n")
        return f"{session}psa-post/", {
            **fields, "note_type": "internal_analysis", "content": content
        }  # fmt: skip

    def post(self, address: str, form: dict[str, str]) -> int:
        """Post the note until the product has it; return the status it answered with."""
        return self._insist(lambda: self._send(address, form)).status_code

    def _send(self, address: str, form: dict[str, str]) -> httpx.Response:
        token = entrance.csrf_token(self._browser)
        return self._browser.post(address, data={**form, "csrfmiddlewaretoken": token})

    def _insist(
        self,
        attempt: Callable[[], httpx.Response],
        is_answer: Callable[[httpx.Response], bool] = _is_answer,
    ) -> httpx.Response:
        ends = time.monotonic() + PATIENCE
        answer: httpx.Response | Exception | None = None
        while time.monotonic() < ends:
            try:
                answer = attempt()
            except httpx.HTTPError as problem:
                answer = problem
            else:
                if is_answer(answer):
                    return answer
            time.sleep(0.3)
        raise RuntimeError(f"No answer in {PATIENCE:.0f} s, at last: {answer!r}")


def _value(name: str, page: str) -> str:
    found = re.search(_FIELD.format(name), page)
    return html.unescape(found[1]) if found else ""
