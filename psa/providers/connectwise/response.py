"""What ConnectWise's answers mean: status, headers and body in, a value or an error out.

Pure: no network, no clock but the one given. Sentences are ours; of an answer's body only
recognised shapes are used, and never its words.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from psa.providers.cleaning import cleaned
from psa.providers.errors import (
    AuthFailed,
    InvalidRequest,
    NotFound,
    PermissionMissing,
    PsaError,
    RateLimited,
    ServerError,
    WriteUncertain,
)

DEFAULT_RETRY_AFTER = 30.0
LONGEST_RETRY_AFTER = 3600.0
SYSTEM_INFO = "/system/info"

Record = dict[str, Any]

# The right that each call needs, as ConnectWise's security roles name it.
_RIGHTS = (
    ("GET", re.compile(r"/service/tickets"), "Service Desk › Service Tickets: Inquire"),
    ("POST", re.compile(r"/service/tickets"), "Service Desk › Service Tickets: Add"),
    ("PATCH", re.compile(r"/service/tickets"), "Service Desk › Service Tickets: Edit"),
    ("GET", re.compile(r"/service/(boards|priorities)"), "System › Table Setup: Inquire"),
    ("GET", re.compile(r"/system/members"), "System › Member Maintenance: Inquire"),
    ("GET", re.compile(r"/company/companies"), "Companies › Company Maintenance: Inquire"),
    ("GET", re.compile(r"/company/configurations"), "Companies › Configurations: Inquire"),
    ("GET", re.compile(r"/company/contacts"), "Companies › Contacts: Inquire"),
    ("GET", re.compile(r"/time/entries"), "Time & Expense › Time Entry: Inquire"),
    ("GET", re.compile(r"/schedule/entries"), "Service Desk › Resource Scheduling: Inquire"),
    ("POST", re.compile(r"/schedule/entries"), "Service Desk › Resource Scheduling: Add"),
    ("DELETE", re.compile(r"/schedule/entries"), "Service Desk › Resource Scheduling: Delete"),
)

_SAFE_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9/]{0,59}", re.ASCII)

# What a new ticket refers to, as the form calls it.
_CHOSEN = {
    "company": "company",
    "board": "board",
    "type": "type",
    "subType": "subtype",
    "item": "item",
    "priority": "priority",
    "contact": "contact",
}

# The properties that hold several lines, which people wrote.
_TEXTS = frozenset({"text", "notes", "internalNotes"})
# Ids are 32-bit numbers (schema 2025.16).
LARGEST_ID = 2**31 - 1

UNREADABLE = "ConnectWise answered, but not in a way that can be read. Retry in a moment."
GONE_MEMBER = "ConnectWise no longer knows this member. Choose somebody else."
WRONG_ROUTE = (
    "ConnectWise does not route this company at this site. Check the site address and the "
    "company id."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyInfo:
    """What companyinfo tells before log-in: name, and where the API lives."""

    name: str
    is_cloud: bool
    site_url: str


class NotConnectWise(ServerError):
    """Something else answered at the site: another web site, or a proxy for the moment."""

    default = "This site answers, but not as ConnectWise does. Check the site address."


def value_of(
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    method: str,
    path: str,
    now: datetime,
) -> Any:
    """Return the JSON value of a good answer; raises the PsaError that any other means.

    `headers` by lower-case names. A write that was not clearly done or refused raises
    WriteUncertain. A DELETE is answered by 204 and nothing.
    """
    value = _parsed(body)
    if method == "DELETE" and status == 204:
        return None
    if 200 <= status < 300:
        if value is None or method == "DELETE":
            raise WriteUncertain() if method != "GET" else ServerError(UNREADABLE)
        return value
    if status == 429:
        wait = retry_after(headers.get("retry-after", ""), now)
        raise RateLimited(retry_after=wait)
    raise _refusal(status, value, body, method, path)


def _refusal(status: int, value: Any, body: bytes, method: str, path: str) -> PsaError:
    """Return the error that a status of 3xx, 4xx or 5xx means."""
    if "SSL is required" in _message(value):
        return AuthFailed(WRONG_ROUTE, field="site_url")
    if status == 401 or (status in (403, 404) and path == SYSTEM_INFO):
        return credentials_refused(value)
    if status == 403:
        return PermissionMissing(right_for(method, path))
    if status == 404:
        return NotFound()
    if status == 400 and body.lstrip().startswith(b"Cannot route"):
        return AuthFailed(WRONG_ROUTE)
    if status in (400, 405, 409, 413, 414, 415, 422):
        return InvalidRequest(_explained(value))
    return WriteUncertain() if method != "GET" else ServerError()


def record(value: Any) -> Record:
    """Return the value as one record with an id; raises ServerError otherwise."""
    if not isinstance(value, dict) or not _is_id(value.get("id")):
        raise ServerError(UNREADABLE)
    return value


def _is_id(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST_ID


def records(value: Any) -> list[Record]:
    """Return the value as a bare array of records; raises ServerError otherwise."""
    if not isinstance(value, list):
        raise ServerError(UNREADABLE)
    return [record(item) for item in value]


def count(value: Any) -> int:
    """Return the number that a `/count` answered; raises ServerError otherwise."""
    found = value.get("count") if isinstance(value, dict) else None
    if type(found) is not int or found < 0:
        raise ServerError(UNREADABLE)
    return found


def company_info(
    *, status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> CompanyInfo:
    """Return what companyinfo says; raises the error that its answer means.

    An unknown company is `null` with 200 or, on some servers, 404. Whatever else is not
    companyinfo's JSON comes from a site that is not ConnectWise.
    """
    value = _parsed(body)
    if status == 404 or (status == 200 and body.strip() in (b"null", b"")):
        raise AuthFailed(
            "ConnectWise does not know the company id. Use the one that you type when you "
            "log in to ConnectWise.",
            field="company_id",
        )
    if status == 429:
        raise RateLimited(retry_after=retry_after(headers.get("retry-after", ""), now))
    if status >= 500:
        raise ServerError()
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
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return DEFAULT_RETRY_AFTER
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _parsed(body: bytes) -> Any:
    """Return the JSON value, cleaned; None for null and for whatever is not JSON."""
    try:
        return cleaned(json.loads(body), texts=_TEXTS)
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _message(value: Any) -> str:
    return _text(value.get("message")) if isinstance(value, dict) else ""


def credentials_refused(value: Any) -> AuthFailed:
    """Return the refusal, naming the client id when ConnectWise does."""
    if "clientid" in _message(value).lower().replace(" ", ""):
        return AuthFailed(
            "ConnectWise refused the client id. Check it under Account, Integrations.",
            field="client_id",
        )
    return AuthFailed(
        "ConnectWise knows the company but refused the credentials. Check the public key, the "
        "private key and the client id under Account, Integrations.",
        field="public_key",
    )


def right_for(method: str, path: str) -> str:
    """Return the right that a call needs, in ConnectWise's words; empty if unknown."""
    return next(
        (right for verb, where, right in _RIGHTS if verb == method and where.match(path)), ""
    )


