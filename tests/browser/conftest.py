"""A real Chromium against the demo's real processes: application, simulator, delivery."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

from accounts.demo import PASSWORD, PEOPLE
from resolutionflow.lib.processes import free_port, port_answers
from tests.browser.looks import WIDE, assert_fine_in_every_look, look
from tests.chromium import FLAGS, path_or_skip
from tests.witness import Witness

START_SECONDS = 60
# A machine that is busy with the other tests is slow, not wrong.
expect.set_options(timeout=20_000)
# One account does in a minute here what its people do in a day.
NO_LIMITS = {f"RATE_LIMIT_{rule}": "1000/m" for rule in ("SEARCH", "TICKET", "POST")}
# Everything that the processes have to say is looked at for credentials.
TALKATIVE = {"LOG_LEVEL": "INFO"}


@dataclass(frozen=True)
class Demo:
    """Where the demo answers, and where it keeps its files."""

    url: str
    simulator: str
    claude: str
    directory: Path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the browser's path; without one skip."""
    return path_or_skip()


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Return the browser; it ends with this package, for Django refuses to work in its loop."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def demo_database() -> Iterator[dict[str, str]]:
    """Give the demo a database of its own on the server that the suite runs on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    name = f"demo_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True, dbname="postgres") as server:
        server.execute(f"CREATE DATABASE {name}")
        yield {"DEMO_DATABASE_URL": url.rsplit("/", 1)[0] + f"/{name}"}
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def demo(chromium: str, demo_database, tmp_path_factory) -> Iterator[Demo]:
    """Start what `make demo` starts, on free ports and in a directory of its own."""
    port, simulator_port, claude_port = free_port(), free_port(), free_port()
    directory = tmp_path_factory.mktemp("demo")
    with (directory / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable, "manage.py", "demo", "--port", str(port),
                "--simulator-port", str(simulator_port), "--claude-port", str(claude_port),
                "--directory", str(directory),
            ],
            cwd=settings.BASE_DIR,
            env={**os.environ, **demo_database, **NO_LIMITS, **TALKATIVE, "ANTHROPIC_API_KEY": ""},
            stdout=log,
            stderr=log,
        )  # fmt: skip
        try:
            wait_until_up(process, port, directory / "demo.log")
            yield Demo(
                url=f"http://127.0.0.1:{port}",
                simulator=f"http://127.0.0.1:{simulator_port}",
                claude=f"http://127.0.0.1:{claude_port}",
                directory=directory,
            )
        finally:
            process.terminate()
            process.wait(timeout=30)
            assert_nothing_leaked((directory / "demo.log").read_text())


def assert_nothing_leaked(log: str) -> None:
    """Fail when the processes wrote a credential; who may log in is said in the welcome."""
    welcomed = tuple(f"  {person.email}" for person in PEOPLE)
    witness = Witness()
    for line in log.splitlines():
        if not line.startswith(welcomed):
            witness.see("log of the demo", line)
    assert witness.leaks == []


def wait_until_up(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the application answers; the demo starts its web server last."""
    for _ in range(START_SECONDS * 10):
        if port_answers(port):
            return
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"The demo did not come up:\n{log.read_text()}")


@pytest.fixture(scope="package")
def idle_pages() -> dict[bool, list[Page]]:
    """Return the pages that no test uses at the moment: with scripts (True) and without.

    A browser profile takes longer to make than most tests take; one is handed on, emptied.
    """
    return {True: [], False: []}


@pytest.fixture
def new_page(browser: Browser, demo: Demo, idle_pages, request) -> Iterator[Callable[..., Page]]:
    """Return a maker of pages, each in a profile of its own that remembers nothing.

    Errors in the console fail the test.
    """
    used, errors = [], []

    def on_error(error: Error) -> None:
        errors.append(str(error))

    def on_line(line: ConsoleMessage) -> None:
        if is_defect(line):
            errors.append(line.text)

    def make(*, width=WIDE, scheme="dark", javascript=True) -> Page:
        idle = idle_pages[javascript]
        page = idle.pop() if idle else fresh_page(browser, demo, javascript=javascript)
        look(page, scheme, width)
        page.on("pageerror", on_error)
        page.on("console", on_line)
        used.append((javascript, page))
        return page

    yield make
    for javascript, page in used:
        page.remove_listener("pageerror", on_error)
        page.remove_listener("console", on_line)
        forget_everything(page)
        idle_pages[javascript].append(page)
    if "assert_accessible" in request.fixturenames:
        # axe tries inline styles of its own, which the policy rightly refuses.
        errors = [each for each in errors if "Applying inline style" not in each]
    assert errors == []


def fresh_page(browser: Browser, demo: Demo, *, javascript: bool) -> Page:
    context = browser.new_context(
        base_url=demo.url, java_script_enabled=javascript, reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def forget_everything(page: Page) -> None:
    """Leave nothing behind of who used the page, and no test's hand on what it asks."""
    page.unroute_all(behavior="ignoreErrors")
    try:
        page.goto("/healthz")
    except Error:
        # A step back that the test's last key still takes may cut in, once.
        page.goto("/healthz")
    page.evaluate("sessionStorage.clear(); localStorage.clear()")
    page.context.clear_cookies()
    for other in page.context.pages:
        if other is not page:
            other.close()


def is_defect(line: ConsoleMessage) -> bool:
    """Whether a console line is a defect; refused answers (4xx, 5xx) are what tests ask for.

    So is a request that a newer one replaces: htmx calls that htmx:sendAbort.
    """
    return (
        line.type == "error"
        and "Failed to load resource" not in line.text
        and ("Response Status Error Code" not in line.text)
        and not line.text.startswith(("htmx:afterRequest,", "htmx:sendAbort,"))
    )


@pytest.fixture(scope="session")
def known_people() -> dict[str, list]:
    """Return the cookies of who has logged in already; ten log-ins in 5 minutes are the limit."""
    return {}


@pytest.fixture
def log_in(known_people) -> Callable[..., None]:
    """Log in as one of the demo's people, the first time through the form, and go `at` a page."""

    def as_person(page: Page, name: str, at: str = "/") -> None:
        if name in known_people:
            page.context.add_cookies(known_people[name])
            page.goto(at)
            return
        page.goto(f"/login/?next={quote(at)}")
        page.get_by_label("E-mail").fill(name if "@" in name else f"{name}@northwind.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url(lambda url: "/login/" not in url)
        known_people[name] = page.context.cookies()

    return as_person


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fail with what axe finds on the page as it stands, in both themes, wide and on a phone."""
    return assert_fine_in_every_look
