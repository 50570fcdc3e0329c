"""A browser as far as time goes: cookies, and the regions that load after the page."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

# As many as a real browser opens to one host over HTTP/1.1.
SIDE_BY_SIDE = 6
PATIENCE = 40.0
_TICKET = re.compile(r"/tickets/\d+/")
_TIMES = re.compile(r"(psa|app);dur=(-?[\d.]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. Times are milliseconds: of the whole, of the PSA in it, and our own."""

    path: str
    status: int
    ms: float
    psa: float
    app: float
    body: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A page with all its regions; `ms` from the click until the last one was there."""

    answers: tuple[Answer, ...]
    ms: float

    @property
    def refused(self) -> tuple[Answer, ...]:
        """The answers that were none."""
        return tuple(answer for answer in self.answers if answer.status >= 400)


class Regions(HTMLParser):
    """Collects the addresses that htmx fetches as soon as they are on the page.

    `found` are those of the page, `in_templates` those of what a script may yet open.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_templates: list[str] = []
        self._templates = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        self._templates += tag == "template"
        given = dict(attrs)
        triggers = [trigger.split() for trigger in (given.get("hx-trigger") or "").split(",")]
        loads = any(words[:1] == ["load"] for words in triggers)
        if loads and given.get("hx-get"):
            found = self.in_templates if self._templates else self.found
            found.append(str(given["hx-get"]))

    def handle_endtag(self, tag: str) -> None:
        """Leave a template: what stands in one is not on the page yet."""
        self._templates -= tag == "template"


class Browser:
    """One person's browser; may be used by several threads, as a page with regions does."""

    def __init__(self, base_url: str, *, side_by_side: int = SIDE_BY_SIDE) -> None:
        self._client = httpx.Client(
            base_url=base_url,
            timeout=PATIENCE,
            trust_env=False,
            limits=httpx.Limits(max_connections=side_by_side, keepalive_expiry=1.5),
        )
        self._fetchers = ThreadPoolExecutor(side_by_side)
        self._panel: list[str] = []

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self._fetchers.shutdown()
        self._client.close()

    def log_in(self, email: str, password: str) -> None:
        """Log in through the form; raises RuntimeError when that is refused."""
        self._client.get("/login/")
        form = {
            "username": email,
            "password": password,
            "csrfmiddlewaretoken": self._client.cookies["csrftoken"],
        }
        answer = self._client.post("/login/", data=form)
        if answer.status_code != 302:
            raise RuntimeError(f"{email} was not let in: {answer.status_code}")

    def get(self, path: str, *, htmx: bool = False) -> Answer:
        """Fetch one address; status 599 when there was no answer."""
        started = time.perf_counter()
        try:
            answer = self._client.get(path, headers={"HX-Request": "true"} if htmx else {})
        except httpx.HTTPError as error:
            ms = (time.perf_counter() - started) * 1000
            return Answer(path=path, status=599, ms=ms, psa=0, app=0, body=repr(error))
        ms = (time.perf_counter() - started) * 1000
        times = dict(_TIMES.findall(answer.headers.get("Server-Timing", "")))
        return Answer(
            path=path,
            status=answer.status_code,
            ms=ms,
            psa=float(times.get("psa", 0)),
            app=float(times.get("app", 0)),
            body=answer.text,
        )

    def visit(self, path: str, *, htmx: bool = False) -> Visit:
        """Fetch a page, then its regions side by side, and regions inside those.

        A ticket that is asked for by htmx opens as a panel.
        """
        if htmx and _TICKET.fullmatch(path):
            return self._open_panel(path)
        started = time.perf_counter()
        answers = [self.get(path, htmx=htmx)]
        wave = self._regions(answers)
        while wave:
            fetched = list(self._fetchers.map(lambda each: self.get(each, htmx=True), wave))
            answers += fetched
            wave = self._regions(fetched)
        return Visit(tuple(answers), (time.perf_counter() - started) * 1000)

    def _open_panel(self, path: str) -> Visit:
        """Fetch a ticket's head and its parts, all at once.

        As static/js/panel.js does it, which builds the panel from the list page's template.
        """
        if not self._panel:
            self._panel = Regions(self.get("/tickets/?q=0").body).in_templates
        parts = [part.replace("/tickets/0/", path) for part in self._panel]
        started = time.perf_counter()
        fetched = tuple(self._fetchers.map(lambda each: self.get(each, htmx=True), [path, *parts]))
        return Visit(fetched, (time.perf_counter() - started) * 1000)

    def _regions(self, answers: list[Answer]) -> list[str]:
        return [
            urljoin(answer.path, region)
            for answer in answers
            if answer.status < 400
            for region in Regions(answer.body).found
        ]
