"""What ConnectWise's refusals (4xx) mean, in our words. Pure.

Who refused it, and whether it is the keys, a right, the licence or the record; what is wrong with
the values, `refused_values` tells.
"""

import re
from typing import Any

from psa.providers.connectwise.refused_values import Asked, invalid, message_of
from psa.providers.errors import (
    AuthFailed,
    Blocked,
    Incompatible,
    Intercepted,
    NotFound,
    PermissionMissing,
    PsaError,
)

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
    ("POST", re.compile(r"/time/entries"), "Time & Expense › Time Entry: Add"),
    ("GET", re.compile(r"/(time|system/locations)/"), "System › Table Setup: Inquire"),
    ("GET", re.compile(r"/system/documents"), "Companies › Manage Attachments: Inquire"),
    ("POST", re.compile(r"/system/documents"), "Companies › Manage Attachments: Add"),
    ("GET", re.compile(r"/schedule/entries"), "Service Desk › Resource Scheduling: Inquire"),
    ("POST", re.compile(r"/schedule/entries"), "Service Desk › Resource Scheduling: Add"),
    ("DELETE", re.compile(r"/schedule/entries"), "Service Desk › Resource Scheduling: Delete"),
)

# ConnectWise asks for it beside "Service Tickets: Edit" where a status closes the ticket.
CLOSING_RIGHT = "Service Desk › Close Service Tickets: Edit"

WRONG_ROUTE = (
    "ConnectWise does not route this company at this site. Check the site address and the "
    "company id."
)


def refusal(status: int, value: Any, opening: bytes, asked: Asked) -> PsaError:
    """Return the error that a 4xx (but 408 and 429) means.

    `value` is the body's JSON, None where it is none; `opening` is how the body begins.
    """
    if credentials := _of_credentials(status, value, opening):
        return credentials
    if status == 413 and asked.is_document:
        # Whoever bounds it, ConnectWise or what stands before it: the file is too large.
        return invalid(status, value, asked)
    if is_foreign(value, opening):
        return Blocked() if asked.writes else Intercepted()
    if status in (403, 404) and asked.path == "/system/info":
        return credentials_refused(value)
    if status == 402 or _names_licence(value):
        return Incompatible(_LICENCE)
    if status == 403:
        return PermissionMissing(right_for(asked.method if asked.writes else "GET", asked.path))
    if status in (404, 410):
        return _not_found(value)
    return invalid(status, value, asked)


_LICENCE = (
    "ConnectWise refuses this because of its licence: the module or the API member is not "
    "licensed, or the licence has ended. An administrator can check that in ConnectWise."
)


def _of_credentials(status: int, value: Any, opening: bytes) -> AuthFailed | None:
    """Return the refusal of site, company, keys or client id; None for every other."""
    if status == 400 and is_wrong_route(opening):
        return AuthFailed(WRONG_ROUTE, field="company_id")
    if "SSL is required" in message_of(value):
        return AuthFailed(WRONG_ROUTE, field="site_url")
    if status == 401 or (status in (400, 403) and _names_client_id(value)):
        return credentials_refused(value)
    return None


def is_wrong_route(opening: bytes) -> bool:
    """Tell whether the cloud's gateway says, in plain text, that it knows no such company."""
    return opening.startswith(b"Cannot route")


def is_foreign(value: Any, opening: bytes) -> bool:
    """Tell whether a refusal was not written by ConnectWise, but by something before it.

    ConnectWise's have a JSON object with `code` and `message`, or with `error` (429). A web
    page, a text, or another object is a firewall's, a proxy's or a web server's. An empty body
    shows nothing, and is taken for ConnectWise's.
    """
    if opening in (b"", b"null", b"{}"):
        return False
    return not (isinstance(value, dict) and {"code", "message", "error", "errors"} & value.keys())


def right_for(method: str, path: str) -> str:
    """Return the right that a call needs, in ConnectWise's words; empty if unknown."""
    return next(
        (right for verb, where, right in _RIGHTS if verb == method and where.match(path)), ""
    )


def credentials_refused(value: Any) -> AuthFailed:
    """Return the refusal, naming the client id when ConnectWise does."""
    if _names_client_id(value):
        return AuthFailed(
            "ConnectWise refused the client id. Check it under Account, Integrations.",
            field="client_id",
        )
    return AuthFailed(
        "ConnectWise knows the company but refused the credentials. Check the public key, the "
        "private key and the client id under Account, Integrations.",
        field="public_key",
    )


def _not_found(value: Any) -> NotFound:
    if "endpoint does not exist" in message_of(value).lower():
        return NotFound(
            "This ConnectWise does not offer what we asked for: its version is too old, or the "
            "module is not installed."
        )
    return NotFound()


def _names_client_id(value: Any) -> bool:
    return "clientid" in message_of(value).lower().replace(" ", "").replace("-", "")


def _names_licence(value: Any) -> bool:
    message = message_of(value).lower()
    return any(word in message for word in ("licens", "licence", "subscription has expired"))
