"""The only place that speaks HTTP with ConnectWise.

Finds the API by companyinfo, signs the calls, repeats reads, never repeats writes, and
turns everything that happens on the wire into the errors of `psa.providers.errors`.
"""

import base64
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from psa.providers.connectwise import response
from psa.providers.connectwise.refused_values import Asked
from psa.providers.connectwise.response import (
    LARGEST_PAGE,
    SYSTEM_INFO,
    CompanyInfo,
    Listed,
    NotConnectWise,
    Record,
    Reply,
)
from psa.providers.connectwise.setup import SETUP
from psa.providers.errors import (
    AuthFailed,
    Busy,
    ConnectionFailed,
    Intercepted,
    NotAnswering,
    NotFound,
    PermissionMissing,
    PsaError,
    RateLimited,
    ServerError,
    SiteRefused,
    Timeout,
    TooLarge,
    WriteUncertain,
)
from psa.providers.gate import Gate, Places
from psa.providers.types import Credentials
from resolutionflow.lib import safe_http
from resolutionflow.lib.call_bounds import Bounds
from resolutionflow.lib.safe_http import Answer, Origin, Policy, SiteNotAllowed
from resolutionflow.lib.waiting import waiting

SUFFIXES = ("myconnectwise.net", "connectwisedev.com")
# On cloud a router to the tenant's own version, on premise the only code base.
BASE = "/v4_6_release/apis/3.0"
ACCEPT = "application/vnd.connectwise.com+json; version=2025.16"
MOST_PAGES = 200

RETRIES = 2
LONGEST_WAIT = 2.0

_ENCODED = (
    "ConnectWise, or a proxy in front of it, sends compressed answers though we ask for plain "
    "ones. Ask your operator to turn that off."
)

T = TypeVar("T")

