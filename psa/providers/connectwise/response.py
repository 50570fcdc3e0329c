"""What ConnectWise's answers mean: status, headers and body in, a value or an error out.

Pure: no network, no clock but the one given. What a refusal means is told by `refusals`. Of
an answer's body only recognised shapes are used, and never its words.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from psa.providers.connectwise import refusals
from psa.providers.connectwise.refusals import WRONG_ROUTE
from psa.providers.connectwise.refused_values import Asked
from psa.providers.errors import (
    AuthFailed,
    Intercepted,
    PsaError,
    RateLimited,
    Redirected,
    ServerError,
    TooLarge,
    WriteUncertain,
)
from psa.providers.parsing import TooCostly, parsed

logger = logging.getLogger(__name__)

DEFAULT_RETRY_AFTER = 30.0
LONGEST_RETRY_AFTER = 3600.0
SYSTEM_INFO = "/system/info"

Record = dict[str, Any]

# The properties that hold several lines, which people wrote.
_TEXTS = frozenset({"text", "notes", "internalNotes"})
# In place of a value that would take more memory than we give an answer.
_TOO_COSTLY = object()
# Records; ConnectWise gives no more at once (developer guide).
LARGEST_PAGE = 1000
# Ids are 32-bit numbers (schema 2025.16).
LARGEST_ID = 2**31 - 1
_NEXT = re.compile(r';\s*rel="?next"?', re.IGNORECASE)
# A Date header further off than this is not the PSA's clock, but a fault of it.
_FURTHEST_CLOCK = timedelta(hours=24)

UNREADABLE = "ConnectWise answered, but not in a way that can be read. Retry in a moment."
REDIRECTED = (
    "ConnectWise's address leads to another one, which we do not follow. Check the site address "
    "under Account, Integrations."
)
MAINTENANCE = (
    "ConnectWise's site answers with a page instead of data; it may be under maintenance. Try "
    "again later."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The JSON value of a good answer, and whether its list goes on (`Link … rel="next"`).

    `has_more` is None where there is no Link header to tell.
    """

    value: Any
    has_more: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Records of a list; `has_more` where it surely goes on, or may.

    `skipped` counts what came and could not be read: it is in none of the records.
    """

    records: list[Record]
    has_more: bool
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyInfo:
    """What companyinfo tells before log-in: name, and where the API lives."""

    name: str
    is_cloud: bool
    site_url: str


class NotConnectWise(ServerError):
    """Something else answered at the site: another web site, or a proxy for the moment."""

    default = "This site answers, but not as ConnectWise does. Check the site address."


def reply_to(
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytearray,
    asked: Asked,
    now: datetime,
) -> Reply:
    """Return the JSON value of a good answer; raises the PsaError that any other means.

    `headers` by lower-case names; the body is emptied. A write that was not clearly done or
    refused raises WriteUncertain. A DELETE is answered by 204 and nothing.
    """
    opening = _opening(body)
    value = _parsed(body)
    if value is _TOO_COSTLY:
        if 200 <= status < 300 and not asked.writes:
            raise TooLarge()
        value = None
    if asked.method == "DELETE" and status == 204:
        return Reply(value=None)
    if 200 <= status < 300:
        if value is None or asked.method == "DELETE":
            if asked.writes:
                raise WriteUncertain()
            raise Intercepted() if _is_page(opening) else ServerError(UNREADABLE)
        link = headers.get("link")
        return Reply(value=value, has_more=None if link is None else bool(_NEXT.search(link)))
    raise _trouble(status, headers, value, opening, asked, now)


def _trouble(
    status: int,
    headers: Mapping[str, str],
    value: Any,
    opening: bytes,
    asked: Asked,
    now: datetime,
) -> PsaError:
    """Return the error that a status other than 2xx means."""
    wait = headers.get("retry-after", "")
    if status == 429:
        return RateLimited(retry_after=retry_after(wait, now))
    if status < 400:
        return Redirected() if asked.writes else Intercepted(REDIRECTED)
    if status < 500 and status != 408:
        return refusals.refusal(status, value, opening, asked)
    seconds = retry_after(wait, now) if wait else 0.0
    if asked.writes:
        return WriteUncertain(retry_after=seconds)
    return ServerError(_unavailable(seconds) if wait else "", retry_after=seconds)


def _unavailable(seconds: float) -> str:
    minutes = round(seconds / 60)
    wait = f"{round(seconds)} seconds" if seconds < 90 else f"{minutes} minutes"
    return f"ConnectWise is not available; it asks to wait {wait}."


def _is_page(opening: bytes) -> bool:
    """Tell whether the body is a web page: no ConnectWise answers its API with one."""
    return opening[:1] == b"<"


def record(value: Any) -> Record:
    """Return the value as one record with an id; raises ServerError otherwise."""
    if not _is_record(value):
        raise ServerError(UNREADABLE)
    found: Record = value
    return found


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and _is_id(value.get("id"))


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ID


def records(value: Any) -> list[Record]:
    """Return the records of a bare array; raises ServerError for anything else.

    Also for more than LARGEST_PAGE: no call asks for more, whatever the answer holds. What is no
    record with an id is left out, and logged: one that is odd must not take the others with it.
    Raises ServerError where none is left of several.
    """
    if not isinstance(value, list) or len(value) > LARGEST_PAGE:
        raise ServerError(UNREADABLE)
    found = [item for item in value if _is_record(item)]
    if value and not found:
        raise ServerError(UNREADABLE)
    if len(found) < len(value):
        logger.warning("%d of %d records have no id", len(value) - len(found), len(value))
    return found


def listed(reply: Reply, size: int) -> Listed:
    """Return the records of a page that was asked for with `size`, and whether there are more.

    Without a Link header a page that is not short may have another one after it.
    """
    found = records(reply.value)
    more = len(reply.value) >= size if reply.has_more is None else reply.has_more
    return Listed(
        records=found,
        has_more=more and bool(reply.value),
        skipped=len(reply.value) - len(found),
    )


def clock_offset(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return how far the PSA's clock is ahead of `now`, from the Date of an answer of its own.

    None where there is no Date to trust: none at all, an answer out of a cache (Age), or one
    that is off by more than a day.
    """
    if headers.get("age", "0").strip() not in ("", "0"):
        return None
    told = _date(headers.get("date", ""))
    if told is None or abs(told - now) > _FURTHEST_CLOCK:
        return None
    return told - now


