"""A real Chromium against the demo's real processes: application, simulator, delivery."""

import os
import shutil
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from accounts.demo import PASSWORD
from resolutionflow.lib.processes import port_answers

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60
# A machine that is busy with the other tests is slow, not wrong.
expect.set_options(timeout=20_000)
# One account does in a minute here what its people do in a day.
NO_LIMITS = {f"RATE_LIMIT_{rule}": "1000/m" for rule in ("SEARCH", "TICKET", "POST")}


@dataclass(frozen=True)
class Demo:
    """Where the demo answers."""

    url: str
    simulator: str


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the browser's path; without one skip, or fail where a browser is required."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path:
        return path
    reason = "No Chromium found: apt-get install chromium, or set CHROMIUM to its path."
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Return the browser; it ends with the module, for Django refuses to work in its loop."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    port, simulator_port = free_port(), free_port()
    directory = tmp_path_factory.mktemp("demo")
    with (directory / "demo.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable, "manage.py", "demo", "--port", str(port),
                "--simulator-port", str(simulator_port), "--directory", str(directory),
            ],
            cwd=settings.BASE_DIR,
            env={**os.environ, **demo_database, **NO_LIMITS},
            stdout=log,
            stderr=log,
        )  # fmt: skip
        try:
            wait_until_up(process, port, directory / "demo.log")
            yield Demo(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{simulator_port}")
        finally:
            process.terminate()
            process.wait(timeout=30)


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


@pytest.fixture
def new_page(browser: Browser, demo: Demo, request) -> Iterator[Callable[..., Page]]:
    """Return a maker of pages in a fresh browser profile; errors in the console fail the test."""
    contexts, errors = [], []

    def make(*, width=1440, scheme="dark", javascript=True) -> Page:
        context = browser.new_context(
            base_url=demo.url,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=javascript,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if is_defect(line) else None)
        return page

    yield make
    for context in contexts:
        context.close()
    if "assert_accessible" in request.fixturenames:
        # axe tries inline styles of its own, which the policy rightly refuses.
        errors = [each for each in errors if "Applying inline style" not in each]
    assert errors == []


def is_defect(line) -> bool:
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
def log_in(known_people) -> Callable[[Page, str], None]:
    """Log in as one of the demo's people, the first time through the form."""

    def as_person(page: Page, name: str) -> None:
        if name in known_people:
            page.context.add_cookies(known_people[name])
            page.goto("/")
            return
        page.goto("/login/")
        page.get_by_label("E-mail").fill(f"{name}@northwind.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Dashboard").wait_for()
        known_people[name] = page.context.cookies()

    return as_person


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fail with what axe found on the page as it stands."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()

    return check
