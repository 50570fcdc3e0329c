"""Requests that a test keeps back, as a slow server would."""

import re

from playwright.sync_api import Page, Route

_TURNS, _TURN_MS = 2_000, 10


class Held:
    """Keep back every request of the page to an address, until the test lets it go on."""

    def __init__(self, page: Page, address: str | re.Pattern[str]) -> None:
        self._page, self._address = page, address
        self._routes: list[Route] = []
        page.route(address, lambda route: self._routes.append(route))

    def next(self) -> Route:
        """Return the oldest request that was not taken yet; wait until there is one.

        The browser tells that a request begins before it gives the request away, so that
        `expect_request` alone may come back too early.
        """
        for _ in range(_TURNS):
            if self._routes:
                return self._routes.pop(0)
            self._page.wait_for_timeout(_TURN_MS)
        raise AssertionError(f"No request came to {self._address}.")
