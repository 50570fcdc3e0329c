"""Which browser on which system a request names, from a small closed set of both."""

import re

from django.http import HttpRequest

# In this order: Edge and Opera call themselves Chrome as well, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\bOPR/|\bOpera\b")),
    ("Firefox", re.compile(r"\bFirefox/|\bFxiOS/")),
    ("Chrome", re.compile(r"\bChrome/|\bCriOS/|\bHeadlessChrome/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS = (
    ("Android", re.compile(r"\bAndroid\b")),
    ("iOS", re.compile(r"\biPhone\b|\biPad\b|\biPod\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Linux", re.compile(r"\bLinux\b|\bX11\b")),
)
NOT_A_BROWSER = "Not a browser"
# What is longer is no browser's, and is not worth the search.
_LONGEST = 1_000


def agent_of(request: HttpRequest) -> str:
    """Return the class of the caller's user agent: "Firefox on Windows", or NOT_A_BROWSER.

    What a caller says of itself can be false; it is shown for people to recognise their own.
    """
    text = request.headers.get("User-Agent", "")[:_LONGEST]
    browser = _first(_BROWSERS, text)
    return (
        f"{browser} on {_first(_SYSTEMS, text) or 'another system'}" if browser else NOT_A_BROWSER
    )


def _first(names: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in names if pattern.search(text)), "")