def count(value: Any) -> int:
    """Return the number that a `/count` answered; raises ServerError otherwise."""
    found = value.get("count") if isinstance(value, dict) else None
    if type(found) is not int or found < 0:
        raise ServerError(UNREADABLE)
    return found


def company_info(
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytearray,
    now: datetime,
    is_known: bool = False,
) -> CompanyInfo:
    """Return what companyinfo says; raises the error that its answer means.

    An unknown company is `null` with 200 or, on some servers, 404. Whatever else is not
    companyinfo's JSON comes from a site that is not ConnectWise, or, where the site is known
    to be (`is_known`), from its maintenance page. The body is emptied.
    """
    opening = _opening(body)
    value = _parsed(body)
    if status == 400 and refusals.is_wrong_route(opening):
        raise AuthFailed(WRONG_ROUTE, field="company_id")
    if _is_page(opening) and is_known and status < 500:
        raise ServerError(MAINTENANCE)
    if status == 404 or (status == 200 and opening in (b"null", b"")):
        raise AuthFailed(
            "ConnectWise does not know the company id. Use the one that you type when you "
            "log in to ConnectWise.",
            field="company_id",
        )
    if status == 429 or status >= 500:
        raise _trouble(status, headers, value, opening, Asked("GET", ""), now)
    if status != 200 or not isinstance(value, dict) or "Codebase" not in value:
        raise NotConnectWise()
    return CompanyInfo(
        name=_text(value.get("CompanyName")),
        # "True" in the guide, true in recordings.
        is_cloud=str(value.get("IsCloud")).lower() == "true",
        site_url=_text(value.get("SiteUrl") or value.get("SiteURL")),
    )


def retry_after(text: str, now: datetime) -> float:
    """Return the seconds of a Retry-After, given in seconds or as a date; 30 if unreadable."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = _seconds_until(text, now)
    if not 0 <= seconds < float("inf"):
        return DEFAULT_RETRY_AFTER
    return min(seconds, LONGEST_RETRY_AFTER)


def _seconds_until(text: str, now: datetime) -> float:
    moment = _date(text)
    return DEFAULT_RETRY_AFTER if moment is None else max(0.0, (moment - now).total_seconds())


def _date(text: str) -> datetime | None:
    """Return the moment that an HTTP date names; None for what is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _opening(body: bytearray) -> bytes:
    """Return how the body begins: enough to know it by, where it is not JSON."""
    return bytes(body[:64]).strip()


def _parsed(body: bytearray) -> Any:
    """Return the JSON value, cleaned; None for null and what is not JSON, or _TOO_COSTLY."""
    try:
        return parsed(body, texts=_TEXTS)
    except TooCostly:
        return _TOO_COSTLY
    except ValueError:
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
