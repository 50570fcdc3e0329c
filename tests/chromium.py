"""Where Chromium is, and how it is started: without a screen, without asking the network."""

import os
import shutil

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Without a screen the same browser needs a seventh less time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def path() -> str:
    """Return the browser's path; empty where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), "")


def path_or_skip() -> str:
    """Return the browser's path; without one skip, or fail where a browser is required."""
    if found := path():
        return found
    reason = "No Chromium found: apt-get install chromium, or set CHROMIUM to its path."
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