def _explained(value: Any) -> str:
    """Return our sentence for the first error whose shape we know; empty for none."""
    errors = value.get("errors") if isinstance(value, dict) else None
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict) and (sentence := _sentence(error)):
            return sentence
    return ""


def _sentence(error: Record) -> str:
    code, field = _text(error.get("code")), _text(error.get("field"))
    subject = field.partition("/")[0]
    if subject == "status" and code in ("NotFound", "InvalidObject"):
        return (
            "This status does not belong to the ticket's board. Choose one of the statuses of "
            "its own board."
        )
    if subject == "member" and code == "NotFound":
        if _text(error.get("resource")) == "schedule":
            return GONE_MEMBER
        return "ConnectWise no longer knows the member that was to sign. Check the member mapping."
    if subject == "owner" and code == "NotFound":
        return GONE_MEMBER
    if subject in _CHOSEN and code in ("NotFound", "InvalidObject"):
        return (
            f"ConnectWise does not accept the {_CHOSEN[subject]}: it is gone, or does not fit the "
            "rest of the ticket. Choose another one."
        )
    if subject == "text":
        return "ConnectWise does not accept this text, probably because it is too long. Shorten it."
    if code in ("OutOfRange", "MissingRequiredField") and _SAFE_FIELD.fullmatch(field):
        return (
            f"ConnectWise refuses to save the record because of its field “{field}”. Mend that "
            "field in ConnectWise, then retry."
        )
    return ""