# What happens before the first byte of a request leaves.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class ConnectWiseClient:
    """One account's HTTP: shared by threads, one connection pool per origin."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        trusted: tuple[Origin, ...] = (),
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
        before_send: Callable[[], None] = lambda: None,
        gate: Gate | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._credentials = credentials
        self._policy = Policy(suffixes=SUFFIXES, trusted=trusted)
        self._sleep = sleep
        self._jitter = jitter
        self._before_send = before_send
        self._gate = gate or Gate(Places())
        self._now = now
        self._clock_offset: timedelta | None = None
        self._lock = threading.Lock()
        self._pools: dict[Origin, httpx.Client] = {}
        self._discovered: tuple[CompanyInfo, Origin] | None = None
        try:
            self.site = safe_http.parse_origin(credentials.site_url)
        except SiteNotAllowed as error:
            raise SiteRefused(error.reason) from None
        self._known = self._policy.under_suffix(self.site.host)

    # --- What the provider calls -----------------------------------------------------

    def company(self) -> CompanyInfo:
        """Return what companyinfo says now, asking again. Raises as reads do.

        Who asks this is setting the site up: what does not speak ConnectWise is the wrong
        site then. In the middle of the work it is trouble that may pass.
        """
        with safe_http.deadline():
            # A site that was ConnectWise's before is not another web site now.
            self._known = self._known or self._discovered is not None
            self._discovered = None
            try:
                return self._repeated(self._discover)[0]
            except NotConnectWise as error:
                raise SiteRefused(error.sentence) from error

    @property
    def clock_offset(self) -> timedelta | None:
        """How far ConnectWise's clock is ahead of ours, by its last answer; None if it is silent.

        A Date that a cache or a proxy may have set is not believed; see `response.clock_offset`.
        """
        return self._clock_offset

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Return the JSON value at the path; repeats what failed in passing."""
        return self._reply(Asked("GET", path), params).value

    def read_list(self, path: str, params: Mapping[str, str], *, page: int, size: int) -> Listed:
        """Return one page of a list, and whether there are more after it."""
        numbered = {**params, "page": str(page), "pageSize": str(size)}
        return response.listed(self._reply(Asked("GET", path), numbered), size)

    def search(
        self, path: str, params: Mapping[str, str], body: object, *, page: int, size: int
    ) -> Listed:
        """Return a page that a search in a body finds: a POST, but as harmless as a GET."""
        numbered = {**params, "page": str(page), "pageSize": str(size)}
        return response.listed(self._reply(Asked("POST", path, reads=True), numbered, body), size)

    def _reply(
        self, asked: Asked, params: Mapping[str, str] | None = None, body: object = None
    ) -> Reply:
        with safe_http.deadline():
            return self._repeated(lambda: self._call(asked, params=params, body=body))

    def read_pages(
        self, path: str, params: Mapping[str, str], *, size: int = LARGEST_PAGE
    ) -> Iterator[Listed]:
        """Yield the pages of a list to its end. Raises ServerError if none is in sight.

        A page that is shorter than asked for is not the last one while its Link header says that
        there are more (25 records came where 1,000 were asked for, HealthITAU/pyconnectwise
        issue 23). Counts pages itself: links in answers name another host and are never followed.
        An answer that is too large is asked for in smaller pages; one record that is too large
        on its own is skipped. All pages share one deadline, and the bytes that it allows.
        """
        page, passed, together = 1, 0, Bounds()
        for _ in range(MOST_PAGES):
            try:
                with together.applied():
                    found = self.read_list(path, params, page=page, size=size)
            except TooLarge:
                if together.are_spent:
                    break
                if size == 1:
                    found = Listed(records=[], has_more=True, skipped=1)
                else:
                    # Smaller pages may begin before what was read: those records come twice.
                    size = max(1, size // 10)
                    page = passed // size + 1
                    continue
            yield found
            if not found.has_more:
                return
            passed += len(found.records) + found.skipped
            page += 1
        raise ServerError("ConnectWise lists more records than can be read at once.")

    def write(self, method: str, path: str, body: object) -> Record:
        """Send once, and return the record that came back. Raises as writes do."""
        value = self._once(method, path, body)
        try:
            return response.record(value)
        except ServerError:
            raise WriteUncertain() from None

    def delete(self, path: str) -> None:
        """Send once; a record that is gone already is as good. Raises as writes do."""
        try:
            self._once("DELETE", path)
        except NotFound:
            return

    def _once(self, method: str, path: str, body: object = None) -> Any:
        with safe_http.deadline():
            try:
                self._discover()
            except (Timeout, ServerError) as error:
                raise ConnectionFailed(error.of(SETUP.label).sentence) from error
            return self._call(Asked(method, path), body=body).value

    def close(self) -> None:
        """Close all sockets."""
        with self._lock:
            pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.close()

    # --- Finding the API -------------------------------------------------------------

    def _discover(self) -> tuple[CompanyInfo, Origin]:
        """Return the company and the API's origin, asking companyinfo the first time.

        Two threads may ask at once; they learn the same.
        """
        found = self._discovered
        if found is None:
            company = quote(self._credentials.company_id, safe="")
            path = f"/login/companyinfo/{company}"
            answer = self._exchange(self.site, "GET", path, headers={})
            info = response.company_info(
                status=answer.status,
                headers=answer.headers,
                body=answer.body,
                now=self._now(),
                is_known=self._known,
            )
            self._discovered = found = (info, self._api_origin(info))
        return found

    def _api_origin(self, info: CompanyInfo) -> Origin:
        """Return where the API lives; the host that companyinfo names is checked too.

        A cloud API has a host of its own. On premise, or behind an operator's trusted
        origin, it is the site itself, whatever the answer says.
        """
        if not self._policy.under_suffix(self.site.host):
            return self.site
        host = self.site.host
        api = self.site.with_host(host if host.startswith("api-") else f"api-{host}")
        try:
            named = safe_http.parse_origin(info.site_url) if info.site_url else api
            self._policy.admit(named)
        except SiteNotAllowed as error:
            raise SiteRefused(error.reason) from None
        # companyinfo may name the web host; only the api- host takes calls.
        return named if named.host.startswith("api-") else api

    # --- One call --------------------------------------------------------------------

    def _call(
        self, asked: Asked, *, params: Mapping[str, str] | None = None, body: object = None
    ) -> Reply:
        api = self._discover()[1]
        answer = self._exchange(
            api,
            asked.method,
            BASE + asked.path,
            params=params,
            body=body,
            headers=self._headers(),
            writes=asked.writes,
        )
        try:
            return self._judged(answer, asked)
        except (NotFound, PermissionMissing):
            self._confirm_credentials(api)
            raise
        except AuthFailed:
            # Perhaps the company moved to another host: find the API anew next time.
            self._discovered = None
            raise

    def _judged(self, answer: Answer, asked: Asked) -> Reply:
        """Return what the answer means, and learn ConnectWise's time from it."""
        now = self._now()
        reply = response.reply_to(
            status=answer.status, headers=answer.headers, body=answer.body, asked=asked, now=now
        )
        self._clock_offset = response.clock_offset(answer.headers, now)
        return reply

    def _confirm_credentials(self, api: Origin) -> None:
        """Raise AuthFailed if it was the credentials, and not the record or the right.

        On cloud, refused credentials may come as 404 (developer guide), and a refused
        client id as 403 without details (seen on premise, 2026.3).
        """
        try:
            answer = self._exchange(api, "GET", BASE + SYSTEM_INFO, headers=self._headers())
            self._judged(answer, Asked("GET", SYSTEM_INFO))
        except AuthFailed:
            self._discovered = None
            raise
        except PsaError:
            return

    def _exchange(
        self,
        origin: Origin,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        body: object = None,
        writes: bool = False,
    ) -> Answer:
        with self._gate.call() as call:
            self._before_send()
            try:
                answer = safe_http.exchange(
                    self._pool(origin), method, path, params=params, body=body, headers=headers
                )
            except SiteNotAllowed as error:
                raise SiteRefused(error.reason) from None
            except httpx.RequestError as error:
                # No free socket is our own trouble, and says nothing about the PSA.
                call.answered = None if isinstance(error, httpx.PoolTimeout) else False
                raise _failure(error, writes) from error
            call.answered = answer.status < 500
            return answer

    def _pool(self, origin: Origin) -> httpx.Client:
        with self._lock:
            if origin not in self._pools:
                self._pools[origin] = safe_http.open_client(origin, policy=self._policy)
            return self._pools[origin]

    def _headers(self) -> dict[str, str]:
        keys = self._credentials
        if not (keys.client_id.isascii() and keys.client_id.isprintable()):
            raise AuthFailed(
                "The client id is not valid: letters, digits and dashes only.", field="client_id"
            )
        login = f"{keys.company_id}+{keys.public_key}:{keys.private_key}"
        return {
            "Accept": ACCEPT,
            "Authorization": "Basic " + base64.b64encode(login.encode()).decode("ascii"),
            "clientId": keys.client_id,
        }

    # --- Repeating reads -------------------------------------------------------------

    def _repeated(self, call: Callable[[], T]) -> T:
        """Return what the call returns, repeating it after failures that may pass."""
        for attempt in range(RETRIES):
            try:
                return call()
            except (Busy, NotAnswering, TooLarge):
                raise
            except (ConnectionFailed, ServerError, RateLimited) as error:
                wait = self._wait(attempt, error)
                if wait > min(LONGEST_WAIT, safe_http.time_left()):
                    raise
                with waiting():
                    self._sleep(wait)
        return call()

    def _wait(self, attempt: int, error: PsaError) -> float:
        """Return the seconds to wait: longer each time, with jitter, and no less than asked for."""
        return max(0.2 * (attempt + 1) * (1 + self._jitter()), error.retry_after)


def _failure(error: httpx.RequestError, writes: bool) -> PsaError:
    """Return what a failure on the wire means: surely not sent, late, or perhaps done."""
    if isinstance(error, _NEVER_SENT):
        return ConnectionFailed(_why_not_connected(error))
    if writes:
        return WriteUncertain()
    if isinstance(error, safe_http.AnswerTooLarge):
        return TooLarge()
    if isinstance(error, httpx.TimeoutException):
        return Timeout()
    if isinstance(error, safe_http.AnswerEncoded):
        return Intercepted(_ENCODED)
    return ServerError("The connection to ConnectWise broke. Retry in a moment.")


def _why_not_connected(error: httpx.RequestError) -> str:
    """Return a sentence for the causes that people can mend; empty for the usual one."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "The site's TLS certificate could not be verified. Check the site address."
        cause = cause.__cause__ or cause.__context__
    return ""
