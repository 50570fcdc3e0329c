"""`make bench-fair`: what others notice while PSAs hang or are slow, as ratios within one run.

One web process with its 32 threads. First 200 requests hang in a PSA that answers nothing, and
pages that need no PSA are measured; then two accounts use PSAs whose answers take 12 seconds, and
a third account with a healthy PSA works on.
"""

import itertools
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from tests.bench.browser import Answer, Browser
from tests.bench.report import Row, median, percentile
from tests.bench.stage import ENGINEER, Stage, password, stage
from tests.hostile import ATTACKS, HostilePsa, hostile_psa

LOCAL = ("/", "/sessions/", "/account/me/")
WAITING, HANG_SECONDS = 200, 20.0
SLOW_TABS, SLOW_SECONDS = 24, 36.0
# Each of the tabs asks again, as a person does who clicks Retry; more often would measure what
# 50 pages a second take of one process.
RETRY_SECONDS = 2.0
# That a PSA is slow is known once it has answered; until then it may hold as much as any other.
KNOWN_AFTER = 13.0
REPEATED = 30


def measure() -> list[Row]:
    """Return both promises with what was measured."""
    with hostile_psa() as one, hostile_psa() as other, ExitStack() as opened:
        running = opened.enter_context(
            stage(tickets=300, latency_ms=100, web_processes=1, trusted=[one.url, other.url])
        )
        browser = opened.enter_context(Browser(running.web.url))
        browser.log_in(ENGINEER, password())
        tickets = running.ticket_ids()
        crowds = []
        for number, psa in enumerate((one, other)):
            crowd = opened.enter_context(Browser(running.web.url, side_by_side=SLOW_TABS))
            crowd.log_in(_account(f"Slow {number}", psa), password())
            crowds.append(crowd)
        third = [*_third_account(browser, crowds, (one, other), tickets)]
        crowd = opened.enter_context(Browser(running.web.url, side_by_side=WAITING))
        crowd.log_in(ENGINEER, password())
        return [*third, *_local_pages(running, browser, crowd)]


def _account(name: str, psa: HostilePsa) -> str:
    """Make an account whose PSA is this one, and return the name of its engineer."""
    from accounts.models import Account, Role, User
    from psa import connections

    account = Account.objects.create(name=name)
    email = f"erin@{name.lower().replace(' ', '-')}.example"
    User.objects.create_user(email, password(), account=account, role=Role.ENGINEER)
    keys = {"company_id": "nw", "public_key": "a", "private_key": "b", "client_id": "c"}
    named = {"provider": "connectwise", "display_name": name, "site_url": psa.url}
    connections.save(account, named | keys)
    return email


# --- Pages that need no PSA, while 200 requests hang in one ----------------------------


def _local_pages(running: Stage, browser: Browser, crowd: Browser) -> Iterator[Row]:
    idle = _pages(browser, REPEATED)
    with _hanging(running, crowd) as answers:
        time.sleep(2.0)
        ends = time.monotonic() + HANG_SECONDS - 4.0
        meanwhile: list[Answer] = []
        while time.monotonic() < ends:
            meanwhile += _pages(browser, 1)
    answered = Counter(answer.status for answer in answers)
    refused = [answer.status for answer in meanwhile if answer.status != 200]
    for path in LOCAL:
        before = median(each.ms for each in idle if each.path == path)
        times = [each.ms for each in meanwhile if each.path == path]
        allowed = 1.5 * before + 100
        remark = f"{before:.0f} ms before, {len(times)} times, worst {max(times):.0f} ms"
        yield Row(
            f"{path} while {WAITING} hang, 95 %", percentile(times, 0.95), "ms", allowed, remark
        )
    yield Row("local pages refused meanwhile", len(refused), at_most=0)
    yield Row("requests that hung", sum(answered.values()), remark=f"statuses {dict(answered)}")


def _pages(browser: Browser, times: int) -> list[Answer]:
    return [browser.get(path) for _ in range(times) for path in LOCAL]


@contextmanager
def _hanging(running: Stage, crowd: Browser) -> Iterator[list[Answer]]:
    """Let the PSA answer nothing while so many requests ask it for lists and what they need."""
    answers: list[Answer] = []
    fault = {"kind": "latency", "times": None, "seconds": HANG_SECONDS}
    running.simulated.control("faults", {"add": fault})
    paths = itertools.cycle(
        ["/tickets/?q={}", "/tickets/search/?q={}", "/tickets/new/?tab=full&{}"]
    )
    with ThreadPoolExecutor(WAITING) as people:
        asked = [people.submit(crowd.get, next(paths).format(number)) for number in range(WAITING)]
        try:
            yield answers
        finally:
            answers += [each.result() for each in asked]
            running.simulated.control("faults", method="DELETE")


# --- A third account, while two are slow -----------------------------------------------


def _third_account(
    browser: Browser, crowds: list[Browser], slow: tuple[HostilePsa, ...], tickets: list[str]
) -> Iterator[Row]:
    browser.visit("/tickets/?closed=all")
    turns = iter(tickets)
    before = [browser.visit(f"/tickets/{next(turns)}/", htmx=True) for _ in range(REPEATED)]
    for psa in slow:
        psa.attack = ATTACKS["success-after-12-seconds"]
    ends = time.monotonic() + SLOW_SECONDS
    with ThreadPoolExecutor(2 * SLOW_TABS) as tabs:
        asked = [
            tabs.submit(_keep_asking, crowd, number, ends)
            for crowd in crowds
            for number in range(SLOW_TABS)
        ]
        time.sleep(KNOWN_AFTER)
        during = []
        while time.monotonic() < ends:
            during.append(browser.visit(f"/tickets/{next(turns)}/", htmx=True))
            time.sleep(0.2)
        statuses = Counter(status for each in asked for status in each.result())
    for psa in slow:
        psa.attack = None
    refused = Counter(answer.status for each in during for answer in each.refused)
    quiet, busy = median(each.ms for each in before), median(each.ms for each in during)
    worst = max(each.ms for each in during)
    remark = f"{quiet:.0f} ms before, then {busy:.0f}, {len(during)} times, worst {worst:.0f} ms"
    yield Row("third account's panels while two are slow", busy / quiet, "×", 1.5, remark)
    yield Row(
        "  its parts that were refused", refused.total(), at_most=0, remark=f"{dict(refused)}"
    )
    yield Row("  the slow ones' answers", statuses.total(), remark=f"statuses {dict(statuses)}")


def _keep_asking(crowd: Browser, number: int, ends: float) -> list[int]:
    """Ask for tickets and lists until then, and return the statuses of the answers."""
    statuses = []
    while time.monotonic() < ends:
        statuses.append(crowd.get(f"/tickets/{number + 1}/").status)
        time.sleep(RETRY_SECONDS)
    return statuses
