"""User agents are told by browser and system, from a closed set, whatever they say."""

import pytest
from django.test import RequestFactory

from resolutionflow.lib.agents import NOT_A_BROWSER, agent_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("sent", "agent"),
    [
        (f"{WINDOWS} {WEBKIT} Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{WINDOWS} {WEBKIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"{WINDOWS}; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.0 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
            "Chrome on iOS",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {WEBKIT} Chrome/140.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/140.0", "Chrome on Linux"),
        ("Firefox/1 on <script>alert(1)</script>", "Firefox on another system"),
        ("curl/8.5.0", NOT_A_BROWSER),
        ("", NOT_A_BROWSER),
        ("x" * 2000 + " Firefox/143.0", NOT_A_BROWSER),
    ],
)
def test_browser_and_system_are_told(sent, agent):
    assert agent_of(RequestFactory().get("/", headers={"User-Agent": sent})) == agent
