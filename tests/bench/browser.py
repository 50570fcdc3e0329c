"""A browser as far as time goes: cookies, and the regions that load after the page."""

import json
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

from tests.staging import entrance

# As many as a real browser opens to one host over HTTP/1.1.
SIDE_BY_SIDE = 6
PATIENCE = 40.0
_TICKET = re.compile(r"/tickets/\d+/")
_ROW = re.compile(r'href="(/tickets/\d+/)" [^>]*data-about="([^"]*)"')
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What htmx fetches into a page, and the headers that it sends along.

    `searches`: a panel tells it what the ticket's row says of the ticket.
    """

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    searches: bool = False


class Regions(HTMLParser):
    """Collects what htmx fetches as soon as it is on the page.

    `found` are the regions of the page, `in_templates` those of what a script may yet open.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Region] = []
        self.in_templates: list[Region] = []
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
            found.append(
                Region(
                    path=str(given["hx-get"]),
                    headers=json.loads(given.get("hx-headers") or "{}"),
                    searches="data-searches" in given,
                )
            )

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
        self._panel = Regions("")
        self._rows: dict[str, dict[str, str]] = {}

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self._fetchers.shutdown()
        self._client.close()

    def log_in(self, email: str, password: str) -> None:
        """Log in through the form; raises RuntimeError when that is refused."""
        answer = entrance.log_in(self._client, email, password)
        if not entrance.is_logged_in(answer):
            raise RuntimeError(f"{email} was not let in: {answer.status_code}")

    def get(
        self, path: str, *, htmx: bool = False, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Fetch one address; status 599 when there was no answer."""
        headers = {**({"HX-Request": "true"} if htmx else {}), **(headers or {})}
        return self._answer(path, lambda: self._client.get(path, headers=headers))

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """Send a form as htmx does; status 599 when there was no answer."""
        headers = {"HX-Request": "true", "X-CSRFToken": entrance.csrf_token(self._client)}
        return self._answer(path, lambda: self._client.post(path, data=form, headers=headers))

    def _answer(self, path: str, send: Callable[[], httpx.Response]) -> Answer:
        started = time.perf_counter()
        try:
            answer = send()
        except httpx.HTTPError as error:
            ms = (time.perf_counter() - started) * 1000
            return Answer(path=path, status=599, ms=ms, psa=0, app=0, body=repr(error))
        ms = (time.perf_counter() - started) * 1000
        rows = _ROW.findall(answer.text)
        self._rows |= {row: json.loads(unescape(about)) for row, about in rows}
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
        page = self.get(path, htmx=htmx)
        return self._with_regions([page], started)

    def _open_panel(self, path: str) -> Visit:
        """Fetch a ticket's head and its parts, all at once.

        As static/js/panel.js does it, which builds the panel from the list page's template.
        """
        if not self._panel.in_templates:
            self._panel = Regions(self.get("/tickets/?q=0").body)
        about = self._rows.get(path, {})
        parts = [
            Region(
                path=part.path.replace("/tickets/0/", path),
                headers=about if part.searches else {},
            )
            for part in self._panel.in_templates
        ]
        started = time.perf_counter()
        head, *answers = self._fetch([Region(path=path), *parts])
        # Of the ticket's own answer the script takes the head alone, without its regions.
        regions = self._with_regions(answers, started)
        return Visit((head, *regions.answers), regions.ms)

    def _with_regions(self, answers: list[Answer], started: float) -> Visit:
        regions = self._regions(answers)
        while regions:
            fetched = self._fetch(regions)
            answers += fetched
            regions = self._regions(fetched)
        return Visit(tuple(answers), (time.perf_counter() - started) * 1000)

    def _fetch(self, regions: list[Region]) -> list[Answer]:
        def get(region: Region) -> Answer:
            return self.get(region.path, htmx=True, headers=region.headers)

        return list(self._fetchers.map(get, regions))

    def _regions(self, answers: list[Answer]) -> list[Region]:
        return [
            replace(region, path=urljoin(answer.path, region.path))
            for answer in answers
            if answer.status < 400
            for region in Regions(answer.body).found
        ]
