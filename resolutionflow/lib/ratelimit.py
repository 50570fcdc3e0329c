"""How often things may be done: named rules, counted per account or per log-in.

The rules stand in `settings.RATE_LIMITS`, written as django-ratelimit writes them.
"""

import ipaddress
import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_ratelimit.core import get_usage
from redis.exceptions import RedisError

from resolutionflow.lib.answers import problem

logger = logging.getLogger(__name__)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def address_of(request: HttpRequest) -> str:
    """Return the caller's address; of IPv6 the /64 network, since one caller owns all of it.

    Behind proxies (`settings.PROXY_COUNT`) the address is the one that the outermost of our
    own proxies saw, counted from the right: what stands further left anybody can invent.
    """
    text = request.META["REMOTE_ADDR"] or "127.0.0.1"  # empty on a Unix socket
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.PROXY_COUNT <= len(forwarded):
        text = forwarded[-settings.PROXY_COUNT].strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return str(request.META["REMOTE_ADDR"])
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def account_key(_group: str, request: HttpRequest) -> str:
    """Return whose limit a request counts against: the account's, or a super admin's own."""
    account_id = getattr(request.user, "account_id", None)
    return f"account:{account_id}" if account_id else f"user:{request.user.pk}"


def hit(request: HttpRequest, rule: str, key: Callable[[str, HttpRequest], str]) -> int:
    """Count one request against the rule; return the seconds to wait, 0 when it is allowed.

    Without a cache to count in, everything is allowed: an outage of Redis must not keep
    people from their work. It is logged, and /readyz says so.
    """
    rate = settings.RATE_LIMITS[rule]
    try:
        usage = get_usage(request, group=rule, key=key, rate=rate, increment=True)
    except RedisError:
        logger.exception("Rate limits are not counted: the cache does not answer")
        return 0
    if not usage["should_limit"]:
        return 0
    return max(1, int(usage["time_left"]))


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429 with the time to wait, for machines as a header and for people in words."""
    message = f"That was too many requests. Wait {in_words(seconds)}, then try again."
    response = problem(request, 429, message, {"wait": in_words(seconds)})
    response["Retry-After"] = str(seconds)
    return response


def in_words(seconds: int) -> str:
    """Return a waiting time as people say it, rounded up: "40 seconds", "2 minutes"."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds > size:
            return f"{-(-seconds // size)} {unit}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def limited(rule: str) -> Callable[[View[P]], View[P]]:
    """Let a view be called as often as the rule says per account; 429 beyond that."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            seconds = hit(request, rule, account_key)
            return too_many(request, seconds) if seconds else view(request, *args, **kwargs)

        return gated

    return decorate
