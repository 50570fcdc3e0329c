"""`make bench`: how long pages take when every PSA call takes 300 ms, in PSA calls."""

import itertools
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from resolutionflow.lib.pinned_sockets import LIMITS
from tests.bench.browser import Answer, Browser, Visit
from tests.bench.report import Row, median, percentile
from tests.bench.stage import ENGINEER, WEB_PROCESSES, Stage, password, stage

TICKETS = 300
LATENCY_MS = 300
REPEATED = 20
PAGE_VIEWS = 100
TABS = 4
_SESSION = re.compile(r"/sessions/[0-9a-f-]{36}/")
_ABOUT = re.compile(r'hx-get="(/tickets/\d+/related/\?configuration=\d+)"')
HANG_SECONDS, WAITING = 10.0, 200
WORDS = ("printer", "VPN", "Outlook", "backup", "password", "server", "Wi-Fi", "o'brien", "48")


def measure() -> list[Row]:
    """Return every promise with what was measured."""
    with (
        stage(tickets=TICKETS, latency_ms=LATENCY_MS) as running,
        Browser(running.web.url) as browser,
        Browser(running.web.url, side_by_side=WAITING) as crowd,
    ):
        browser.log_in(ENGINEER, password())
        crowd.log_in(ENGINEER, password())
        tickets = running.ticket_ids()
        rows = [_connections(running, crowd, tickets)]
        call = _one_call(running, tickets)
        rows.append(Row("one PSA call", call, "ms", remark=f"median of {REPEATED}"))
        rows += _in_calls(browser, tickets, call)
        rows += _dashboard(running, browser, crowd, tickets)
    return rows


# --- In PSA calls --------------------------------------------------------------------


def _one_call(running: Stage, tickets: list[str]) -> float:
    """Return the milliseconds of one call on a connection that is open already."""
    simulated = running.simulated
    with httpx.Client(base_url=simulated.api_url, headers=simulated.api_headers()) as client:
        client.get(f"/service/tickets/{tickets[0]}").raise_for_status()
        return median(_clocked(client, ticket) for ticket in tickets[:REPEATED])


def _clocked(client: httpx.Client, ticket: str) -> float:
    started = time.perf_counter()
    client.get(f"/service/tickets/{ticket}").raise_for_status()
    return (time.perf_counter() - started) * 1000


def _in_calls(browser: Browser, tickets: list[str], call: float) -> Iterator[Row]:
    words = itertools.cycle(WORDS)
    yield _ratio("ticket list", 1.25, call, lambda _: browser.visit(f"/tickets/?q={next(words)}"))
    # A panel opens from a list, which the engineer has just read.
    browser.visit("/tickets/?closed=all")
    yield from _panels(browser, tickets, call)
    yield _ratio(
        "picker's answer",
        1.25,
        call,
        lambda _: browser.visit(f"/tickets/search/?q={next(words)}", htmx=True),
    )

    yield from _new_tickets(browser, call)
    yield _assistant(browser)


def _new_tickets(browser: Browser, call: float) -> Iterator[Row]:
    """Measure the dialog, and what it asks for while somebody fills it in."""
    words = itertools.cycle(WORDS)
    # Its lists are remembered: opening the dialog waits for nobody.
    yield _ratio(
        "new ticket's dialog",
        0.5,
        call,
        lambda _: browser.visit("/tickets/new/?tab=full", htmx=True),
    )

    def look_for_alike(_: int) -> Visit:
        wanted = {"company": "250", "summary": next(words)}
        answer = browser.post("/tickets/new/alike/", wanted)
        return Visit((answer,), answer.ms)

    yield _ratio("tickets that look alike", 1.25, call, look_for_alike)

    def read_request(number: int) -> Visit:
        text = f"{next(words)} at Contoso is broken again, high, number {number}"
        answer = browser.post("/tickets/new/parse/", {"text": text})
        return Visit((answer,), answer.ms)

    # The companies that the words may mean, side by side; by the matcher, for Claude's time is its.
    yield _ratio("plain words to a form", 1.25, call, read_request)


def _assistant(browser: Browser) -> Row:
    """Measure what a page asks for every 0.4 seconds while an answer is written."""
    session = _SESSION.search(browser.get("/sessions/").body)
    path = f"{session[0] if session else '/none/'}assist/"
    answers = [browser.get(path, htmx=True) for _ in range(REPEATED)]
    own = [each.app if each.status == 200 else float("nan") for each in answers]
    return Row("the assistant's conversation: own time", median(own), "ms", 60)


def _panels(browser: Browser, tickets: list[str], call: float) -> Iterator[Row]:
    """Open panels, each once, all from one list; then what a click in each of them shows."""
    paths = [f"/tickets/{ticket}/" for ticket in tickets[: REPEATED + 1]]
    first, *visits = [browser.visit(path, htmx=True) for path in paths]
    yield _judged("panel, all parts", 1.4, call, visits, lambda visit: visit.ms)
    for place, answer in enumerate(first.answers[:5]):
        times = [each.answers[place].ms for each in visits]
        name = answer.path.partition("?")[0].removeprefix(paths[0]) or "head"
        yield Row(f"  {name}", median(times) / call, "×", remark=f"{median(times):.0f} ms")
    clicks = [browser.visit(path, htmx=True) for visit in visits for path in _by_click(visit)]
    name = "other tickets about a configuration"
    yield _judged(name, 1.25, call, clicks, lambda visit: visit.ms)


