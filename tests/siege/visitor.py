"""Somebody at a browser, far away: over HTTPS, through the proxy that ends it."""

import time
from collections.abc import Mapping

import httpx

from tests.staging import entrance

HOST = "app.siege.test"
URL = f"https://{HOST}"
PATIENCE = 40.0


class TlsProxy(httpx.BaseTransport):
    """Passes requests on as the proxies of deploy/ do; `address` is where its client sits."""

    def __init__(self, port: int, address: str) -> None:
        self._port, self._address = port, address
        # In clear text; loading certificates for each visitor would take longer than its visit.
        self._line = httpx.HTTPTransport(verify=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it in clear text on loopback, under the name and address of who asks."""
        passed = httpx.Headers(request.headers)
        passed["X-Forwarded-Proto"] = "https"
        passed["X-Forwarded-For"] = self._address
        return self._line.handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port),
                headers=passed,
                stream=request.stream,
                extensions=request.extensions,
            )
        )

    def close(self) -> None:
        """Close the connections."""
        self._line.close()


class Visitor:
    """One browser with its cookies. Several threads may use it."""

    def __init__(self, port: int, address: str = "198.51.100.7") -> None:
        self._at = (port, address)
        self.client = httpx.Client(
            base_url=URL, transport=TlsProxy(port, address), timeout=PATIENCE, trust_env=False
        )

    def tab(self) -> "Visitor":
        """Return another tab of this browser, with a line of its own and the same cookies."""
        other = Visitor(*self._at)
        other.client.cookies = self.client.cookies
        return other

    def log_in(self, email: str, password: str) -> httpx.Response:
        """Fill in the form and return the answer."""
        return entrance.log_in(self.client, email, password)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Ask for a page."""
        return self.client.get(path, headers=dict(headers or {}))

    def post(
        self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a form with its token."""
        if not entrance.csrf_token(self.client):
            self.client.get(entrance.LOG_IN)
        data = {**form, "csrfmiddlewaretoken": entrance.csrf_token(self.client)}
        return self.client.post(path, data=data, headers={"Referer": URL, **(headers or {})})

    def took(self, path: str) -> tuple[int, float]:
        """Return the status of the page, 599 without an answer, and the seconds it took."""
        started = time.perf_counter()
        try:
            status = self.client.get(path).status_code
        except httpx.HTTPError:
            status = 599
        return status, time.perf_counter() - started
