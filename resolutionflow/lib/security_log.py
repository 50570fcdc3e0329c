"""The security log: who came in, who was refused, and what left, as lines of the logger `security`.

Each line is one JSON object with `event`, `user`, `address` and `agent`. Operators may send
this logger elsewhere and keep it longer than the rest.
"""

import logging
import unicodedata

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from resolutionflow.lib.agents import agent_of
from resolutionflow.lib.ratelimit import address_of

logger = logging.getLogger("security")


def write(
    event: str, request: HttpRequest, *, user: int | None = None, typed: str = "", **facts: str
) -> None:
    """Write one line about what this request did or was refused.

    `event` is a name as "login_failed". Of the person it holds the id, or where nobody is known
    a keyed hash of the name that was typed: equal names can be told, and none can be read, since
    people type their password there by mistake. `facts` are further fields, never a secret.
    """
    person = user if user is not None else getattr(request.user, "pk", None)
    shown = person if person is not None else _hashed(typed)
    fields = {"event": event, "user": shown, "address": address_of(request)}
    logger.info(event, extra={**fields, "agent": agent_of(request), **facts})


def _hashed(typed: str) -> str:
    if not typed:
        return ""
    name = unicodedata.normalize("NFKC", typed).strip().casefold()
    return salted_hmac("resolutionflow.security_log", name, algorithm="sha256").hexdigest()[:24]