def _by_click(visit: Visit) -> list[str]:
    """Return the addresses of the tickets about each configuration that the panel shows."""
    return [path for answer in visit.answers for path in _ABOUT.findall(answer.body)]


def _ratio(name: str, bound: float, call: float, visit: Callable[[int], Visit]) -> Row:
    """Measure one page after one visit that fills the caches, as the first of a day does."""
    visit(0)
    visits = [visit(number) for number in range(1, REPEATED + 1)]
    return _judged(name, bound, call, visits, lambda each: each.ms)


def _judged(
    name: str, bound: float, call: float, visits: list[Visit], took: Callable[[Visit], float]
) -> Row:
    times = [took(each) for each in visits]
    refused = Counter(answer.status for each in visits for answer in each.refused)
    if refused:
        return Row(name, float("nan"), "×", bound, f"was refused: {dict(refused)}")
    remark = f"{median(times):.0f} ms, worst {max(times):.0f} ms"
    return Row(name, median(times) / call, "×", bound, remark)


# --- Connections ---------------------------------------------------------------------


def _connections(running: Stage, crowd: Browser, tickets: list[str]) -> Row:
    """Count what the web processes open from their start on, in page views side by side."""
    before = running.connections()
    dice = random.Random(1)
    pages = [_any_page(dice, tickets) for _ in range(PAGE_VIEWS)]
    with ThreadPoolExecutor(TABS) as tabs:
        visits = list(tabs.map(lambda page: crowd.visit(page, htmx=page != "/"), pages))
    refused = Counter(answer.status for each in visits for answer in each.refused)
    calls = sum(len(each.answers) for each in visits)
    remark = f"{PAGE_VIEWS} views, {calls} requests, {TABS} tabs"
    return Row(
        "TCP connections to the PSA",
        running.connections() - before,
        at_most=(LIMITS.max_connections or 0) * WEB_PROCESSES,
        remark=remark + (f", refused: {dict(refused)}" if refused else ""),
    )


def _any_page(dice: random.Random, tickets: list[str]) -> str:
    ticket, word = dice.choice(tickets), dice.choice(WORDS)
    return dice.choice(
        ["/", f"/tickets/{ticket}/", f"/tickets/?q={word}", f"/tickets/search/?q={word}"]
    )


# --- The dashboard -------------------------------------------------------------------


def _dashboard(
    running: Stage, browser: Browser, crowd: Browser, tickets: list[str]
) -> Iterator[Row]:
    browser.get("/")
    idle = [browser.get("/") for _ in range(REPEATED * 2)]
    with _hanging(running, crowd, tickets) as crowd_answers:
        ends = time.monotonic() + HANG_SECONDS - 1
        meanwhile = []
        while time.monotonic() < ends:
            meanwhile.append(browser.get("/"))
            time.sleep(0.05)
    yield from _shell("dashboard", idle)
    yield from _shell(f"dashboard, PSA hangs, {WAITING} ask it", meanwhile)
    answered = Counter(answer.status for answer in crowd_answers)
    waited = sum(answer.ms > HANG_SECONDS * 500 for answer in crowd_answers)
    yield Row("requests that waited for the PSA", waited, remark=f"statuses {dict(answered)}")


def _shell(name: str, answers: list[Answer]) -> Iterator[Row]:
    """Judge the shell: its own time, and that nobody kept it waiting for a thread."""
    own, whole = [each.app for each in answers], [each.ms for each in answers]
    if any(each.status != 200 for each in answers):
        own = whole = []
    p95 = f"{len(answers)} times, 95 % within {percentile(own, 0.95):.0f} ms"
    yield Row(f"{name}: own time", median(own), "ms", 60, p95)
    yield Row(f"{name}: there after", median(whole), "ms", 100, f"worst {max(whole):.0f} ms")


@contextmanager
def _hanging(running: Stage, crowd: Browser, tickets: list[str]) -> Iterator[list[Answer]]:
    """Let the PSA hang while so many requests ask it; what they got is there afterwards."""
    answers: list[Answer] = []
    fault = {"kind": "latency", "times": None, "seconds": HANG_SECONDS}
    running.simulated.control("faults", {"add": fault})
    with ThreadPoolExecutor(WAITING) as people:
        asked: list[Future[Answer]] = [
            people.submit(crowd.get, f"/tickets/search/?q={ticket}", htmx=True)
            for ticket in itertools.islice(itertools.cycle(tickets), WAITING)
        ]
        try:
            yield answers
        finally:
            answers += [each.result() for each in asked]
            running.simulated.control("faults", method="DELETE")
