"""`make load`: 50 engineers clicking for a minute, with 50,000 tickets in the PSA."""

import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Lock

from tests.bench.browser import Answer, Browser, Visit
from tests.bench.pages import WORDS
from tests.bench.people import Engineer, hire
from tests.bench.report import Row, median, percentile
from tests.bench.stage import password, stage

TICKETS = 50_000
ENGINEERS = 50
SECONDS = 60.0
# Seconds between two clicks: reading a ticket takes longer, looking for one less.
THINKING = (1.0, 5.0)
# At once: a password takes half a second of a processor, on purpose.
LOG_INS = 4
# Memory settles while caches fill and threads start; from here on it must stay.
SETTLED = 0.4
MORE_MEMORY = 8.0
_CHANGING = re.compile(r"\?.*|[0-9a-f-]{36}|(?<=/)\d+(?=/)")


@dataclass
class Clicks:
    """What all engineers got."""

    answers: list[Answer] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, visit: Visit) -> None:
        """Keep one page and its regions; thread-safe."""
        with self._lock:
            self.visits.append(visit)
            self.answers += visit.answers


def measure() -> list[Row]:
    """Return every promise with what was measured, and what every address took."""
    with stage(tickets=TICKETS, latency_ms=0) as running, ExitStack() as opened:
        tickets = running.ticket_ids()
        people = hire(ENGINEERS, tickets, password())
        browsers = [opened.enter_context(Browser(running.web.url)) for _ in people]
        with ThreadPoolExecutor(LOG_INS) as door:
            list(door.map(_log_in, browsers, people))
        cpu = running.web.cpu_seconds()
        clicks = Clicks()
        ends = time.monotonic() + SECONDS
        with ThreadPoolExecutor(ENGINEERS) as desks:
            working = [
                desks.submit(_work, browser, person, tickets, clicks, ends)
                for browser, person in zip(browsers, people, strict=True)
            ]
            time.sleep(SECONDS * SETTLED)
            before = running.web.memory()
            time.sleep(SECONDS * (1 - SETTLED))
            after = running.web.memory()
        for each in working:
            each.result()
        cpu = running.web.cpu_seconds() - cpu
    return [*_judge(clicks, cpu), *_memory(before, after), *_addresses(clicks)]


def _log_in(browser: Browser, person: Engineer) -> None:
    browser.log_in(person.email, password())


def _work(
    browser: Browser, person: Engineer, tickets: list[str], clicks: Clicks, ends: float
) -> None:
    """Click as one engineer does, until the time is over."""
    dice = random.Random(person.email)
    time.sleep(dice.uniform(0, THINKING[1]))
    while time.monotonic() < ends:
        path, htmx = _next(dice, person, tickets)
        clicks.add(browser.visit(path, htmx=htmx))
        time.sleep(dice.uniform(*THINKING))


def _next(dice: random.Random, person: Engineer, tickets: list[str]) -> tuple[str, bool]:
    """Return the address of the next click, and whether htmx asks for it."""
    word, ticket, session = dice.choice(WORDS), dice.choice(tickets), dice.choice(person.sessions)
    return dice.choice(
        [
            ("/", False),
            (f"/tickets/?page={dice.randint(1, 40)}", False),
            (f"/tickets/?q={word}&assigned=all", True),
            (f"/tickets/search/?q={word[:3]}", True),
            (f"/tickets/search/?q={word}", True),
            (f"/tickets/{ticket}/", True),
            (session, False),
            (f"{session}psa-post/preview/", True),
        ]
    )


def _judge(clicks: Clicks, cpu: float) -> Iterator[Row]:
    refused = Counter(answer.status for answer in clicks.answers if answer.status >= 400)
    own = [answer.app for answer in clicks.answers]
    number = len(clicks.answers)
    yield Row("page views", len(clicks.visits), remark=f"{number} requests in {SECONDS:.0f} s")
    remark = f"statuses {dict(refused)}" if refused else ""
    yield Row("errors", refused.total(), at_most=0, remark=remark)
    remark = f"median {median(own):.0f} ms, worst {max(own):.0f} ms"
    yield Row("own time, 95 % within", percentile(own, 0.95), "ms", 120, remark)
    pages = [visit.ms for visit in clicks.visits]
    remark = f"95 % within {percentile(pages, 0.95):.0f} ms"
    yield Row("page with its regions", median(pages), "ms", remark=remark)
    yield Row("processor time a request", cpu * 1000 / number, "ms")


def _memory(before: dict[int, float], after: dict[int, float]) -> Iterator[Row]:
    if before.keys() != after.keys():
        yield Row("web processes that were replaced", len(after.keys() - before.keys()), "", 0)
    for pid in before.keys() & after.keys():
        remark = f"{before[pid]:.0f} → {after[pid]:.0f} MiB"
        more = after[pid] - before[pid]
        yield Row("more memory of a web process", more, "MiB", MORE_MEMORY, remark)


def _addresses(clicks: Clicks) -> Iterator[Row]:
    """Say of every address how often it was asked for, and what took how long."""
    by_address: dict[str, list[Answer]] = defaultdict(list)
    for answer in clicks.answers:
        by_address[_CHANGING.sub("…", answer.path)].append(answer)
    for address, answers in sorted(by_address.items()):
        own, psa = [each.app for each in answers], [each.psa for each in answers]
        remark = (
            f"{len(answers)} times, own median {median(own):.0f} ms, "
            f"PSA median {median(psa):.0f} ms, 95 % within {percentile(psa, 0.95):.0f} ms"
        )
        yield Row(f"  {address}, own 95 %", percentile(own, 0.95), "ms", remark=remark)
